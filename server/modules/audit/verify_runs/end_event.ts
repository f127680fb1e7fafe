import type { AuditEvent } from "../event.ts";
import { parseJson } from "../pack_format.ts";
import type { VerifyRunRow } from "./store.ts";

/** What the trail says of a check that is over, however it ended. */
export function endEvent(row: VerifyRunRow): AuditEvent {
  const { id, state, verdict, links } = row;
  const faults = parseJson(row.faults);
  const [first] = Array.isArray(faults) ? faults : [];
  return {
    kind: "audit.verified",
    result: verdict === "intact" ? "succeeded" : "failed",
    ...(verdict !== "intact" && { reason: verdict ?? state }),
    objectId: id,
    fields: {
      events: String(links),
      verdict: verdict ?? state,
      broken: typeof first === "string" ? first : null,
    },
  };
}
