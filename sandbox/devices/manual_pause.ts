import type { Pause } from "../../server/platform/pause.ts";

/** A pause that a test ends by hand, and can wait for. */
export class ManualPause {
  #reached = Promise.withResolvers<void>();
  #release: (() => void) | null = null;

  readonly pause: Pause = (_ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      this.#release = resolve;
      signal.addEventListener("abort", () => resolve(), { once: true });
      this.#reached.resolve();
    });

  async reached(): Promise<void> {
    await this.#reached.promise;
    this.#reached = Promise.withResolvers<void>();
  }

  release(): void {
    this.#release?.();
    this.#release = null;
  }
}
