import { setImmediate } from "node:timers/promises";
import { CryptoError } from "../errors.ts";
import type { DigestStream } from "../engine.ts";
import type { AsyncDigest } from "../provider.ts";

/**
 * What other work waits for at most: 0.2 ms of our TypeScript, 4 ms of it before the compiler has
 * seen it.
 */
export const SLICE_BYTES = 1 << 15;

/** SM3 in slices, between which timers and requests get their turn. */
export class SlicedDigest implements AsyncDigest {
  readonly #stream: DigestStream;
  #updating = false;

  constructor(stream: DigestStream) {
    this.#stream = stream;
  }

  /** Throws `invalid_argument` when the update before it is still under way: their order would blur. */
  async update(data: Uint8Array): Promise<void> {
    this.#requireIdle();
    this.#updating = true;
    try {
      for (let at = 0; at < data.length; at += SLICE_BYTES) {
        if (at > 0) await setImmediate();
        this.#stream.update(data.subarray(at, at + SLICE_BYTES));
      }
    } finally {
      this.#updating = false;
    }
  }

  async digest(): Promise<Uint8Array> {
    this.#requireIdle();
    return await Promise.resolve(this.#stream.digest());
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#stream[Symbol.dispose]();
    return Promise.resolve();
  }

  #requireIdle(): void {
    if (!this.#updating) return;
    throw new CryptoError(
      "invalid_argument",
      "Cannot go on with an SM3 digest: the last update is still under way",
    );
  }
}
