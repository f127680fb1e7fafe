import { callLibc } from "./libc_path.ts";

/**
 * What lies below `/proc`, `/sys` and `/dev`. The runtime shows it only to programs that may do
 * everything; one that may load the C library asks that instead.
 */

const SYMBOLS = {
  open: { parameters: ["buffer", "i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  close: { parameters: ["i32"], result: "i32" },
  realpath: { parameters: ["buffer", "buffer"], result: "pointer" },
  opendir: { parameters: ["buffer"], result: "pointer" },
  readdir: { parameters: ["pointer"], result: "pointer" },
  closedir: { parameters: ["pointer"], result: "i32" },
} as const;

/** O_RDONLY | O_CLOEXEC, the same on x86_64 and aarch64. */
const READ_ONLY = 0x80000;
const PATH_BYTES_MAX = 4096;
const PIECE_BYTES = 65_536;
const FILE_BYTES_MAX = 4 * 1024 * 1024;
/** Where the name stands in a `struct dirent`, the same on x86_64 and aarch64. */
const NAME_AT = 19;

/** At most the first 4 MB. Throws Deno's errors, NotFound also for what may not be read. */
export async function readKernelFile(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.NotCapable)) throw thrown;
    return readByLibc(path);
  }
}

/** Where a link leads in the end. Throws Deno's errors. */
export async function realKernelPath(path: string): Promise<string> {
  try {
    return await Deno.realPath(path);
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.NotCapable)) throw thrown;
    return realPathByLibc(path);
  }
}

/**
 * Names of what is in a folder, in no order: looked for in the C library's memory, which only who may
 * load any library may do. Throws Deno's errors.
 */
export async function listKernelFolder(path: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(path))).map(({ name }) => name);
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.NotCapable)) throw thrown;
    return listByLibc(path);
  }
}

type Libc = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

function readByLibc(path: string): string {
  return callLibc(SYMBOLS, (libc) => {
    const fd = libc.open(cString(path), READ_ONLY);
    if (fd < 0) throw new Deno.errors.NotFound(`Cannot open "${path}"`);
    try {
      return new TextDecoder().decode(readAll(libc, fd));
    } finally {
      libc.close(fd);
    }
  });
}

function readAll(libc: Libc, fd: number): Uint8Array {
  const pieces: Uint8Array[] = [];
  const buffer = new Uint8Array(PIECE_BYTES);
  for (let total = 0; total < FILE_BYTES_MAX;) {
    const length = Number(libc.read(fd, buffer, BigInt(buffer.length)));
    if (length <= 0) break;
    pieces.push(buffer.slice(0, length));
    total += length;
  }
  return concat(pieces);
}

function realPathByLibc(path: string): string {
  const found = new Uint8Array(PATH_BYTES_MAX);
  const isFound = callLibc(SYMBOLS, (libc) => libc.realpath(cString(path), found)) !== null;
  if (!isFound) throw new Deno.errors.NotFound(`Cannot find "${path}"`);
  return new TextDecoder().decode(found.subarray(0, found.indexOf(0)));
}

function listByLibc(path: string): string[] {
  return callLibc(SYMBOLS, (libc) => {
    const folder = libc.opendir(cString(path));
    if (folder === null) throw new Deno.errors.NotFound(`Cannot open "${path}"`);
    const names: string[] = [];
    for (let entry = libc.readdir(folder); entry !== null; entry = libc.readdir(folder)) {
      names.push(new Deno.UnsafePointerView(entry).getCString(NAME_AT));
    }
    libc.closedir(folder);
    return names.filter((name) => name !== "." && name !== "..");
  });
}

function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

function cString(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${text}\0`);
}
