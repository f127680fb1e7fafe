import { Listeners } from "../listeners.ts";
import { type HostEnd, type HostOptions, HostProcess } from "./host_process.ts";
import { wipeWorkFolder } from "./work_folder.ts";

export interface KeeperOptions extends Omit<HostOptions, "onEnd"> {
  readonly onTrouble: (story: string) => void;
  readonly backOffMs: readonly number[];
}

/** Keeps one host process running: starts it at once and, with back-off, again after it ended. */
export class HostKeeper implements AsyncDisposable {
  readonly #options: KeeperOptions;
  readonly #listeners = new Listeners<"up" | "down">();
  readonly #closing = new AbortController();
  readonly #running: Promise<void>;
  #functions: readonly string[];
  #host: HostProcess | null = null;
  #isOnline = false;
  /** Starts in a row that came to nothing. */
  #failures = 0;
  #pauseMs = 0;
  /** What a call waits for; null when no process is to be had for a while. */
  #next: PromiseWithResolvers<HostProcess | null> | null = Promise.withResolvers();

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#functions = Object.keys(options.profile.functions);
    this.#running = this.#run();
  }

  get isOnline(): boolean {
    return this.#isOnline;
  }

  /** Of this build, or of the profile before the library was ever loaded. */
  get functions(): readonly string[] {
    return this.#functions;
  }

  subscribe(listener: (event: "up" | "down") => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Waits for a start under way; null when there is none or `signal` aborts first. */
  async find(signal: AbortSignal): Promise<HostProcess | null> {
    const { promise, resolve } = Promise.withResolvers<null>();
    const giveUp = () => resolve(null);
    signal.addEventListener("abort", giveUp, { once: true });
    if (signal.aborted) giveUp();
    try {
      return await Promise.race([this.#next?.promise ?? null, promise]);
    } finally {
      signal.removeEventListener("abort", giveUp);
    }
  }

  /** A process whose traces stay serves nobody: it is ended, and started once they are gone. */
  async wipe(): Promise<void> {
    try {
      await this.#wipe();
    } catch (thrown) {
      this.#host?.end(`its folder cannot be wiped: ${storyOf(thrown)}`);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#host?.leave();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      this.#next ??= Promise.withResolvers();
      await this.#runOnce();
      await pause(this.#pauseMs, signal);
    }
    this.#next?.resolve(null);
    this.#next = null;
  }

  async #runOnce(): Promise<void> {
    const host = this.#host = await this.#start();
    if (!host) return;
    const functions = await host.ready;
    if (functions && !host.hasEnded) {
      this.#functions = functions;
      this.#isOnline = true;
      this.#next?.resolve(host);
      this.#listeners.tell("up");
    }
    await host.gone;
    this.#host = null;
  }

  async #wipe(): Promise<void> {
    const { workFolder, profile } = this.#options;
    await wipeWorkFolder(workFolder, profile.workFiles);
  }

  async #start(): Promise<HostProcess | null> {
    try {
      await this.#wipe();
      if (this.#closing.signal.aborted) return null;
      // At once, so that whoever closes us meanwhile finds it.
      this.#host = new HostProcess({ ...this.#options, onEnd: (end) => this.#ended(end) });
      return this.#host;
    } catch (thrown) {
      this.#ended({ reason: "offline", story: storyOf(thrown), wasUseful: false });
      return null;
    }
  }

  #ended({ reason, story, wasUseful }: HostEnd): void {
    const { backOffMs, profile, onTrouble } = this.#options;
    const wasOnline = this.#isOnline;
    this.#isOnline = false;
    if (wasUseful || reason === "cancelled") this.#failures = 0;
    // To give up waiting is the patient's right and no fault of the library.
    this.#pauseMs = reason === "cancelled"
      ? 0
      : backOffMs[Math.min(this.#failures++, backOffMs.length - 1)] ?? 0;
    this.#next?.resolve(null);
    const isComing = this.#pauseMs === 0 && !this.#closing.signal.aborted;
    this.#next = isComing ? Promise.withResolvers() : null;
    if (this.#closing.signal.aborted) return;
    if (reason !== "cancelled") onTrouble(`Library "${profile.name}" is down: ${story}`);
    if (wasOnline) this.#listeners.tell("down");
  }
}

function storyOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const stop = () => resolve();
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  return promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  });
}
