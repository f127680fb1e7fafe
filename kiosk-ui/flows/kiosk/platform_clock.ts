import type { Timers } from "../../timers.ts";

/** Below this the two clocks are taken as one: the way of the answer takes that long too. */
const SAME_MS_MAX = 2_000;

/** This machine's clock set to the platform's: deadlines are given in the latter. */
export class PlatformClock {
  #offsetMs = 0;
  readonly #timers: Timers;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  now(): number {
    return this.#timers.now() + this.#offsetMs;
  }

  set(serverTime: string): void {
    const offsetMs = Date.parse(serverTime) - this.#timers.now();
    this.#offsetMs = Math.abs(offsetMs) < SAME_MS_MAX ? 0 : offsetMs;
  }
}
