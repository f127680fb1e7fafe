import { ROOT } from "./source_files.ts";

/** Longer than the slowest step on the smallest machine; beyond it something hangs. */
const STEP_MS_MAX = 30 * 60_000;

export interface ReadRun {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Sees each line as it is written. */
  readonly onLine: (line: string) => void;
  /**
   * Whether its errors are read, too. Not those of tests: what a test leaves running holds on to
   * them, and their end would never come.
   */
  readonly readErrors?: boolean;
}

/**
 * Runs Deno itself in the project's root, passing on what it says and reading it meanwhile; true
 * when it went well.
 */
export async function readDeno(
  { args, env, onLine, readErrors = false }: ReadRun,
): Promise<boolean> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    env: { ...env, NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: readErrors ? "piped" : "inherit",
    signal: AbortSignal.timeout(STEP_MS_MAX),
  }).spawn();
  await Promise.all([
    passOn(child.stdout, Deno.stdout, onLine),
    ...(readErrors ? [passOn(child.stderr, Deno.stderr, onLine)] : []),
  ]);
  return (await child.status).success;
}

type Output = Pick<typeof Deno.stdout, "write">;

async function passOn(
  from: ReadableStream<Uint8Array<ArrayBuffer>>,
  to: Output,
  onLine: (line: string) => void,
): Promise<void> {
  const [shown, read] = from.tee();
  await Promise.all([show(shown, to), readLines(read, onLine)]);
}

/** Holds on to nothing: others may run, and be shown, at the same time. */
async function show(bytes: ReadableStream<Uint8Array<ArrayBuffer>>, to: Output): Promise<void> {
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length;) at += await to.write(chunk.subarray(at));
  }
}

async function readLines(
  bytes: ReadableStream<Uint8Array<ArrayBuffer>>,
  onLine: (line: string) => void,
): Promise<void> {
  let rest = "";
  for await (const text of bytes.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(onLine);
  }
  onLine(rest);
}
