import type { AuditEvent } from "../../event.ts";
import type { ExportRow } from "./store.ts";

/** What the trail says of an export that is over, however it ended. */
export function exportedEvent({ id, state, row_count, digest }: ExportRow): AuditEvent {
  return {
    kind: "audit.exported",
    result: state === "done" ? "succeeded" : "failed",
    ...(state !== "done" && { reason: state }),
    objectId: id,
    fields: { rows: Number(row_count), digest: digest?.toHex() ?? null },
  };
}
