import { dirname } from "node:path";
import { complain, StartError } from "../command.ts";
import { onInterrupt } from "./interrupt.ts";
import { fileTrouble } from "./trouble.ts";

/**
 * Where a command writes. A file appears under its name only when it is whole and on the disk:
 * until then it is `<name>.partial`, which goes when the command fails or is interrupted.
 */
interface Output extends Disposable {
  write(bytes: Uint8Array): Promise<void>;
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
}

const PRIVATE_MODE = 0o600;
const ORDINARY_MODE = 0o666;
/** Smaller ones may share a buffer with others (native.ts). */
const RELEASED_BYTES_MIN = 32_768;

async function openOutput(options: OutputOptions): Promise<Output> {
  const { path } = options;
  if (path === undefined || path === "-") return standardOutput(options);
  const found = await findFile(path);
  if (found?.isDirectory) throw new StartError(`不能写入 "${path}"：这是一个目录，不是文件`);
  if (found && !found.isFile) return await writeThrough(path);
  if (found && !options.force) throw alreadyThere(path);
  // Behind a link it is the file that is replaced, not the link.
  return await newFile(found ? await Deno.realPath(path) : path, options, found);
}

export type Pieces = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** The whole result of a command, taken over; nothing stays when it breaks off. */
export async function writePieces(pieces: Pieces, options: OutputOptions): Promise<void> {
  using output = await openOutput(options);
  for await (const piece of pieces) {
    await output.write(piece);
    release(piece);
  }
  await output.finish();
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
    write: (bytes) => writeAll("标准输出", Deno.stdout, bytes),
    async finish() {},
    [Symbol.dispose]() {},
  };
}

/** A device or a named pipe: nothing there to replace or to remove. */
async function writeThrough(path: string): Promise<Output> {
  const file = await open(path, { write: true });
  return {
    write: (bytes) => writeAll(path, file, bytes),
    async finish() {},
    [Symbol.dispose]() {
      file.close();
    },
  };
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
  { force, isPrivate }: OutputOptions,
  replaced: Deno.FileInfo | null,
): Promise<Output> {
  const partial = partialOf(path);
  const mode = isPrivate ? PRIVATE_MODE : ORDINARY_MODE;
  const file = await open(partial, { write: true, createNew: true, mode });
  const interrupt = onInterrupt(() => {
    removeQuietly(partial);
    complain("已中断，没有留下未写完的文件");
  });
  let isFinished = false;
  return {
    write: (bytes) => writeAll(path, file, bytes),
    async finish() {
      try {
        if (replaced) await keepOwner(partial, replaced);
        await file.sync();
        if (!force && await findFile(path)) throw alreadyThere(path);
        await Deno.rename(partial, path);
        isFinished = true;
        await syncFolder(dirname(path));
      } catch (thrown) {
        if (thrown instanceof StartError) throw thrown;
        throw fileTrouble("不能写入", path, thrown);
      }
    },
    [Symbol.dispose]() {
      interrupt[Symbol.dispose]();
      file.close();
      if (!isFinished) removeQuietly(partial);
    },
  };
}

/** Root must not take a file away from the service that reads it. */
async function keepOwner(path: string, { uid, gid }: Deno.FileInfo): Promise<void> {
  const own = await Deno.stat(path);
  if (own.uid !== uid || own.gid !== gid) await Deno.chown(path, uid, gid);
}

async function open(path: string, options: Deno.OpenOptions): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path, options);
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.AlreadyExists)) throw fileTrouble("不能写入", path, thrown);
    throw new StartError(
      `"${path}" 已存在：另一个命令正在写同一个文件，或上一次被强行终止。` +
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
    if (thrown instanceof Deno.errors.NotFound) return null;
    throw fileTrouble("不能写入", path, thrown);
  }
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
