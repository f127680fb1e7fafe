import type { AuditEvent } from "../../server/modules/audit/event.ts";
import type { BackupManifest } from "./manifest.ts";

export function madeEvent(manifest: BackupManifest): AuditEvent {
  const { id, kind, startedAt, endedAt, content, standbys } = manifest;
  return {
    kind: "platform.backup_made",
    result: "succeeded",
    objectId: id,
    fields: {
      kind,
      endedAt,
      seconds: Math.round((Date.parse(endedAt) - Date.parse(startedAt)) / 1_000),
      bytes: content.bytes,
      digest: content.sm3,
      checkedFiles: content.checkedFiles,
      standbys,
    },
  };
}

/** Nothing was kept; that there is no backup of this night has to be seen. */
export function notMadeEvent(
  kind: BackupManifest["kind"],
  { reason, endedAt }: { readonly reason: "failed" | "interrupted"; readonly endedAt: Date },
): AuditEvent {
  return {
    kind: "platform.backup_made",
    result: "failed",
    reason,
    fields: {
      kind,
      endedAt: endedAt.toISOString(),
      seconds: null,
      bytes: null,
      digest: null,
      checkedFiles: null,
      standbys: null,
    },
  };
}
