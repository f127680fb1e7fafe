import type { Bytes } from "../bytes.ts";

const SLAB_BYTES = 2048;
const SHARED_BYTES_MAX = 256;
const ALIGNMENT = 8;

/**
 * Room for results that are no secrets: digests, MACs, ciphertexts. An array buffer of its own
 * costs as much as hashing 64 bytes, so small ones are cut from a larger buffer one after another.
 * Whoever asks for `.buffer` of such a result sees its neighbours: plaintext is never put here.
 */
export class SmallResults {
  #slab = new ArrayBuffer(SLAB_BYTES);
  #at = 0;

  /** Bytes that nobody else has; what they hold before they are written is undefined. */
  take(length: number): Bytes {
    if (length > SHARED_BYTES_MAX) return new Uint8Array(length);
    // Somebody may have transferred a result, and the buffer of its neighbours with it.
    if (this.#at + length > SLAB_BYTES || this.#slab.detached) {
      this.#slab = new ArrayBuffer(SLAB_BYTES);
      this.#at = 0;
    }
    const at = this.#at;
    this.#at = at + length + ALIGNMENT - 1 & -ALIGNMENT;
    return new Uint8Array(this.#slab, at, length);
  }
}
