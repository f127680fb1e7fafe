import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { DigestStream } from "../../../crypto/engine.ts";
import { MANIFEST_FILE, type ReleaseFile, SIGNATURES_FILE } from "./manifest.ts";
import { walkFolder } from "./walk_folder.ts";

/**
 * `not_a_file`: a link, device or pipe. `unreadable`: nobody knows what is in it, which is no
 * better than a change.
 */
export type FileTroubleKind = "missing" | "changed" | "surplus" | "unreadable" | "not_a_file";

export interface FileTrouble {
  readonly kind: FileTroubleKind;
  readonly path: string;
}

export interface FileDifferences {
  /** Of all, listed or not. */
  readonly count: number;
  /** The first hundred, unless more were asked for. */
  readonly listed: readonly FileTrouble[];
}

const LISTED_MAX = 100;
/** A few milliseconds of SM3: whoever serves meanwhile is not kept waiting. */
const PIECE_BYTES = 256 * 1024;
/** Small files read at one go before others have their turn. */
const FILES_AT_A_TURN = 8;

export interface CompareOptions {
  readonly folder: string;
  readonly files: readonly ReleaseFile[];
  readonly newDigest: () => DigestStream;
  /** Of which files the content is read; of all when absent. Of the others the size must fit. */
  readonly isRead?: (path: string) => boolean;
  readonly listedMax?: number;
  /** Ends the reading with its own reason. */
  readonly signal?: AbortSignal;
}

/** What lies in the folder against what was released; a file of another size is not read. */
export async function compareFiles(
  options: CompareOptions,
): Promise<FileDifferences> {
  const { folder, files, newDigest, isRead = () => true, listedMax = LISTED_MAX, signal } = options;
  const expected = new Map(files.map((file) => [file.path, file]));
  const listed: FileTrouble[] = [];
  let count = 0;
  function tell(kind: FileTroubleKind, path: string): void {
    count++;
    if (listed.length < listedMax) listed.push({ kind, path });
  }
  const buffer = new Uint8Array(PIECE_BYTES);
  let looked = 0;
  for await (const { path, kind } of walkFolder(folder)) {
    if (++looked % FILES_AT_A_TURN === 0) await setImmediate();
    if (path === MANIFEST_FILE || path === SIGNATURES_FILE) continue;
    const released = expected.get(path);
    expected.delete(path);
    if (kind === "unreadable") tell("unreadable", path);
    else if (kind === "other") tell("not_a_file", path);
    else if (!released) tell("surplus", path);
    else {
      const reading = isRead(path) ? { newDigest, buffer, signal } : null;
      const trouble = await troubleOf(join(folder, path), released, reading);
      if (trouble) tell(trouble, path);
    }
  }
  for (const path of expected.keys()) tell("missing", path);
  return { count, listed };
}

interface Reading {
  readonly newDigest: () => DigestStream;
  readonly buffer: Uint8Array;
  readonly signal: AbortSignal | undefined;
}

/** Most files are small and are read at one go: waiting four times for each took longer than the work. */
async function troubleOf(
  path: string,
  released: ReleaseFile,
  reading: Reading | null,
): Promise<"changed" | "unreadable" | null> {
  try {
    // deno-lint-ignore no-sync-fn-in-async-fn -- said above
    using file = Deno.openSync(path);
    const { isFile, size } = file.statSync();
    if (!isFile || size !== released.size) return "changed";
    if (reading === null) return null;
    return await digestOf(file, released.size, reading) === released.sm3 ? null : "changed";
  } catch (thrown) {
    reading?.signal?.throwIfAborted();
    if (!(thrown instanceof Error && "code" in thrown)) throw thrown;
    return "unreadable";
  }
}

/** Null for what grew while it was read. */
async function digestOf(
  file: Deno.FsFile,
  size: number,
  { newDigest, buffer, signal }: Reading,
): Promise<string | null> {
  using stream = newDigest();
  let read = 0;
  let length = file.readSync(buffer);
  while (length !== null) {
    signal?.throwIfAborted();
    read += length;
    if (read > size) return null;
    stream.update(buffer.subarray(0, length));
    length = read < buffer.length ? file.readSync(buffer) : await file.read(buffer);
  }
  return stream.digest().toHex();
}
