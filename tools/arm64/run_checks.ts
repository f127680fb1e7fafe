import { say } from "../say.ts";
import { startGroup } from "./process_group.ts";

/** What `checks.sh` says of one thing that it had a release do. */
export interface CheckResult {
  readonly went: boolean;
  readonly seconds: number;
  readonly what: string;
}

export interface ChecksRun {
  /** Runs `checks.sh`, or the machine that does. */
  readonly command: readonly string[];
  readonly cwd: string;
  readonly msMax: number;
  /** The proof is told to end, and so does what it has started. */
  readonly signal: AbortSignal;
}

/** Passes on what is said meanwhile. Throws the signal's reason when it was told to end. */
export async function runChecks(
  { command, cwd, msMax, signal }: ChecksRun,
): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  await using group = startGroup({
    command,
    cwd,
    signal: AbortSignal.any([signal, AbortSignal.timeout(msMax)]),
  });
  for await (const line of linesOf(group.child.stdout)) {
    await say(line);
    const result = readCheck(line);
    if (result) results.push(result);
  }
  await group.child.status;
  signal.throwIfAborted();
  return results;
}

/** `ok 12 starts` or `FAILED 3 starts`; null for what else is printed. */
export function readCheck(line: string): CheckResult | null {
  const [, state, seconds, what] = /^(ok|FAILED) (\d+) (.+?)\r?$/.exec(line) ?? [];
  if (state === undefined || what === undefined) return null;
  return { went: state === "ok", seconds: Number(seconds), what };
}

async function* linesOf(bytes: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of bytes.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}
