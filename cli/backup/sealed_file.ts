import type { Engine } from "../../crypto/engine.ts";
import { openStream, sealStream } from "../../crypto/sealed_stream.ts";
import { StartError } from "../command.ts";
import { explainedOf } from "../crypto_trouble.ts";
import { openInput } from "../files/input.ts";
import { fileTrouble } from "../files/trouble.ts";
import type { PrivateKeyOf } from "./recipients.ts";

export interface SealedFile {
  readonly bytes: number;
  /** Of the sealed file, hex. */
  readonly sm3: string;
}

const PRIVATE_MODE = 0o600;

/** Writes a new file that only the recipients can open, and reads it back from where it lies. */
export async function writeSealed(
  engine: Engine,
  { path, recipients, content }: {
    readonly path: string;
    readonly recipients: readonly Uint8Array[];
    readonly content: AsyncIterable<Uint8Array>;
  },
): Promise<SealedFile> {
  const written = await writeWhole(engine, path, sealStream(engine, content, { recipients }));
  const { bytes, sm3 } = await digestFile(engine, path);
  if (bytes === written.bytes && sm3 === written.sm3) return written;
  throw new StartError(`写好的 "${path}" 读出来与写进去的不同：检查磁盘，不要使用这个备份`);
}

async function writeWhole(
  engine: Engine,
  path: string,
  pieces: AsyncIterable<Uint8Array>,
): Promise<SealedFile> {
  using digest = engine.sm3Stream();
  let bytes = 0;
  using file = await newFile(path);
  for await (const piece of pieces) {
    digest.update(piece);
    bytes += piece.length;
    await writeAll(path, file, piece);
  }
  await file.sync().catch((thrown) => Promise.reject(fileTrouble("不能写入", path, thrown)));
  return { bytes, sm3: digest.digest().toHex() };
}

/** A small file on the disk, new. */
export async function writeNew(path: string, content: Uint8Array): Promise<void> {
  using file = await newFile(path);
  await writeAll(path, file, content);
  await file.sync().catch((thrown) => Promise.reject(fileTrouble("不能写入", path, thrown)));
}

async function newFile(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path, { write: true, createNew: true, mode: PRIVATE_MODE });
  } catch (thrown) {
    throw fileTrouble("不能写入", path, thrown);
  }
}

async function writeAll(path: string, file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  try {
    for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
  } catch (thrown) {
    throw fileTrouble("不能写入", path, thrown);
  }
}

export async function digestFile(engine: Engine, path: string): Promise<SealedFile> {
  using input = await openInput(path);
  using digest = engine.sm3Stream();
  let bytes = 0;
  for await (const piece of input.pieces()) {
    digest.update(piece);
    bytes += piece.length;
  }
  return { bytes, sm3: digest.digest().toHex() };
}

/** What a sealed file has to be, as a signed list says. */
export type Expected = SealedFile;

/**
 * What was sealed, piece by piece, each proved; that it is the file of the list, and whole, is known
 * when the last has come. Its failures name the file.
 */
export async function* readSealed(
  engine: Engine,
  { path, expected }: { readonly path: string; readonly expected: Expected | null },
  keyOf: PrivateKeyOf,
): AsyncGenerator<Uint8Array> {
  using input = await openInput(path);
  using digest = engine.sm3Stream();
  let bytes = 0;
  async function* watched(): AsyncGenerator<Uint8Array> {
    for await (const piece of input.pieces()) {
      digest.update(piece);
      bytes += piece.length;
      yield piece;
    }
  }
  const unlock = (lock: Parameters<Parameters<typeof openStream>[2]>[0]) =>
    Promise.resolve({ privateKey: keyOf(lock, path) });
  yield* explainedOf(path, openStream(engine, watched(), unlock));
  if (expected === null) return;
  if (bytes === expected.bytes && digest.digest().toHex() === expected.sm3) return;
  throw new StartError(`"${path}" 不是清单上的那个文件：SM3 不符。不要使用这个备份`);
}

/** After a power cut the new names must be there too. */
export async function syncFolder(path: string): Promise<void> {
  using folder = await Deno.open(path);
  await folder.sync();
}
