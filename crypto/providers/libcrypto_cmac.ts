import { type Bytes, wipe } from "../bytes.ts";
import { SM4_BLOCK_BYTES } from "../sm4_block.ts";
import type { CipherContext } from "./libcrypto_sm4_context.ts";

const ZERO_BLOCK = new Uint8Array(SM4_BLOCK_BYTES);

/**
 * CMAC (SP 800-38B §6.2) from the library's CBC: the functions of its own are deprecated since
 * 3.0, and the ones after them are not in 1.1.1.
 */
export class Cmac implements Disposable {
  readonly #scratch: Bytes;
  /** CBC encryption, owned. */
  readonly #chaining: CipherContext;
  /** K1 for a last block that is whole, K2 for one that is filled up. */
  readonly #wholeKey = new Uint8Array(SM4_BLOCK_BYTES);
  readonly #filledKey = new Uint8Array(SM4_BLOCK_BYTES);
  readonly #last = new Uint8Array(SM4_BLOCK_BYTES);

  constructor(chaining: CipherContext, scratch: Bytes) {
    this.#scratch = scratch;
    this.#chaining = chaining;
    chaining.restart(ZERO_BLOCK);
    chaining.run(ZERO_BLOCK, this.#last, SM4_BLOCK_BYTES);
    double(this.#last, this.#wholeKey);
    double(this.#wholeKey, this.#filledKey);
    wipe(this.#last);
  }

  /** 16 bytes; throws `invalid_argument` after disposal. */
  mac(data: Bytes): Bytes {
    this.#chaining.restart(ZERO_BLOCK);
    const tail = data.length === 0 ? 0 : (data.length - 1) % SM4_BLOCK_BYTES + 1;
    this.#absorb(data, data.length - tail);
    const last = this.#last;
    wipe(last);
    last.set(data.subarray(data.length - tail));
    if (tail < SM4_BLOCK_BYTES) last[tail] = 0x80;
    const key = tail < SM4_BLOCK_BYTES ? this.#filledKey : this.#wholeKey;
    for (let at = 0; at < SM4_BLOCK_BYTES; at++) last[at] = (last[at] ?? 0) ^ (key[at] ?? 0);
    const mac = new Uint8Array(SM4_BLOCK_BYTES);
    this.#chaining.run(last, mac, SM4_BLOCK_BYTES);
    return mac;
  }

  [Symbol.dispose](): void {
    this.#chaining[Symbol.dispose]();
    wipe(this.#wholeKey, this.#filledKey, this.#last);
  }

  /** What CBC returns is of no use but for its state; the scratch takes it. */
  #absorb(data: Bytes, length: number): void {
    const scratch = this.#scratch;
    for (let at = 0; at < length; at += scratch.length) {
      const piece = Math.min(scratch.length, length - at);
      this.#chaining.run(data.subarray(at, at + piece), scratch, piece);
    }
  }
}

/** Times x in GF(2^128) as CMAC counts it (SP 800-38B §6.1); no branch on the secret. */
function double(from: Uint8Array, to: Uint8Array): void {
  let carry = -((from[0] ?? 0) >>> 7) & 0x87;
  for (let at = SM4_BLOCK_BYTES - 1; at >= 0; at--) {
    const byte = from[at] ?? 0;
    to[at] = byte << 1 ^ carry;
    carry = byte >>> 7;
  }
}
