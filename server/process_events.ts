import { systemActor } from "./modules/audit/actor.ts";
import type { AuditEvent } from "./modules/audit/event.ts";
import { reasonOf } from "./platform/errors.ts";
import { RELEASE } from "./platform/release.ts";
import type { Services } from "./services.ts";

/** A process tells the audit trail that it serves and that it ends (8.1.4.3 a, d). */
export interface ProcessEvents {
  readonly started: () => Promise<void>;
  readonly stopped: () => Promise<void>;
}

export function processEvents(services: Services, role: string): ProcessEvents {
  const { platform: { db, log }, audit } = services;
  const objectId = crypto.randomUUID();
  // A database that is gone stops no process from starting or ending.
  async function tell(event: AuditEvent): Promise<void> {
    try {
      await db.transaction().execute((tx) => audit.record(tx, systemActor("serve"), [event]));
    } catch (thrown) {
      log.error("Audit trail not told", { kind: event.kind, why: reasonOf(thrown) });
    }
  }
  return {
    started: () =>
      tell({
        kind: "platform.started",
        result: "succeeded",
        objectId,
        fields: { version: RELEASE.version, role },
      }),
    stopped: () => tell({ kind: "platform.stopped", result: "succeeded", objectId, fields: {} }),
  };
}
