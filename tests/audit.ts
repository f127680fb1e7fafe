import { type AuditWriter, createAuditWriter } from "../server/modules/audit/record_events.ts";
import { type Clock, SYSTEM_CLOCK } from "../server/platform/clock.ts";
import { testProvider } from "./sealer.ts";

/** Writes events under the key of every test process. */
export function testAudit(clock: Clock = SYSTEM_CLOCK): AuditWriter {
  return createAuditWriter({ clock, provider: testProvider() });
}
