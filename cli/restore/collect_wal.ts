import { StartError } from "../command.ts";
import { fileTrouble } from "../files/trouble.ts";
import { type FoundBackup, namesIn } from "../backup/find_backups.ts";
import { openWalFolder, PARTIAL_SUFFIX, SEALED_SUFFIX, walFolder } from "../backup/layout.ts";
import type { OpenedBackup } from "../backup/opened.ts";
import type { PrivateKeyOf } from "../backup/recipients.ts";
import { digestFile, readSealed } from "../backup/sealed_file.ts";
import { walMessage } from "../backup/seal_wal.ts";
import { requireSigned } from "../backup/signature.ts";
import { firstGap, HISTORY, SEGMENT, segmentNumber, segmentOf } from "../backup/wal_names.ts";

export interface CollectedWal {
  readonly segments: number;
}

/**
 * Puts in clear what was received since the base backup began. First what is not sealed yet, then
 * what is: a segment that is sealed meanwhile is found there. Throws StartError where one is missing
 * in between, since a recovery would end there as if nothing had followed.
 */
export async function collectWal(
  opened: OpenedBackup,
  { manifest }: FoundBackup,
  { into, keyOf }: { readonly into: string; readonly keyOf: PrivateKeyOf },
): Promise<CollectedWal> {
  const { wal, server: { walSegmentBytes: bytes } } = manifest;
  if (wal === null) throw new Error("Cannot replay WAL onto a logical backup");
  const first = segmentNumber(wal.firstSegment, bytes);
  const isNeeded = (name: string) =>
    HISTORY.test(name) || (SEGMENT.test(name) && segmentNumber(name, bytes) >= first);
  const collected = new Set<string>();
  for (const [name, path] of await openSegments(opened)) {
    if (isNeeded(name) && await copyIfThere(path, `${into}/${name}`)) collected.add(name);
  }
  for (const name of await sealedNames(opened)) {
    if (!isNeeded(name)) continue;
    await openSealed(opened, name, { into, keyOf });
    collected.add(name);
  }
  const segments = [...collected].filter((name) => SEGMENT.test(name));
  const own = segmentOf(wal.timeline, wal.end, bytes);
  const gap = firstGap(own, [own, ...segments], bytes);
  if (gap === null) return { segments: segments.length };
  throw new StartError(
    `"${walFolder(opened.settings)}" 里缺少 WAL 段 ${gap}，后面的接不上。找回这一段；找不回时，` +
      "把它以后的段移走，只能恢复到它之前",
  );
}

/** What lies there in clear, by the name a recovery asks for. */
async function openSegments({ settings }: OpenedBackup): Promise<(readonly [string, string])[]> {
  const folder = openWalFolder(settings);
  return (await namesIn(folder)).map((name) =>
    [name.replace(PARTIAL_SUFFIX, ""), `${folder}/${name}`] as const
  );
}

/** False for one that was sealed and removed meanwhile. */
async function copyIfThere(from: string, to: string): Promise<boolean> {
  try {
    await Deno.copyFile(from, to);
    return true;
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound) return false;
    throw fileTrouble("不能复制", from, thrown);
  }
}

async function sealedNames({ settings }: OpenedBackup): Promise<string[]> {
  const names = await namesIn(walFolder(settings));
  return names.filter((name) => name.endsWith(SEALED_SUFFIX))
    .map((name) => name.slice(0, -SEALED_SUFFIX.length));
}

async function openSealed(
  { engine, settings }: OpenedBackup,
  name: string,
  { into, keyOf }: { readonly into: string; readonly keyOf: PrivateKeyOf },
): Promise<void> {
  const path = `${walFolder(settings)}/${name}${SEALED_SUFFIX}`;
  const expected = await digestFile(engine, path);
  await requireSigned(engine, settings, { path, message: walMessage(name, expected.sm3) });
  const to = `${into}/${name}`;
  using file = await Deno.open(to, { write: true, create: true, truncate: true, mode: 0o600 })
    .catch((thrown) => Promise.reject(fileTrouble("不能写入", to, thrown)));
  for await (const piece of readSealed(engine, { path, expected }, keyOf)) {
    for (let at = 0; at < piece.length;) {
      at += await file.write(piece.subarray(at))
        .catch((thrown) => Promise.reject(fileTrouble("不能写入", to, thrown)));
    }
  }
}
