import type { Bytes } from "../bytes.ts";
import { SM4_BLOCK_BYTES } from "../sm4_block.ts";
import type { CipherContext } from "./libcrypto_sm4_context.ts";

/**
 * CBC with a context that is not begun anew for every message, which would cost a sixth of 64
 * bytes. The library mixes the last ciphertext block it saw into the first one it is given; we
 * remember that block and mix it in once more, with the IV, so that the IV alone is left.
 */
export class CbcChain implements Disposable {
  readonly #context: CipherContext;
  readonly #last = new Uint8Array(SM4_BLOCK_BYTES);
  /** False before the first message, and after a failure. */
  #isKnown = false;

  /** Owns the context. */
  constructor(context: CipherContext) {
    this.#context = context;
  }

  /** Whole blocks, one at least, in place. */
  encrypt(iv: Bytes, bytes: Bytes): void {
    this.#begin(iv);
    mix(bytes, iv, this.#last);
    this.#context.run(bytes, bytes, bytes.length);
    this.#remember(bytes, bytes.length);
  }

  /** The first `length` bytes, whole blocks, one at least; the output is other memory. */
  decrypt(iv: Bytes, input: Bytes, output: Bytes, length: number): void {
    this.#begin(iv);
    this.#context.run(input, output, length);
    mix(output, iv, this.#last);
    this.#remember(input, length);
  }

  [Symbol.dispose](): void {
    this.#context[Symbol.dispose]();
  }

  #begin(iv: Bytes): void {
    if (!this.#isKnown) {
      this.#context.restart(iv);
      this.#last.set(iv);
    }
    this.#isKnown = false;
  }

  #remember(ciphertext: Bytes, length: number): void {
    const from = length - SM4_BLOCK_BYTES;
    for (let at = 0; at < SM4_BLOCK_BYTES; at++) this.#last[at] = ciphertext[from + at] ?? 0;
    this.#isKnown = true;
  }
}

function mix(block: Bytes, iv: Bytes, last: Bytes): void {
  for (let at = 0; at < SM4_BLOCK_BYTES; at++) {
    block[at] = (block[at] ?? 0) ^ (iv[at] ?? 0) ^ (last[at] ?? 0);
  }
}
