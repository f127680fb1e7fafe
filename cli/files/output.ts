import { basename, dirname, join, resolve } from "node:path";
import { complain, StartError, UsageError } from "../command.ts";
import { requireOneStandardInput } from "./input.ts";
import { onInterrupt } from "./interrupt.ts";
import { fileTrouble } from "./trouble.ts";

/**
 * Where a command writes. A file appears under its name only when it is whole and on the disk:
 * until then it is `<name>.partial`, which goes when the command fails or is interrupted.
 */
export interface Output extends Disposable {
  /** Takes over what the pieces hold. All of it is on the disk then, but not yet in its place. */
  fill(pieces: Pieces): Promise<void>;
  /** All is written. Without it disposing leaves nothing behind. */
  finish(): Promise<void>;
}

export interface OutputOptions {
  /** Absent or "-" for standard output. */
  readonly path: string | undefined;
  /** Replace a file that is there. */
  readonly force: boolean;
  /** Only the user may read it: keys and what was decrypted. */
  readonly isPrivate: boolean;
  /** Nothing for a screen. */
  readonly isBinary: boolean;
  /** All that the command reads, "-" for standard input, and its other outputs: none is replaced. */
  readonly inputs?: readonly (string | undefined)[];
  /** The command stops by itself at Ctrl-C, and has more to see to than this file. */
  readonly stopsItself?: boolean;
}

export type Pieces = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

const PRIVATE_MODE = 0o600;
/** What a private file that is replaced may keep: a service may read its key by its group. */
const PRIVATE_MODE_MAX = 0o640;
const ORDINARY_MODE = 0o666;
const MODE_BITS = 0o777;
/** Smaller ones may share a buffer with others (native.ts). */
const RELEASED_BYTES_MIN = 32_768;

/** Opened before a password is asked for or much is read, it refuses whatever can be refused. */
export async function openOutput(options: OutputOptions): Promise<Output> {
  const { path, inputs = [] } = options;
  requireOneStandardInput(...inputs);
  if (path === undefined || path === "-") return standardOutput(options);
  await requireOther(path, inputs);
  const found = await findFile(path);
  if (found?.isDirectory) throw new StartError(`不能写入 "${path}"：这是一个目录，不是文件`);
  if (found && !found.isFile) return await writeThrough(path);
  if (found && !options.force) throw alreadyThere(path);
  // Behind a link it is the file that is replaced, not the link.
  return await newFile(found ? await Deno.realPath(path) : path, options, found);
}

/** Also before anything is asked for. */
export async function requireFolder(path: string): Promise<void> {
  const folder = dirname(path);
  try {
    const { isDirectory } = await Deno.stat(folder);
    if (isDirectory) return;
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.NotFound)) throw fileTrouble("不能写入", path, thrown);
    throw new StartError(`不能写入 "${path}"：目录 "${folder}" 不存在，请先建立`, {
      cause: thrown,
    });
  }
  throw new StartError(`不能写入 "${path}"："${folder}" 不是目录`);
}

/** `--force` is for an old result, never for a key or the content itself. */
async function requireOther(path: string, inputs: readonly (string | undefined)[]): Promise<void> {
  const found = await Deno.stat(path).catch(() => null);
  if (found && !found.isFile) return;
  const place = await placeOf(path);
  for (const input of inputs) {
    if (input === undefined || input === "-") continue;
    const read = await Deno.stat(input).catch(() => null);
    const isSame = found !== null && read?.dev === found.dev && read.ino === found.ino;
    if (!isSame && await placeOf(input) !== place) continue;
    throw new UsageError(`不能写入 "${path}"：它同时是 "${input}"，会被覆盖。换一个文件名`);
  }
}

/** Where a file is or will be, by whatever links it is named. */
async function placeOf(path: string): Promise<string> {
  try {
    return await Deno.realPath(path);
  } catch {
    const folder = await Deno.realPath(dirname(path)).catch(() => resolve(dirname(path)));
    return join(folder, basename(path));
  }
}

async function fill(pieces: Pieces, write: (bytes: Uint8Array) => Promise<void>): Promise<void> {
  for await (const piece of pieces) {
    await write(piece);
    release(piece);
  }
}

/** Frees what is left to itself only when 64 MB of it have come together. */
function release({ buffer, byteLength }: Uint8Array): void {
  const isLarge = byteLength === buffer.byteLength && byteLength >= RELEASED_BYTES_MIN;
  if (isLarge && buffer instanceof ArrayBuffer) buffer.transfer(0);
}

