import { setImmediate } from "node:timers";
import type { TestClock } from "../../world.ts";

/** Work under way that needs no time to pass: while there is any, none passes. */
export class Busy {
  #count = 0;

  get isIdle(): boolean {
    return this.#count === 0;
  }

  async during<Value>(work: PromiseLike<Value>): Promise<Value> {
    this.#count += 1;
    try {
      return await work;
    } finally {
      this.#count -= 1;
    }
  }
}

/** What goes on between two pieces of such work is over after so many turns of the event loop. */
const TURNS = 3;

interface Timer {
  readonly at: number;
  readonly seq: number;
  readonly run: () => void;
}

/**
 * Time that passes only when everybody waits for it: between two instants every promise that can
 * go on does. While it is installed, the platform's own timers run by it, too.
 */
export class VirtualTime {
  readonly clock: TestClock;
  readonly #busy: Busy;
  #timers: Timer[] = [];
  #seq = 0;

  constructor(clock: TestClock, busy: Busy) {
    this.clock = clock;
    this.#busy = busy;
  }

  get ms(): number {
    return this.clock.now().getTime();
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resume) => this.in(ms, resume));
  }

  /** Returns what forgets it. */
  in(ms: number, run: () => void): () => void {
    const timer = { at: this.ms + Math.max(0, Math.round(ms)), seq: this.#seq++, run };
    const at = this.#timers.findLastIndex((other) => other.at <= timer.at) + 1;
    this.#timers.splice(at, 0, timer);
    return () => {
      const known = this.#timers.indexOf(timer);
      if (known >= 0) this.#timers.splice(known, 1);
    };
  }

  /** Lets time pass until the work is done. Throws when nothing is left to wait for. */
  async run<Value>(work: Promise<Value>): Promise<Value> {
    let isOver = false;
    const over = () => isOver = true;
    work.then(over, over);
    for (;;) {
      await this.#untilIdle();
      if (isOver) return await work;
      const next = this.#timers.shift();
      if (!next) throw new Error("Cannot let time pass: everybody waits, and nobody for the time");
      this.clock.advance(next.at - this.ms);
      next.run();
    }
  }

  async #untilIdle(): Promise<void> {
    for (let quiet = 0; quiet < TURNS; quiet++) {
      await new Promise((resume) => setImmediate(resume));
      if (!this.#busy.isIdle) quiet = -1;
    }
  }
}
