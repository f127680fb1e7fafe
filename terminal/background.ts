import { reasonOf } from "../server/platform/errors.ts";
import type { Log } from "../server/platform/log.ts";
import type { Pause } from "../server/platform/pause.ts";

const AGAIN_WAIT_MS = 10_000;

/** Work nobody waits for, till the terminal stops: then it is told so and waited for. */
export class Background {
  readonly #log: Log;
  readonly #pause: Pause;
  readonly #stop = new AbortController();
  readonly #tasks = new Set<Promise<void>>();

  constructor(log: Log, pause: Pause) {
    this.#log = log;
    this.#pause = pause;
  }

  run(what: string, work: (signal: AbortSignal) => Promise<void>): void {
    const task = work(this.#stop.signal)
      .catch((thrown) => this.#log.error(`Cannot ${what}`, { reason: reasonOf(thrown) }))
      .finally(() => this.#tasks.delete(task));
    this.#tasks.add(task);
  }

  /** Work without an end: after a full disk or a mistake of ours it is begun again. */
  keepUp(what: string, work: (signal: AbortSignal) => Promise<void>): void {
    this.run(what, async (signal) => {
      let told = "";
      while (!signal.aborted) {
        try {
          await work(signal);
        } catch (thrown) {
          const reason = reasonOf(thrown);
          if (reason !== told) this.#log.error(`Cannot ${what}; begun again`, { reason });
          told = reason;
          await this.#pause(AGAIN_WAIT_MS, signal);
        }
      }
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await Promise.allSettled([...this.#tasks]);
  }
}
