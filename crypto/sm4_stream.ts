import type { Bytes } from "./bytes.ts";
import type { CipherStream } from "./engine.ts";
import { CryptoError } from "./errors.ts";
import { SM4_BLOCK_BYTES } from "./sm4_block.ts";
import { runBlocks, runTail, type Sm4Run } from "./sm4_modes.ts";
import { padBlock, paddedBytes } from "./sm4_padding.ts";

/**
 * One pass over data that comes in pieces. Owns what its run refers to and wipes it at the end.
 * Without a tag nothing says whether what it returns is what was once encrypted.
 */
export class Sm4Stream implements CipherStream {
  readonly #run: Sm4Run;
  readonly #padded: boolean;
  readonly #held = new Uint8Array(SM4_BLOCK_BYTES);
  #heldBytes = 0;
  #usedUp = false;

  constructor(run: Sm4Run, padded: boolean) {
    this.#run = run;
    this.#padded = padded;
  }

  update(data: Uint8Array): Bytes {
    this.#requireUsable();
    const total = this.#heldBytes + data.length;
    const output = new Uint8Array(this.#readyBytes(total));
    if (output.length === 0) {
      this.#held.set(data, this.#heldBytes);
      this.#heldBytes = total;
      return output;
    }
    let from = 0;
    let to = 0;
    if (this.#heldBytes > 0) {
      from = SM4_BLOCK_BYTES - this.#heldBytes;
      this.#held.set(data.subarray(0, from), this.#heldBytes);
      runBlocks(this.#run, this.#held, 0, output, 0, SM4_BLOCK_BYTES);
      to = SM4_BLOCK_BYTES;
    }
    runBlocks(this.#run, data, from, output, to, output.length - to);
    this.#held.set(data.subarray(from + output.length - to));
    this.#heldBytes = total - output.length;
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
    this.#usedUp = true;
    this.#run.schedule.fill(0);
    this.#run.chain.fill(0);
    this.#held.fill(0);
  }

  /** Of decryption with padding the last block stays until it is known to be the last one. */
  #readyBytes(total: number): number {
    const keeps = this.#padded && !this.#run.encrypting;
    return keeps ? Math.max(0, total - 1 - (total - 1) % 16) : total - total % 16;
  }

  #last(): Bytes {
    const run = this.#run;
    const held = this.#held;
    if (this.#padded && run.encrypting) {
      padBlock(held, this.#heldBytes);
      const output = new Uint8Array(SM4_BLOCK_BYTES);
      runBlocks(run, held, 0, output, 0, SM4_BLOCK_BYTES);
      return output;
    }
    if (this.#padded) {
      requireWholeBlock(this.#heldBytes, SM4_BLOCK_BYTES);
      runBlocks(run, held, 0, held, 0, SM4_BLOCK_BYTES);
      return held.slice(0, paddedBytes(held));
    }
    if (run.mode === "ecb" || run.mode === "cbc") requireWholeBlock(this.#heldBytes, 0);
    const output = new Uint8Array(this.#heldBytes);
    runTail(run, held, 0, output, 0, output.length);
    return output;
  }

  #requireUsable(): void {
    if (this.#usedUp) {
      throw new CryptoError("invalid_argument", "Cannot go on with an SM4 stream: it is finished");
    }
  }
}

function requireWholeBlock(held: number, expected: number): void {
  if (held !== expected) {
    throw new CryptoError(
      "wrong_length",
      `Cannot end an SM4 stream with ${held} bytes of a block: expected a whole block`,
    );
  }
}
