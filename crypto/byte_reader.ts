import type { Bytes } from "./bytes.ts";

/**
 * Pieces of a wanted length out of pieces of any length. What the source yields is copied before
 * the source is asked again, so it may use one buffer for all.
 */
export class ByteReader implements AsyncDisposable {
  readonly #source: AsyncIterator<Uint8Array>;
  #held = new Uint8Array(0) as Uint8Array;
  #isDone = false;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** `length` bytes, or fewer at the end. */
  async read(length: number): Promise<Bytes> {
    const piece = new Uint8Array(length);
    return piece.slice(0, await this.fill(piece));
  }

  /** How many bytes of `piece` were written; fewer than it has at the end. */
  async fill(piece: Uint8Array): Promise<number> {
    let filled = 0;
    while (filled < piece.length && !await this.isAtEnd()) {
      const part = this.#held.subarray(0, piece.length - filled);
      piece.set(part, filled);
      filled += part.length;
      this.#held = this.#held.subarray(part.length);
    }
    return filled;
  }

  /** Waits for the source when nothing is held: the only way to know. */
  async isAtEnd(): Promise<boolean> {
    while (this.#held.length === 0 && !this.#isDone) {
      const next = await this.#source.next();
      if (next.done) this.#isDone = true;
      else this.#held = next.value;
    }
    return this.#held.length === 0;
  }

  /** Lets the source go when its end was not reached. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isDone) await this.#source.return?.();
  }
}
