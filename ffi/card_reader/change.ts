/** Something changed: one side tells, the other waits for it. What was told meanwhile is not lost. */
export class Change {
  #isTold = false;
  #wake: () => void = () => {};

  tell(): void {
    this.#isTold = true;
    this.#wake();
  }

  /** Resolves at the next telling, after `ms` (null: never by time), or when the signal aborts. */
  async next(ms: number | null, signal: AbortSignal): Promise<void> {
    if (!this.#isTold && !signal.aborted) await this.#told(ms, signal);
    this.#isTold = false;
  }

  async #told(ms: number | null, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = () => resolve();
    const timer = ms === null ? null : setTimeout(wake, ms);
    this.#wake = wake;
    signal.addEventListener("abort", wake, { once: true });
    await promise;
    signal.removeEventListener("abort", wake);
    if (timer !== null) clearTimeout(timer);
  }
}
