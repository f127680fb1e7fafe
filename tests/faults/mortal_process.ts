const MAIN = new URL("../../main.ts", import.meta.url).pathname;
const STARTS_MAX = 8;
const READY_MS_MAX = 40_000;
const RESTART_MS = 500;

export interface MortalOptions {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What it prints goes to a file of its name there. */
  readonly logFolder: string;
  /** What it prints once it is ready. */
  readonly readyWord: string;
}

/** A subcommand of ours as a process that is killed without warning and started again. */
export class MortalProcess implements AsyncDisposable {
  readonly name: string;
  readonly #options: MortalOptions;
  #child: Deno.ChildProcess | null = null;
  #logged: Promise<unknown> = Promise.resolve();
  #isReady = false;
  /** When whoever started it is ended itself, as the database's server does on Ctrl-C. */
  readonly #leave = () => this.#child?.kill("SIGKILL");

  constructor(options: MortalOptions) {
    this.name = options.name;
    this.#options = options;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  get logPath(): string {
    return `${this.#options.logFolder}/${this.name}.log`;
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
    const { args, env } = this.#options;
    const child = new Deno.Command(Deno.execPath(), {
      // Others that run at the same time would wait for the lock of an installation.
      args: ["run", "-A", "--no-check", "--node-modules-dir=manual", MAIN, ...args],
      cwd: new URL("../..", import.meta.url).pathname,
      env: { ...env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#child = child;
    globalThis.addEventListener("unload", this.#leave);
    const ready = Promise.withResolvers<boolean>();
    this.#logged = Promise.all(
      [child.stdout, child.stderr].map((output) => this.#log(output, () => ready.resolve(true))),
    );
    child.status.then(() => ready.resolve(false));
    const tooLong = setTimeout(() => ready.resolve(false), READY_MS_MAX);
    this.#isReady = await ready.promise;
    clearTimeout(tooLong);
    if (this.#isReady) return true;
    await this.#end("SIGKILL");
    return false;
  }

  async #log(
    output: ReadableStream<Uint8Array<ArrayBuffer>>,
    onReady: () => void,
  ): Promise<void> {
    using file = await Deno.open(this.logPath, { create: true, append: true });
    const decoder = new TextDecoder();
    for await (const chunk of output) {
      if (decoder.decode(chunk, { stream: true }).includes(this.#options.readyWord)) onReady();
      await writeAll(file, chunk);
    }
  }

  async #end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    const child = this.#child;
    this.#isReady = false;
    if (!child) return;
    this.#child = null;
    globalThis.removeEventListener("unload", this.#leave);
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

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += await file.write(bytes.subarray(written));
  }
}
