interface IdleWatchOptions {
  /** Between the end of one question and the beginning of the next. */
  readonly everyMs: number;
  /** Must not throw; ends soon after its signal. */
  readonly ask: (signal: AbortSignal) => Promise<void>;
}

/**
 * Asks a device now and then how it is, for devices that tell nothing by themselves: only work on a
 * line notices that it is gone. One question at a time.
 */
export class IdleWatch implements AsyncDisposable {
  readonly #options: IdleWatchOptions;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;

  constructor(options: IdleWatchOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await rest(this.#options.everyMs, signal);
      if (!signal.aborted) await this.#options.ask(signal);
    }
  }
}

function rest(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = () => resolve();
  const timer = setTimeout(end, ms);
  signal.addEventListener("abort", end, { once: true });
  return promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
  });
}
