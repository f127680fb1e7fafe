import { reasonOf } from "../server/platform/errors.ts";
import type { Log } from "../server/platform/log.ts";

/** Work nobody waits for, till the terminal stops: then it is told so and waited for. */
export class Background {
  readonly #log: Log;
  readonly #stop = new AbortController();
  readonly #tasks = new Set<Promise<void>>();

  constructor(log: Log) {
    this.#log = log;
  }

  run(what: string, work: (signal: AbortSignal) => Promise<void>): void {
    const task = work(this.#stop.signal)
      .catch((thrown) => this.#log.error(`Cannot ${what}`, { reason: reasonOf(thrown) }))
      .finally(() => this.#tasks.delete(task));
    this.#tasks.add(task);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await Promise.allSettled([...this.#tasks]);
  }
}
