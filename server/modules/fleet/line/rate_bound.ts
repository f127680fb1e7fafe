import type { Clock } from "../../../platform/clock.ts";

interface Rate {
  readonly clock: Clock;
  readonly atOnce: number;
  readonly perSecond: number;
}

/** So many at once, and so many a second on end; of one process. */
export class RateBound {
  readonly #clock: Clock;
  readonly #atOnce: number;
  readonly #perSecond: number;
  #left: number;
  #at: number;

  constructor(options: Rate) {
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

/** Far above the city's terminals; then all begin anew. */
const NAMES_MAX = 10_000;

/** The same for each of many, so that one of them takes nothing from the others. */
export class RateBounds {
  readonly #rate: Rate;
  readonly #bounds = new Map<string, RateBound>();

  constructor(rate: Rate) {
    this.#rate = rate;
  }

  take(name: string): boolean {
    const known = this.#bounds.get(name);
    if (known) return known.take();
    if (this.#bounds.size >= NAMES_MAX) this.#bounds.clear();
    const bound = new RateBound(this.#rate);
    this.#bounds.set(name, bound);
    return bound.take();
  }
}
