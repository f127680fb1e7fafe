/** First come, first served: who holds the turn has the library for himself. */
export class Turns {
  #last: Promise<void> = Promise.resolve();

  /** Resolves when all who came before are done; dispose it to let the next one in. */
  async take(): Promise<Disposable> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const before = this.#last;
    this.#last = promise;
    await before;
    return { [Symbol.dispose]: resolve };
  }

  /** The same for one who may give up waiting: null when `signal` aborts first. */
  async takeUnless(signal: AbortSignal): Promise<Disposable | null> {
    const turn = this.take();
    const { promise, resolve } = Promise.withResolvers<null>();
    const giveUp = () => resolve(null);
    signal.addEventListener("abort", giveUp, { once: true });
    if (signal.aborted) giveUp();
    try {
      const taken = await Promise.race([turn, promise]);
      if (taken === null) turn.then((late) => late[Symbol.dispose]());
      return taken;
    } finally {
      signal.removeEventListener("abort", giveUp);
    }
  }
}
