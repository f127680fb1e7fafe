import type { Bytes } from "../bytes.ts";
import type { CipherStream } from "../engine.ts";
import { SM4_BLOCK_BYTES } from "../sm4_block.ts";
import { padBlock } from "../sm4_padding.ts";
import { partialStream } from "../sm4_stream.ts";
import { readable } from "./libcrypto.ts";
import type { CipherContext } from "./libcrypto_sm4_context.ts";
import { keptBytes } from "./libcrypto_sm4_padding.ts";

export interface StreamSpec {
  readonly encrypting: boolean;
  /** ECB and CBC: what is no whole block yet is held back, as the library would. */
  readonly inBlocks: boolean;
  readonly padded: boolean;
}

/** One pass over data that comes in pieces; owns its context and disposes it at the end. */
export class NativeSm4Stream implements CipherStream {
  readonly #context: CipherContext;
  readonly #spec: StreamSpec;
  readonly #held = new Uint8Array(SM4_BLOCK_BYTES);
  #heldBytes = 0;

  constructor(context: CipherContext, spec: StreamSpec) {
    this.#context = context;
    this.#spec = spec;
  }

  /** What became ready, maybe nothing. Throws `invalid_argument` once it is used up. */
  update(data: Uint8Array): Bytes {
    this.#requireUsable();
    const input = readable(data, "data");
    if (this.#spec.inBlocks) return this.#updateBlocks(input);
    const output = new Uint8Array(input.length);
    this.#context.run(input, output, input.length);
    return output;
  }

  /** Throws `wrong_length` for a partial block of ECB or CBC, `bad_padding` for a wrong last one. */
  final(): Bytes {
    this.#requireUsable();
    try {
      return this.#last();
    } finally {
      this[Symbol.dispose]();
    }
  }

  [Symbol.dispose](): void {
    this.#context[Symbol.dispose]();
    this.#held.fill(0);
  }

  #updateBlocks(input: Bytes): Bytes {
    const total = this.#heldBytes + input.length;
    const output = new Uint8Array(this.#readyBytes(total));
    if (output.length === 0) {
      this.#held.set(input, this.#heldBytes);
      this.#heldBytes = total;
      return output;
    }
    let from = 0;
    let to = 0;
    if (this.#heldBytes > 0) {
      from = SM4_BLOCK_BYTES - this.#heldBytes;
      this.#held.set(input.subarray(0, from), this.#heldBytes);
      this.#context.run(this.#held, output, SM4_BLOCK_BYTES);
      to = SM4_BLOCK_BYTES;
    }
    const length = output.length - to;
    this.#context.run(input.subarray(from), output.subarray(to), length);
    this.#held.set(input.subarray(from + length));
    this.#heldBytes = total - output.length;
    return output;
  }

  /** Of decryption with padding the last block stays until it is known to be the last one. */
  #readyBytes(total: number): number {
    const keeps = this.#spec.padded && !this.#spec.encrypting;
    return keeps
      ? Math.max(0, total - 1 - (total - 1) % SM4_BLOCK_BYTES)
      : total - total % SM4_BLOCK_BYTES;
  }

  #last(): Bytes {
    const { padded, encrypting } = this.#spec;
    if (!padded) {
      requireHeld(this.#heldBytes, 0);
      return new Uint8Array(0);
    }
    const last = new Uint8Array(SM4_BLOCK_BYTES);
    if (encrypting) {
      padBlock(this.#held, 0, this.#heldBytes);
      this.#context.run(this.#held, last, SM4_BLOCK_BYTES);
      return last;
    }
    requireHeld(this.#heldBytes, SM4_BLOCK_BYTES);
    this.#context.run(this.#held, this.#held, SM4_BLOCK_BYTES);
    return this.#held.slice(0, keptBytes(this.#held, 0));
  }

  #requireUsable(): void {
    // Whoever asks for the pointer of a disposed context is refused.
    void this.#context.pointer;
  }
}

function requireHeld(held: number, expected: number): void {
  if (held !== expected) throw partialStream(held);
}
