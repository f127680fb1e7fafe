import type { AuditEvent } from "../../audit/event.ts";

/** How a pack may end that nobody can fetch. */
export type PackFailure = "cancelled" | "failed" | "interrupted";

/** What the trail says of a pack that was begun and not made. */
export function packFailedEvent(id: string, reason: PackFailure): AuditEvent {
  return {
    kind: "compliance.pack_made",
    result: "failed",
    reason,
    objectId: id,
    fields: { digest: null, files: 0 },
  };
}

/** What it says of one that was. */
export function packMadeEvent(
  id: string,
  { digest, files }: { readonly digest: string; readonly files: number },
): AuditEvent {
  return {
    kind: "compliance.pack_made",
    result: "succeeded",
    objectId: id,
    fields: { digest, files },
  };
}
