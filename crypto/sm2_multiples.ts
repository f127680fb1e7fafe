import { normalizeZ } from "@noble/curves/abstract/curve.js";
import { Curve, FIELD_PRIME, ORDER, type Point, writeNumbers } from "./sm2_curve.ts";
import type { AffinePoint, PointSum } from "./sm2_sum.ts";

const SCALAR_BITS = 256;
const NO_ENTRY: AffinePoint = { x: 0n, y: 0n };

/**
 * Multiples of one point to add up products with it from: entry i of window w is
 * (2i + 1)·2^(w·windowBits) times the point.
 */
export class Multiples {
  readonly #windowBits: number;
  readonly #entries: readonly AffinePoint[];

  /** `windows` of `windowBits` bits (at most 8); 1 when doubling makes up for the others. */
  constructor(point: Point, windowBits: number, windows: number) {
    this.#windowBits = windowBits;
    const points: Point[] = [];
    let first = point;
    for (let window = 0; window < windows; window++) {
      const twice = first.double();
      let entry = first;
      for (let count = 1 << (windowBits - 1); count > 0; count--, entry = entry.add(twice)) {
        points.push(entry);
      }
      for (let step = 0; step < windowBits; step++) first = first.double();
    }
    this.#entries = normalizeZ(Curve, points).map(({ X, Y }) => ({ x: X, y: Y }));
  }

  /**
   * Adds scalar·point, 0 ≤ scalar < n, with one addition for every window: the same ones whatever
   * the scalar.
   */
  addTo(sum: PointSum, scalar: bigint): void {
    oddDigits(scalar, this.#windowBits).forEach((digit, window) =>
      this.#addEntry(sum, window, digit)
    );
  }

  /**
   * Sets an empty sum to scalar·point, 0 < scalar < n, from the entries of the first window alone,
   * doubling between them.
   */
  multiplyTo(sum: PointSum, scalar: bigint): void {
    for (const digit of oddDigits(scalar, this.#windowBits).reverse()) {
      for (let step = 0; step < this.#windowBits; step++) sum.double();
      this.#addEntry(sum, 0, digit);
    }
  }

  /** Looks at every entry of the window, so that the way to the one that is added tells nothing. */
  #addEntry(sum: PointSum, window: number, digit: number): void {
    const count = 1 << (this.#windowBits - 1);
    const start = window * count;
    const wanted = start + (Math.abs(digit) >> 1);
    const entries = this.#entries;
    let found = NO_ENTRY;
    for (let at = start; at < start + count; at++) {
      found = at === wanted ? entries[at] ?? NO_ENTRY : found;
    }
    const minusY = FIELD_PRIME - found.y;
    sum.add(found.x, digit < 0 ? minusY : found.y);
  }
}

/**
 * An odd scalar, or for an even one the scalar − n, as digits of `windowBits` bits that are all
 * odd, lowest first: no digit is 0, so that no addition is left out.
 */
function oddDigits(scalar: bigint, windowBits: number): number[] {
  const even = (scalar & 1n) === 0n;
  const bytes = writeNumbers(even ? ORDER - scalar : scalar);
  const sign = even ? -1 : 1;
  const digits: number[] = [];
  let window = bitsAt(bytes, 0, windowBits);
  for (let at = windowBits; at < SCALAR_BITS; at += windowBits) {
    const next = bitsAt(bytes, at, windowBits);
    // An even window takes 1 more, and the one below it a whole window less.
    const borrowed = (next & 1) === 1 ? 0 : 1 << windowBits;
    digits.push(sign * ((window | 1) - borrowed));
    window = next;
  }
  digits.push(sign * (window | 1));
  return digits;
}

/** `count` bits (at most 8) of a big-endian number, beginning at bit `from`. */
function bitsAt(bytes: Uint8Array, from: number, count: number): number {
  const at = bytes.length - 1 - (from >> 3);
  const low = bytes[at] ?? 0;
  const high = bytes[at - 1] ?? 0;
  return ((high << 8 | low) >> (from & 7)) & ((1 << count) - 1);
}
