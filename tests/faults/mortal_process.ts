const MAIN = new URL("../../main.ts", import.meta.url).pathname;
const STARTS_MAX = 8;
const READY_MS_MAX = 40_000;
const READY_EVERY_MS = 100;
const RESTART_MS = 500;

export interface MortalOptions {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What it prints goes to a file of its name there. */
  readonly folder: string;
  readonly readyUrl: string;
}

/** A subcommand of ours as a process that is killed without warning and started again. */
export class MortalProcess implements AsyncDisposable {
  readonly name: string;
  readonly #options: MortalOptions;
  #child: Deno.ChildProcess | null = null;
  #logged: Promise<unknown> = Promise.resolve();
  #isReady = false;

  constructor(options: MortalOptions) {
    this.name = options.name;
    this.#options = options;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  get logPath(): string {
    return `${this.#options.folder}/${this.name}.log`;
  }

  /** Resolves when it answers; whoever started it while its database was away starts it again. */
  async start(): Promise<void> {
    for (let tries = 0; tries < STARTS_MAX; tries++) {
      if (await this.#tryStart()) return;
      await pause(RESTART_MS);
    }
    throw new Error(`Cannot start "${this.name}": see ${this.logPath}`);
  }

  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end("SIGTERM");
  }

  async #tryStart(): Promise<boolean> {
    const { args, env, folder, readyUrl } = this.#options;
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", MAIN, ...args],
      cwd: new URL("../..", import.meta.url).pathname,
      env: { ...env, TMPDIR: folder },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#child = child;
    this.#logged = Promise.all([this.#log(child.stdout), this.#log(child.stderr)]);
    const life = { hasEnded: false };
    child.status.then(() => life.hasEnded = true);
    const until = performance.now() + READY_MS_MAX;
    while (!life.hasEnded && performance.now() < until) {
      if (await answers(readyUrl)) {
        this.#isReady = true;
        return true;
      }
      await pause(READY_EVERY_MS);
    }
    await this.#end("SIGKILL");
    return false;
  }

  async #log(output: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    const file = await Deno.open(this.logPath, { create: true, append: true, write: true });
    await output.pipeTo(file.writable);
  }

  async #end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    const child = this.#child;
    this.#isReady = false;
    if (!child) return;
    this.#child = null;
    try {
      child.kill(signal);
    } catch (thrown) {
      // It has ended by itself.
      if (!(thrown instanceof TypeError) && !(thrown instanceof Deno.errors.NotFound)) throw thrown;
    }
    await child.status;
    await this.#logged;
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resume) => setTimeout(resume, ms));
}

async function answers(url: string): Promise<boolean> {
  try {
    const reply = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await reply.body?.cancel();
    return reply.ok;
  } catch {
    return false;
  }
}