function standardOutput({ isBinary }: OutputOptions): Output {
  if (isBinary && Deno.stdout.isTerminal()) {
    throw new StartError("输出是二进制，不能显示在屏幕上：请加 --out <文件>，或接到管道");
  }
  return {
    fill: (pieces) => fill(pieces, (bytes) => writeAll("标准输出", Deno.stdout, bytes)),
    async finish() {},
    [Symbol.dispose]() {},
  };
}

/** A device or a named pipe: nothing there to replace or to remove. */
async function writeThrough(path: string): Promise<Output> {
  const file = await openDevice(path);
  return {
    fill: (pieces) => fill(pieces, (bytes) => writeAll(path, file, bytes)),
    async finish() {},
    [Symbol.dispose]() {
      file.close();
    },
  };
}

async function openDevice(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path, { write: true });
  } catch (thrown) {
    throw fileTrouble("不能写入", path, thrown);
  }
}

/** What a command that was killed left of `path`; only for who knows that nobody writes it now. */
export function removePartial(path: string): void {
  removeQuietly(partialOf(path));
}

function partialOf(path: string): string {
  return `${path}.partial`;
}

async function newFile(
  path: string,
  { force, isPrivate, stopsItself = false }: OutputOptions,
  replaced: Deno.FileInfo | null,
): Promise<Output> {
  await requireFolder(path);
  const partial = partialOf(path);
  const file = await createPartial(path, isPrivate || replaced ? PRIVATE_MODE : ORDINARY_MODE);
  const interrupt = stopsItself ? null : onInterrupt(() => {
    removeQuietly(partial);
    complain("已中断，没有留下未写完的文件");
  });
  let isFinished = false;
  const dispose = () => {
    interrupt?.[Symbol.dispose]();
    file.close();
    if (!isFinished) removeQuietly(partial);
  };
  try {
    if (replaced) await keepAccess(partial, replaced, isPrivate);
  } catch (thrown) {
    dispose();
    throw fileTrouble("不能写入", path, thrown);
  }
  return {
    async fill(pieces) {
      await fill(pieces, (bytes) => writeAll(path, file, bytes));
      try {
        await file.sync();
      } catch (thrown) {
        throw fileTrouble("不能写入", path, thrown);
      }
    },
    async finish() {
      try {
        if (!force && await findFile(path)) throw alreadyThere(path);
        await Deno.rename(partial, path);
        isFinished = true;
        await syncFolder(dirname(path));
      } catch (thrown) {
        if (thrown instanceof StartError) throw thrown;
        throw fileTrouble("不能写入", path, thrown);
      }
    },
    [Symbol.dispose]: dispose,
  };
}

/** Root must not take a file away from the service that reads it, as its owner or by its group. */
async function keepAccess(
  path: string,
  { uid, gid, mode }: Deno.FileInfo,
  isPrivate: boolean,
): Promise<void> {
  const own = await Deno.stat(path);
  if (own.uid !== uid || own.gid !== gid) await Deno.chown(path, uid, gid);
  const kept = (mode ?? PRIVATE_MODE) & (isPrivate ? PRIVATE_MODE_MAX : MODE_BITS);
  await Deno.chmod(path, kept | PRIVATE_MODE);
}

async function createPartial(path: string, mode: number): Promise<Deno.FsFile> {
  const partial = partialOf(path);
  try {
    return await Deno.open(partial, { write: true, createNew: true, mode });
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.AlreadyExists)) throw fileTrouble("不能写入", path, thrown);
    throw new StartError(
      `"${partial}" 已存在：另一个命令正在写同一个文件，或上一次被强行终止。` +
        "确认没有别的命令在写后，删除它再重做。",
    );
  }
}

/** Some systems take the bytes only in parts. */
async function writeAll(
  path: string,
  file: Pick<Deno.FsFile, "write">,
  bytes: Uint8Array,
): Promise<void> {
  try {
    for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
  } catch (thrown) {
    throw fileTrouble("不能写入", path, thrown);
  }
}

async function findFile(path: string): Promise<Deno.FileInfo | null> {
  try {
    return await Deno.stat(path);
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.NotFound)) throw fileTrouble("不能写入", path, thrown);
    await requireNoLink(path);
    return null;
  }
}

/** A link to nothing, as to a disk that is not mounted, would become a file beside its target. */
export async function requireNoLink(path: string): Promise<void> {
  const found = await Deno.lstat(path).catch(() => null);
  if (!found?.isSymlink) return;
  throw new StartError(`不能写入 "${path}"：这是一个链接，它指向的文件不存在`);
}

/** After a power cut the new name must be there too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await Deno.open(folder);
  try {
    await handle.sync();
  } finally {
    handle.close();
  }
}

function removeQuietly(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.NotFound)) throw thrown;
  }
}

function alreadyThere(path: string): StartError {
  return new StartError(`"${path}" 已存在，没有覆盖：换一个文件名，或加 --force`);
}
