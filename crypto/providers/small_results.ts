import type { Bytes } from "../bytes.ts";

const SLAB_BYTES = 4096;
const SHARED_BYTES_MAX = 256;
const ALIGNMENT = 8;
const NO_SLAB = new ArrayBuffer(0);
const EMPTY = new Uint8Array(NO_SLAB);

/**
 * Room for results: an array buffer of its own costs as much as hashing 64 bytes, so small ones
 * are cut from a larger one, one after another. Whoever takes the `.buffer` of such a result gets
 * its neighbours too: every key has room of its own, so that they are at least of the same key.
 */
export class SmallResults {
  #slab = NO_SLAB;
  /** All of the slab; its length is 0 once the slab was transferred. */
  #whole = EMPTY;
  #at = 0;

  /** Bytes that nobody else has; what they hold before they are written is undefined. */
  take(length: number): Bytes {
    if (length > SHARED_BYTES_MAX) return new Uint8Array(length);
    let at = this.#at;
    if (at + length > this.#whole.length) {
      this.#slab = new ArrayBuffer(SLAB_BYTES);
      this.#whole = new Uint8Array(this.#slab);
      at = 0;
    }
    this.#at = at + length + ALIGNMENT - 1 & -ALIGNMENT;
    return new Uint8Array(this.#slab, at, length);
  }
}

/** Whether `take` shares memory for results of this length. */
export function isSmall(length: number): boolean {
  return length <= SHARED_BYTES_MAX;
}
