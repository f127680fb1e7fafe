/** A subcommand of ours in a process of its own, as it is run in production. */

const READY_MS_MAX = 30_000;
const READY_EVERY_MS = 50;
const SAID_CHARS_MAX = 4_000;
const MAIN = new URL("../../main.ts", import.meta.url).pathname;

export interface RunningProcess extends AsyncDisposable {
  readonly pid: number;
}

export interface ProcessOptions {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly v8Flags?: readonly string[];
  /** Where the process writes what V8 is asked to. */
  readonly folder: string;
  readonly readyUrl: string;
}

/** Resolves when `readyUrl` answers; rejects with what the process said when it ends before. */
export async function startProcess(options: ProcessOptions): Promise<RunningProcess> {
  const flags = options.v8Flags ?? [];
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-lock",
      `--config=${new URL("../../deno.json", import.meta.url).pathname}`,
      ...(flags.length > 0 ? [`--v8-flags=${flags.join(",")}`] : []),
      MAIN,
      ...options.args,
    ],
    cwd: options.folder,
    env: { ...options.env },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const said = collect(child.stderr);
  let hasEnded = false;
  child.status.then(() => hasEnded = true);
  const until = performance.now() + READY_MS_MAX;
  while (!(await answers(options.readyUrl))) {
    if (!hasEnded && performance.now() < until) {
      await new Promise((resume) => setTimeout(resume, READY_EVERY_MS));
      continue;
    }
    if (!hasEnded) child.kill("SIGTERM");
    throw new Error(`Cannot start "${options.args[0]}": ${await said}`);
  }
  return {
    pid: child.pid,
    async [Symbol.asyncDispose]() {
      if (!hasEnded) child.kill("SIGTERM");
      await child.status;
      await said;
    },
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(READY_MS_MAX) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

async function collect(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  let text = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    text = (text + chunk).slice(-SAID_CHARS_MAX);
  }
  return text.trim();
}

export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
