import { configure, ZipWriter } from "@zip.js/zip.js";
import type { SmProvider } from "../../../../crypto/provider.ts";
import { requireFileName } from "./file_name.ts";

/** One file as it lies in the pack. */
export interface PackedFile {
  readonly path: string;
  /** 32 bytes. */
  readonly sm3: Uint8Array;
  readonly size: number;
}

/** DOS time has no zone: this one is written as it stands, 2 s fine. */
const DOS_NOON = 12 << 11;
/** Digests and deflate are asked for so much at once, whatever comes in. */
const BLOCK_BYTES = 256 * 1024;

export interface PackWriterOptions {
  readonly out: WritableStream<Uint8Array>;
  readonly provider: Pick<SmProvider, "sm3Stream">;
  /** Stands on every file, so that the same data gives the same pack. */
  readonly day: string;
  readonly signal: AbortSignal;
}

/** Streams files into a ZIP and keeps their digests; what it holds is one block. */
export class PackWriter {
  readonly #zip: ZipWriter<unknown>;
  readonly #options: PackWriterOptions;
  readonly #files: PackedFile[] = [];

  constructor(options: PackWriterOptions) {
    configure({ useWebWorkers: false });
    this.#options = options;
    this.#zip = new ZipWriter(options.out, {
      rawLastModDate: dosTime(options.day),
      extendedTimestamp: false,
      useWebWorkers: false,
      keepOrder: true,
    });
  }

  get files(): readonly PackedFile[] {
    return this.#files;
  }

  /** Throws RangeError for a name that is not one or stands there already. */
  async add(name: string, content: AsyncIterable<Uint8Array>): Promise<PackedFile> {
    const path = requireFileName(name);
    if (this.#files.some((file) => file.path === path)) {
      throw new RangeError(`Cannot add "${path}" to the pack: it is there already`);
    }
    await using digest = this.#options.provider.sm3Stream();
    const { signal } = this.#options;
    const counted = { size: 0 };
    async function* measured(): AsyncGenerator<Uint8Array> {
      for await (const block of inBlocks(content)) {
        signal.throwIfAborted();
        await digest.update(block);
        counted.size += block.length;
        yield block;
      }
    }
    await this.#zip.add(path, ReadableStream.from(measured()));
    const file = { path, sm3: await digest.digest(), size: counted.size };
    this.#files.push(file);
    return file;
  }

  async close(): Promise<void> {
    await this.#zip.close();
  }
}

function dosTime(day: string): number {
  const [year = 1980, month = 1, date = 1] = day.split("-").map(Number);
  return ((year - 1980) << 25 | month << 21 | date << 16 | DOS_NOON) >>> 0;
}

async function* inBlocks(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of content) {
    parts.push(part);
    length += part.length;
    if (length < BLOCK_BYTES) continue;
    yield joined(parts, length);
    parts = [];
    length = 0;
  }
  if (length > 0) yield joined(parts, length);
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only) return only;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
