import { seededRandom } from "../random.ts";

/** All chance of one part of a simulated run; the same seed throws the same again. */
export class Dice {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = seededRandom(seed);
  }

  chance(rate: number): boolean {
    return this.#next() < rate;
  }

  /** A whole number of 0 up to, not including, `end`. */
  below(end: number): number {
    return Math.floor(this.#next() * end);
  }

  between(first: number, last: number): number {
    return first + this.below(last - first + 1);
  }

  pick<const Item>(items: readonly [Item, ...Item[]]): Item {
    return items[this.below(items.length)] ?? items[0];
  }
}

/** A seed of its own for the n-th part of a run, far from those of its neighbours. */
export function partSeed(seed: number, n: number): number {
  return (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(n + 1, 0xc2b2ae35)) >>> 0;
}
