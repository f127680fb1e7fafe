import type { BackupSettings } from "../../server/platform/backup_settings.ts";
import { StartError } from "../command.ts";
import { readSmallFile } from "../files/input.ts";
import { fileTrouble } from "../files/trouble.ts";
import { BACKUP_ID, type BackupKind, kindFolder, MANIFEST_FILE, PARTIAL_SUFFIX } from "./layout.ts";
import { type BackupManifest, readManifest } from "./manifest.ts";
import type { OpenedBackup } from "./opened.ts";
import { requireSigned } from "./signature.ts";

export interface FoundBackup {
  readonly folder: string;
  readonly manifest: BackupManifest;
  /** Signed whole: a signature is over these bytes. */
  readonly text: Uint8Array;
}

const MANIFEST_BYTES_MAX = 1024 * 1024;

/** Those that are whole, oldest first; what is unfinished or no backup of ours is passed over. */
export async function findBackups(
  settings: Pick<BackupSettings, "folder">,
  kind: BackupKind,
): Promise<FoundBackup[]> {
  const ids = (await namesIn(kindFolder(settings, kind))).filter((name) => BACKUP_ID.test(name));
  const found: FoundBackup[] = [];
  for (const id of ids.sort()) found.push(await readBackup(`${kindFolder(settings, kind)}/${id}`));
  return found;
}

export async function readBackup(folder: string): Promise<FoundBackup> {
  const path = `${folder}/${MANIFEST_FILE}`;
  const text = await readSmallFile(path, MANIFEST_BYTES_MAX);
  return { folder, manifest: readManifest(path, text), text };
}

/** Throws StartError unless the configured signer signed its manifest. */
export async function requireGenuine(
  { engine, settings }: OpenedBackup,
  { folder, text }: FoundBackup,
): Promise<void> {
  await requireSigned(engine, settings, { path: `${folder}/${MANIFEST_FILE}`, message: text });
}

/** The folders of backups that were not finished: nobody makes one now, as the caller's claim says. */
export async function findPartials(
  settings: Pick<BackupSettings, "folder">,
  kind: BackupKind,
): Promise<string[]> {
  const folder = kindFolder(settings, kind);
  const names = await namesIn(folder);
  return names.filter((name) => BACKUP_ID.test(name.replace(PARTIAL_SUFFIX, "")))
    .filter((name) => name.endsWith(PARTIAL_SUFFIX)).map((name) => `${folder}/${name}`);
}

/** Of a folder that may not be there yet. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound) return [];
    throw fileTrouble("不能读取", folder, thrown);
  }
}

/** The newest base backup that was ended before `to`; throws StartError when there is none. */
export async function baseBefore(
  settings: Pick<BackupSettings, "folder">,
  to: Date | null,
): Promise<FoundBackup> {
  const all = await findBackups(settings, "physical");
  const fitting = all.filter(({ manifest }) => to === null || new Date(manifest.endedAt) <= to);
  const newest = fitting.at(-1);
  if (newest) return newest;
  throw new StartError(
    all.length === 0
      ? `"${settings.folder}" 里没有完整的物理备份`
      : `最早的物理备份也在 ${all[0]?.manifest.endedAt} 才完成，不能恢复到更早的时刻`,
  );
}
