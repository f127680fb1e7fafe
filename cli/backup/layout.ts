import type { BackupSettings } from "../../server/platform/backup_settings.ts";

/**
 * A backup folder:
 *
 *     base/<id>/   a whole cluster: base.tar.gz.sealed, backup.json, backup.json.sig
 *     dump/<id>/   one database:    database.dump.sealed, backup.json, backup.json.sig
 *     wal/         sealed WAL segments, each with its signature
 *     wal/open/    what is being received; its segment under way is not sealed yet
 *     drills/      records of restore drills
 *
 * What is not whole is called <id>.partial and counts for nothing.
 */
export type BackupKind = "physical" | "logical";

export const MANIFEST_FILE = "backup.json";
export const SIGNATURE_FILE = "backup.json.sig";
export const SEALED_SUFFIX = ".sealed";
export const PARTIAL_SUFFIX = ".partial";
export const CONTENT_FILE: Readonly<Record<BackupKind, string>> = {
  physical: "base.tar.gz.sealed",
  logical: "database.dump.sealed",
};

const KIND_FOLDER: Readonly<Record<BackupKind, string>> = { physical: "base", logical: "dump" };

export const KINDS: readonly BackupKind[] = ["physical", "logical"];

export function kindFolder({ folder }: Pick<BackupSettings, "folder">, kind: BackupKind): string {
  return `${folder}/${KIND_FOLDER[kind]}`;
}

export function walFolder({ folder }: Pick<BackupSettings, "folder">): string {
  return `${folder}/wal`;
}

export function openWalFolder(settings: Pick<BackupSettings, "folder">): string {
  return `${walFolder(settings)}/open`;
}

export function drillFolder({ folder }: Pick<BackupSettings, "folder">): string {
  return `${folder}/drills`;
}

/** 20261123T084500Z: sorts as time does, and is a file name everywhere. */
export function backupId(at: Date): string {
  return at.toISOString().replace(/\.\d+Z$/, "Z").replaceAll(/[-:]/g, "");
}

export const BACKUP_ID = /^\d{8}T\d{6}Z$/;
