import { type Bytes, requireBytes } from "./bytes.ts";
import type { CipherStream } from "./engine.ts";
import { CryptoError } from "./errors.ts";
import { SM4_BLOCK_BYTES, wordByte } from "./sm4_block.ts";
import { decryptLast, runBlocks, runTail, type Sm4Run, wipeRun } from "./sm4_modes.ts";
import { worksInBlocks } from "./sm4_options.ts";
import { padBlock, paddedBytes } from "./sm4_padding.ts";

/**
 * One pass over data that comes in pieces. Owns what its run refers to and wipes it at the end.
 * What `update` of decryption returns is checked by nothing: no mode here has a tag.
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

  /** What became whole blocks, maybe nothing. Throws `invalid_argument` once it is used up. */
  update(data: Uint8Array): Bytes {
    this.#requireUsable();
    requireBytes(data, "data");
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
      this.#runHeld(output);
      to = SM4_BLOCK_BYTES;
    }
    const length = output.length - to;
    runBlocks(this.#run, { input: data, from, output, to, length });
    this.#held.set(data.subarray(from + length));
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
    wipeRun(this.#run);
    this.#held.fill(0);
  }

  /** Decryption with padding keeps the last block until it is known to be the last. */
  #readyBytes(total: number): number {
    const keeps = this.#padded && !this.#run.encrypting;
    const ready = keeps ? Math.max(0, total - 1) : total;
    return ready - ready % SM4_BLOCK_BYTES;
  }

  #last(): Bytes {
    const { mode, encrypting } = this.#run;
    if (this.#padded && encrypting) return this.#lastPadded();
    if (this.#padded) return this.#lastUnpadded();
    if (worksInBlocks(mode) && this.#heldBytes > 0) throw partialStream(this.#heldBytes);
    const output = new Uint8Array(this.#heldBytes);
    const length = output.length;
    runTail(this.#run, { input: this.#held, from: 0, output, to: 0, length });
    return output;
  }

  #lastPadded(): Bytes {
    const output = new Uint8Array(SM4_BLOCK_BYTES);
    padBlock(this.#held, 0, this.#heldBytes);
    this.#runHeld(output);
    return output;
  }

  #lastUnpadded(): Bytes {
    if (this.#heldBytes !== SM4_BLOCK_BYTES) throw partialStream(this.#heldBytes);
    decryptLast(this.#run, this.#held, 0);
    const output = new Uint8Array(paddedBytes(this.#run.block));
    for (let at = 0; at < output.length; at++) output[at] = wordByte(this.#run.block, at);
    return output;
  }

  #runHeld(output: Bytes): void {
    runBlocks(this.#run, { input: this.#held, from: 0, output, to: 0, length: SM4_BLOCK_BYTES });
  }

  #requireUsable(): void {
    if (this.#usedUp) {
      throw new CryptoError("invalid_argument", "Cannot go on with an SM4 stream: it is finished");
    }
  }
}

export function partialStream(held: number): CryptoError {
  return new CryptoError(
    "wrong_length",
    `Cannot end an SM4 stream with ${held} bytes of a block: expected whole blocks`,
  );
}
