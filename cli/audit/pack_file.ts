import { configure, type Entry, Reader, ZipReader } from "@zip.js/zip.js";
import { RANGE_FILE } from "../../server/modules/audit/pack_format.ts";
import type { PackFolder } from "../../server/modules/audit/verify/verify_pack.ts";
import { reasonOf } from "../../server/platform/errors.ts";
import { StartError } from "../command.ts";
import { fileTrouble } from "../files/trouble.ts";

const ENTRIES_MAX = 20_000;
/** Deflate reaches 1000 at most; lines of ours about 10. */
const RATIO_MAX = 200;
const SMALL_BYTES = 1 << 20;
/** Ten years of a large city. */
const WHOLE_BYTES_MAX = 1e12;

export interface OpenPack extends PackFolder, Disposable {}

/**
 * The audit folder inside a pack: the one with `audit-range.json` in it. Nothing is unpacked to the
 * disk; a zip that is ambiguous, names files outside itself or grows without measure is refused.
 */
export async function openPackFile(path: string): Promise<OpenPack> {
  configure({ useWebWorkers: false });
  const file = await openFile(path);
  try {
    const entries = await readEntries(file, path);
    const range = [...entries.keys()].find((name) =>
      name === RANGE_FILE || name.endsWith(`/${RANGE_FILE}`)
    );
    if (range === undefined) throw new StartError(`"${path}" 里没有审计链（${RANGE_FILE}）`);
    const prefix = range.slice(0, -RANGE_FILE.length);
    const names = [...entries.keys()].filter((name) => name.startsWith(prefix))
      .map((name) => name.slice(prefix.length)).filter((name) => !name.includes("/"));
    return {
      names,
      read: (name) => contentOf(entries.get(prefix + name), path),
      [Symbol.dispose]: () => file.close(),
    };
  } catch (thrown) {
    file.close();
    throw thrown;
  }
}

async function openFile(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path);
  } catch (thrown) {
    throw fileTrouble("不能读取", path, thrown);
  }
}

async function readEntries(file: Deno.FsFile, path: string): Promise<Map<string, Entry>> {
  const reader = new ZipReader(new FileReader(file), {
    useWebWorkers: false,
    checkAmbiguity: true,
  });
  const entries = new Map<string, Entry>();
  let bytes = 0;
  try {
    for await (const entry of reader.getEntriesGenerator()) {
      bytes += entry.uncompressedSize;
      requireMeasure(entry, { bytes, count: entries.size + 1 });
      if (!entry.directory) entries.set(entry.filename, entry);
    }
  } catch (thrown) {
    throw new StartError(`"${path}" 不是可以校验的 ZIP 文件：${reasonOf(thrown)}`, {
      cause: thrown,
    });
  }
  return entries;
}

function requireMeasure(
  { uncompressedSize, compressedSize, encrypted }: Entry,
  { bytes, count }: { readonly bytes: number; readonly count: number },
): void {
  const isBomb = uncompressedSize > SMALL_BYTES && uncompressedSize > compressedSize * RATIO_MAX;
  if (count > ENTRIES_MAX || bytes > WHOLE_BYTES_MAX || isBomb) {
    throw new RangeError("展开后过大，拒绝读取");
  }
  if (encrypted) throw new RangeError("有加密的文件，拒绝读取");
}

async function* contentOf(entry: Entry | undefined, path: string): AsyncGenerator<Uint8Array> {
  if (!entry || entry.directory) return;
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const ending = entry.getData(writable, { checkSignature: true }).then(() => null, reasonOf);
  let left = entry.uncompressedSize;
  try {
    for await (const piece of readable) {
      left -= piece.length;
      if (left < 0) throw new StartError(`"${path}" 里的 ${entry.filename} 比它说的大，拒绝读取`);
      yield piece;
    }
  } catch (thrown) {
    if (thrown instanceof StartError) throw thrown;
    throw new StartError(`"${path}" 里的 ${entry.filename} 读不出来：${reasonOf(thrown)}`, {
      cause: thrown,
    });
  }
  const trouble = await ending;
  if (trouble === null) return;
  throw new StartError(`"${path}" 里的 ${entry.filename} 读不出来：${trouble}`);
}

/** Random access without reading the file into memory. */
class FileReader extends Reader<Deno.FsFile> {
  readonly #file: Deno.FsFile;
  /** Two entries are read at a time, and the file has one place it stands at. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(file: Deno.FsFile) {
    super(file);
    this.#file = file;
  }

  override async init(): Promise<void> {
    this.size = (await this.#file.stat()).size;
  }

  override readUint8Array(index: number, length: number): Promise<Uint8Array> {
    const read = this.#last.then(() => this.#read(index, length));
    this.#last = read.catch(() => {});
    return read;
  }

  async #read(index: number, length: number): Promise<Uint8Array> {
    await this.#file.seek(index, Deno.SeekMode.Start);
    const bytes = new Uint8Array(length);
    let at = 0;
    while (at < length) {
      const count = await this.#file.read(bytes.subarray(at));
      if (count === null) break;
      at += count;
    }
    return bytes.subarray(0, at);
  }
}
