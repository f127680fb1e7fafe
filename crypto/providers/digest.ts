import { setImmediate } from "node:timers/promises";
import { requireBytes } from "../bytes.ts";
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
  readonly #onOver: () => void;
  #updating = false;
  #over = false;

  /** Owns the stream; `onOver` is told once, when it is used up or disposed. */
  constructor(stream: DigestStream, onOver: () => void) {
    this.#stream = stream;
    this.#onOver = onOver;
  }

  /** Throws `invalid_argument` when the update before it is still under way: their order would blur. */
  async update(data: Uint8Array): Promise<void> {
    this.#requireIdle();
    requireBytes(data, "data to digest");
    this.#updating = true;
    try {
      for (let at = 0; at < data.length; at += SLICE_BYTES) {
        if (at > 0) await setImmediate();
        this.#requireOpen();
        this.#stream.update(data.subarray(at, at + SLICE_BYTES));
      }
    } finally {
      this.#updating = false;
    }
  }

  async digest(): Promise<Uint8Array> {
    this.#requireIdle();
    const digest = this.#stream.digest();
    this.end();
    return await Promise.resolve(digest);
  }

  /** At once, whatever is under way: that throws `invalid_argument`. */
  end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#stream[Symbol.dispose]();
    this.#onOver();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.end();
    return Promise.resolve();
  }

  #requireIdle(): void {
    this.#requireOpen();
    if (!this.#updating) return;
    throw new CryptoError(
      "invalid_argument",
      "Cannot go on with an SM3 digest: the last update is still under way",
    );
  }

  #requireOpen(): void {
    if (!this.#over) return;
    throw new CryptoError(
      "invalid_argument",
      "Cannot go on with an SM3 digest: it is used up, or its provider was closed",
    );
  }
}
