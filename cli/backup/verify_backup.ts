import { StartError } from "../command.ts";
import { ClusterCheck } from "./cluster_check.ts";
import { type FoundBackup, requireGenuine } from "./find_backups.ts";
import { describeBackup } from "./manifest.ts";
import type { OpenedBackup } from "./opened.ts";
import type { PrivateKeyOf } from "./recipients.ts";
import { digestFile, readSealed } from "./sealed_file.ts";

/** Signature and digest, which need no secret; throws StartError that says which does not fit. */
export async function verifyOutside(opened: OpenedBackup, backup: FoundBackup): Promise<void> {
  await requireGenuine(opened, backup);
  const { content } = backup.manifest;
  const path = `${backup.folder}/${content.file}`;
  const { bytes, sm3 } = await digestFile(opened.engine, path);
  if (bytes === content.bytes && sm3 === content.sm3) return;
  throw new StartError(
    bytes < content.bytes
      ? `"${path}" 被截断：应有 ${content.bytes} 字节，只有 ${bytes} 字节。不要使用这个备份`
      : `"${path}" 与清单的 SM3 不符：内容被改动过。不要使用这个备份`,
  );
}

/** With a recipient's key: every file of a cluster is compared once more; of a dump its length. */
export async function verifyInside(
  opened: OpenedBackup,
  backup: FoundBackup,
  keyOf: PrivateKeyOf,
): Promise<void> {
  const { manifest } = backup;
  const check = manifest.kind === "physical" ? new ClusterCheck() : null;
  let bytes = 0;
  for await (const piece of plainPieces(opened, backup, keyOf)) {
    check?.add(piece);
    bytes += piece.length;
  }
  check?.finish();
  if (bytes === manifest.content.plainBytes) return;
  throw new StartError(`${describeBackup(manifest)} 解密后的长度与清单不符。不要使用这个备份`);
}

/** What was backed up, as the database's program gave it. */
export async function* plainPieces(
  { engine }: OpenedBackup,
  { folder, manifest }: FoundBackup,
  keyOf: PrivateKeyOf,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const { content } = manifest;
  const sealed = ReadableStream.from(
    copies(
      readSealed(engine, { path: `${folder}/${content.file}`, expected: content }, keyOf),
    ),
  );
  yield* manifest.kind === "physical"
    ? sealed.pipeThrough(new DecompressionStream("gzip"))
    : sealed;
}

/** A stream keeps what it was given for longer than a piece is valid. */
async function* copies(
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for await (const piece of pieces) yield piece.slice();
}
