import type { Bytes } from "../bytes.ts";

const SLAB_BYTES = 4096;
const SHARED_BYTES_MAX = 256;
const ALIGNMENT = 8;
const NO_SLAB = new ArrayBuffer(0);
const EMPTY = new Uint8Array(NO_SLAB);

/**
 * Room for ciphertexts: an array buffer of its own costs a third of what encrypting 64 bytes does,
 * so small ones are cut from a larger one, one after another. Whoever takes the `.buffer` of such
 * a result has its neighbours too, and whoever transfers it empties them: nothing but ciphertexts
 * of one key lie together, and never a plaintext, a digest or a MAC.
 */
export class SmallCiphertexts {
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
