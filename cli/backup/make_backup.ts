import { sm3 } from "../../crypto/sm3.ts";
import type { Clock } from "../../server/platform/clock.ts";
import { fileTrouble } from "../files/trouble.ts";
import { withProgress } from "../files/progress.ts";
import { requireFreeSpace } from "./free_space.ts";
import {
  backupId,
  type BackupKind,
  CONTENT_FILE,
  kindFolder,
  MANIFEST_FILE,
  PARTIAL_SUFFIX,
  SIGNATURE_FILE,
} from "./layout.ts";
import { type BackupManifest, KIND_NAMES, writeManifest } from "./manifest.ts";
import { makeFolder, type OpenedBackup, type Source } from "./opened.ts";
import { readRecipients } from "./recipients.ts";
import { syncFolder, writeNew, writeSealed } from "./sealed_file.ts";
import { openSigner } from "./signature.ts";
import { countGrowing, countStandbys, findSchema, readServer } from "./store.ts";

/** How one kind of backup comes by its content. */
export interface Making {
  readonly kind: BackupKind;
  /** Unless its format has its own compression. */
  readonly compress: boolean;
  /** Of the content before it is compressed, about. */
  bytes(source: Source): Promise<number>;
  content(source: Source, run: MakingRun): AsyncIterable<Uint8Array<ArrayBuffer>>;
  /** Asked after the last piece: what the content turned out to be. */
  found(server: BackupManifest["server"]): {
    readonly wal: BackupManifest["wal"];
    readonly checkedFiles: number;
  };
}

export interface MakingRun {
  readonly id: string;
  readonly signal: AbortSignal;
}

export interface MakeOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly progress: boolean;
}

/**
 * Writes one backup under `<id>.partial` and gives it its name when all of it is on the disk, read
 * back and signed; whatever ends it before leaves nothing behind.
 */
export async function makeBackup(
  opened: OpenedBackup,
  source: Source,
  making: Making,
  options: MakeOptions,
): Promise<BackupManifest> {
  const { settings } = opened;
  const { clock, signal } = options;
  const startedAt = clock.now();
  const id = backupId(startedAt);
  const folder = `${kindFolder(settings, making.kind)}/${id}`;
  const partial = folder + PARTIAL_SUFFIX;
  const recipients = await readRecipients(settings.recipients);
  using signer = await openSigner(opened.engine, settings);
  await makeFolder(kindFolder(settings, making.kind));
  const bytes = await making.bytes(source);
  await requireFreeSpace(kindFolder(settings, making.kind), bytes);
  const about = await describeSource(source);
  await makeFolder(partial);
  try {
    const shown = { label: KIND_NAMES[making.kind], total: bytes, isAsked: options.progress };
    const plain = counted(making.content(source, { id, signal }));
    const content = withProgress(plain.all, shown);
    const file = CONTENT_FILE[making.kind];
    const sealed = await writeSealed(opened.engine, {
      path: `${partial}/${file}`,
      recipients,
      content: making.compress ? compressed(content) : content,
    });
    signal.throwIfAborted();
    const { wal, checkedFiles } = making.found(about.server);
    const manifest: BackupManifest = {
      format: 1,
      product: "yikatong",
      id,
      kind: making.kind,
      startedAt: startedAt.toISOString(),
      endedAt: clock.now().toISOString(),
      ...about,
      wal,
      content: { file, ...sealed, plainBytes: plain.bytes(), checkedFiles },
      recipients: recipients.map((key) => sm3(key).toHex()),
    };
    await writeSigned(partial, manifest, signer);
    await giveName(partial, folder);
    return manifest;
  } finally {
    await Deno.remove(partial, { recursive: true }).catch((thrown) => {
      if (!(thrown instanceof Deno.errors.NotFound)) throw thrown;
    });
  }
}

async function describeSource({ db }: Source) {
  return {
    server: await readServer(db),
    standbys: await countStandbys(db),
    schema: await findSchema(db),
    counts: await countGrowing(db),
  };
}

function counted(content: AsyncIterable<Uint8Array>) {
  let bytes = 0;
  async function* all(): AsyncGenerator<Uint8Array> {
    for await (const piece of content) {
      bytes += piece.length;
      yield piece;
    }
  }
  return { all: all(), bytes: () => bytes };
}

async function* compressed(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const plain = ReadableStream.from(owned(content));
  yield* plain.pipeThrough(new CompressionStream("gzip"));
}

/** A stream keeps what it was given for longer than a piece is valid. */
async function* owned(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for await (const piece of pieces) yield piece.slice();
}

async function writeSigned(
  folder: string,
  manifest: BackupManifest,
  signer: { sign(message: Uint8Array): Uint8Array } | null,
): Promise<void> {
  const text = writeManifest(manifest);
  await writeNew(`${folder}/${MANIFEST_FILE}`, text);
  if (signer) await writeNew(`${folder}/${SIGNATURE_FILE}`, signer.sign(text));
}

async function giveName(partial: string, folder: string): Promise<void> {
  try {
    await syncFolder(partial);
    await Deno.rename(partial, folder);
    await syncFolder(folder.slice(0, folder.lastIndexOf("/")));
  } catch (thrown) {
    throw fileTrouble("不能写入", folder, thrown);
  }
}
