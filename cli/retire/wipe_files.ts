import { equalBytes, randomBytes } from "../../crypto/bytes.ts";
import { StartError } from "../command.ts";
import { fileTrouble } from "../files/trouble.ts";
import type { MarkerSearch } from "./markers.ts";

export interface Wiped {
  readonly path: string;
  readonly files: number;
  readonly bytes: number;
  /** Read back and compared. */
  readonly blocks: number;
}

const BLOCK_BYTES = 65_536;
const FILES_MAX = 1_000_000;

/**
 * Overwrites every file below a folder with random bytes, forces them to the disk, reads them back,
 * and unlinks. On a solid-state disk the old cells may still hold what was there: that is why the
 * disk is encrypted from its first day, and what the trim behind this is for. Links are unlinked,
 * not followed. A folder that is not there is wiped already.
 */
export async function wipeFolder(
  path: string,
  { except = [], search }: { readonly except?: readonly string[]; readonly search: MarkerSearch },
): Promise<Wiped> {
  const wiped = { path, files: 0, bytes: 0, blocks: 0 };
  for await (const file of filesBelow(path, except)) {
    const { bytes, blocks } = await wipeFile(file, search);
    wiped.files += 1;
    wiped.bytes += bytes;
    wiped.blocks += blocks;
    if (wiped.files > FILES_MAX) throw new StartError(`"${path}" 里的文件多得不正常，请人工处理`);
  }
  return wiped;
}

export async function wipeFile(
  path: string,
  search: MarkerSearch,
): Promise<{ readonly bytes: number; readonly blocks: number }> {
  const { size, isFile } = await Deno.lstat(path);
  if (!isFile || size === 0) {
    await Deno.remove(path);
    return { bytes: 0, blocks: 0 };
  }
  const block = randomBytes(BLOCK_BYTES);
  try {
    await overwrite(path, size, block);
    const blocks = await compare(path, { size, block, search });
    await Deno.remove(path);
    return { bytes: size, blocks };
  } catch (thrown) {
    throw thrown instanceof StartError ? thrown : fileTrouble("不能清除", path, thrown);
  }
}

/** The same block again and again, each whole, so that what is read back can be compared. */
async function overwrite(path: string, size: number, block: Uint8Array): Promise<void> {
  using file = await Deno.open(path, { write: true });
  for (let at = 0; at < size; at += block.length) {
    const piece = block.subarray(0, Math.min(block.length, size - at));
    for (let written = 0; written < piece.length;) {
      written += await file.write(piece.subarray(written));
    }
  }
  await file.sync();
}

/** Each place holds what was written there, and nothing of before. */
async function compare(
  path: string,
  { size, block, search }: {
    readonly size: number;
    readonly block: Uint8Array;
    readonly search: MarkerSearch;
  },
): Promise<number> {
  using file = await Deno.open(path);
  const read = new Uint8Array(BLOCK_BYTES);
  let blocks = 0;
  for (let at = 0; at < size; blocks++) {
    const wanted = Math.min(BLOCK_BYTES, size - at);
    let filled = 0;
    while (filled < wanted) {
      const length = await file.read(read.subarray(filled, wanted));
      if (length === null) break;
      filled += length;
    }
    const found = read.subarray(0, filled);
    if (!equalBytes(found, block.subarray(0, wanted)) || search.isIn(found)) {
      throw new StartError(`"${path}" 清除后读回的内容不对：磁盘有问题，请拆下物理销毁`);
    }
    at += filled;
  }
  return blocks;
}

async function* filesBelow(path: string, except: readonly string[]): AsyncGenerator<string> {
  const entries = await Array.fromAsync(Deno.readDir(path)).catch((thrown) => {
    if (thrown instanceof Deno.errors.NotFound) return [];
    throw fileTrouble("不能读取", path, thrown);
  });
  for (const { name, isDirectory } of entries) {
    const inner = `${path}/${name}`;
    if (except.includes(inner)) continue;
    if (!isDirectory) {
      yield inner;
      continue;
    }
    yield* filesBelow(inner, except);
    await Deno.remove(inner).catch((thrown) => {
      throw fileTrouble("不能清除", inner, thrown);
    });
  }
}
