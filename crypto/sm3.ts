import { type Bytes, requireBytes } from "./bytes.ts";
import type { DigestStream } from "./engine.ts";
import { CryptoError } from "./errors.ts";
import { absorbSm3, finishSm3, newSm3Block, SM3_BLOCK_BYTES, writeSm3 } from "./sm3_blocks.ts";
import { initialSm3State } from "./sm3_compress.ts";

export { hmacSm3, HmacSm3Key, pbkdf2HmacSm3 } from "./sm3_hmac.ts";
export { sm3Kdf } from "./sm3_kdf.ts";

/** SM3 (GB/T 32905): 32 bytes. */
export function sm3(data: Uint8Array): Bytes {
  requireBytes(data, "data");
  const state = initialSm3State();
  const block = newSm3Block();
  const from = absorbSm3(state, block, data, 0);
  finishSm3(state, block, data, { from, to: data.length, length: data.length });
  return writeSm3(state);
}

/** SM3 over data that comes in pieces. */
export class Sm3 implements DigestStream {
  readonly #state = initialSm3State();
  readonly #block = newSm3Block();
  readonly #rest = new Uint8Array(SM3_BLOCK_BYTES);
  #length = 0;
  #usedUp = false;

  /** Throws `invalid_argument` after `digest()`. */
  update(data: Uint8Array): this {
    this.#requireUsable();
    requireBytes(data, "data");
    const filled = this.#length % SM3_BLOCK_BYTES;
    this.#length += data.length;
    let from = 0;
    if (filled > 0) {
      from = Math.min(SM3_BLOCK_BYTES - filled, data.length);
      this.#rest.set(data.subarray(0, from), filled);
      if (filled + from < SM3_BLOCK_BYTES) return this;
      absorbSm3(this.#state, this.#block, this.#rest, 0);
    }
    const rest = absorbSm3(this.#state, this.#block, data, from);
    this.#rest.set(data.subarray(rest));
    return this;
  }

  /** 32 bytes; the object is used up and wiped. Throws `invalid_argument` the second time. */
  digest(): Bytes {
    this.#requireUsable();
    const length = this.#length;
    const to = length % SM3_BLOCK_BYTES;
    finishSm3(this.#state, this.#block, this.#rest, { from: 0, to, length });
    const digest = writeSm3(this.#state);
    this[Symbol.dispose]();
    return digest;
  }

  [Symbol.dispose](): void {
    this.#usedUp = true;
    this.#state.fill(0);
    this.#block.fill(0);
    this.#rest.fill(0);
  }

  #requireUsable(): void {
    if (this.#usedUp) {
      throw new CryptoError("invalid_argument", "Cannot go on with an SM3 digest: it is finished");
    }
  }
}
