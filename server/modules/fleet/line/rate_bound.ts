import type { Clock } from "../../../platform/clock.ts";

/** So many at once, and so many a second on end; of one process. */
export class RateBound {
  readonly #clock: Clock;
  readonly #atOnce: number;
  readonly #perSecond: number;
  #left: number;
  #at: number;

  constructor(options: {
    readonly clock: Clock;
    readonly atOnce: number;
    readonly perSecond: number;
  }) {
    this.#clock = options.clock;
    this.#atOnce = options.atOnce;
    this.#perSecond = options.perSecond;
    this.#left = options.atOnce;
    this.#at = options.clock.now().getTime();
  }

  take(): boolean {
    const now = this.#clock.now().getTime();
    const seconds = Math.max(0, now - this.#at) / 1_000;
    this.#at = now;
    this.#left = Math.min(this.#atOnce, this.#left + seconds * this.#perSecond);
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
