/** What is looked at, and how often. */
export interface RepeatedLookOptions {
  /** The first one begins after this. */
  readonly after: Promise<unknown>;
  /** Must not reject. */
  readonly look: () => Promise<unknown>;
  /** Till the next look, as things stand. */
  readonly pauseMs: () => number;
}

/** Looks again and again till it is disposed of. */
export class RepeatedLook implements AsyncDisposable {
  readonly #options: RepeatedLookOptions;
  readonly #looking: Promise<void>;
  #isClosed = false;
  #wake: () => void = () => {};

  constructor(options: RepeatedLookOptions) {
    this.#options = options;
    this.#looking = this.#look();
  }

  /** The pause is over, since something changed. */
  wake(): void {
    this.#wake();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#wake();
    await this.#looking;
  }

  async #look(): Promise<void> {
    await this.#options.after;
    while (!this.#isClosed) {
      await this.#pause();
      if (!this.#isClosed) await this.#options.look();
    }
  }

  async #pause(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    const timer = setTimeout(resolve, this.#options.pauseMs());
    await promise;
    clearTimeout(timer);
  }
}
