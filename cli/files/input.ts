import { concatBytes } from "../../crypto/bytes.ts";
import { complain, StartError, UsageError } from "../command.ts";
import { fileTrouble } from "./trouble.ts";

/** What a command reads, a file or standard input, piece by piece. */
export interface Input extends Disposable {
  /** As messages have it. */
  readonly name: string;
  /** Bytes; null when it cannot be known before the end. */
  readonly size: number | null;
  /** Once only. A piece is valid until the next one is asked for. */
  pieces(): AsyncIterable<Uint8Array>;
}

const PIECE_BYTES = 262_144;
const STANDARD_INPUT = "标准输入";
const STANDARD_INPUT_PATHS: readonly (string | undefined)[] = [
  "-",
  "/dev/stdin",
  "/dev/fd/0",
  "/proc/self/fd/0",
];

/** For all that a command reads: who comes second would find nothing, and sign or check that. */
export function requireOneStandardInput(...paths: readonly (string | undefined)[]): void {
  if (paths.filter((path) => STANDARD_INPUT_PATHS.includes(path)).length < 2) return;
  throw new UsageError(
    "标准输入只能用一次：这里有两处要读它（写作 - 或没有写文件），其余的请写文件名",
  );
}

/** `path` "-" is standard input. */
export async function openInput(path: string): Promise<Input> {
  if (path === "-") return standardInput();
  try {
    const file = await Deno.open(path);
    const info = await file.stat();
    if (info.isDirectory) {
      file.close();
      throw new StartError(`不能读取 "${path}"：这是一个目录，不是文件`);
    }
    return {
      name: path,
      size: info.isFile ? info.size : null,
      pieces: () => readPieces(path, file),
      [Symbol.dispose]: () => file.close(),
    };
  } catch (thrown) {
    if (thrown instanceof StartError) throw thrown;
    throw fileTrouble("不能读取", path, thrown);
  }
}

/** A whole small file: a key, a list, a signature. */
export async function readSmallFile(path: string, bytesMax: number): Promise<Uint8Array> {
  using input = await openInput(path);
  return await readSmall(input, bytesMax);
}

/** All of an input that must not be large. */
export async function readSmall(input: Input, bytesMax: number): Promise<Uint8Array> {
  const whole: Uint8Array[] = [];
  let length = 0;
  for await (const piece of input.pieces()) {
    length += piece.length;
    if (length > bytesMax) {
      throw new StartError(`"${input.name}" 太大：这里最多 ${bytesMax} 字节`);
    }
    whole.push(piece.slice());
  }
  return concatBytes(...whole);
}

function standardInput(): Input {
  if (Deno.stdin.isTerminal()) complain("从键盘读取，Ctrl-D 结束");
  return {
    name: STANDARD_INPUT,
    size: null,
    pieces: () => readPieces(STANDARD_INPUT, Deno.stdin),
    [Symbol.dispose]() {},
  };
}

async function* readPieces(
  name: string,
  file: Pick<Deno.FsFile, "read">,
): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(PIECE_BYTES);
  while (true) {
    const length = await read(name, file, buffer);
    if (length === null) return;
    yield buffer.subarray(0, length);
  }
}

async function read(
  name: string,
  file: Pick<Deno.FsFile, "read">,
  buffer: Uint8Array,
): Promise<number | null> {
  try {
    return await file.read(buffer);
  } catch (thrown) {
    throw fileTrouble("不能读取", name, thrown);
  }
}
