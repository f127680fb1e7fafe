import { ROOT } from "./source_files.ts";

/** Longer than the slowest step on the smallest machine; beyond it something hangs. */
const STEP_MS_MAX = 30 * 60_000;

/** Runs Deno itself in the project's root with its words going to ours; true when it went well. */
export async function runDeno(args: readonly string[]): Promise<boolean> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    stdin: "null",
    signal: AbortSignal.timeout(STEP_MS_MAX),
  }).spawn();
  return (await child.status).success;
}

export interface ReadRun {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Sees each line as it is written. */
  readonly onLine: (line: string) => void;
}

/** The same, but reads what the run says while passing it on. */
export async function readDeno({ args, env, onLine }: ReadRun): Promise<boolean> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    env: { ...env, NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    signal: AbortSignal.timeout(STEP_MS_MAX),
  }).spawn();
  const [shown, read] = child.stdout.tee();
  await Promise.all([
    shown.pipeTo(Deno.stdout.writable, { preventClose: true }),
    readLines(read, onLine),
  ]);
  return (await child.status).success;
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
