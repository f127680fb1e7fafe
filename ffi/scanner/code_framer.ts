interface CodeFramerOptions {
  /** Bytes of which one ends every code; none when the scanner sends no suffix. */
  readonly terminators: readonly number[];
  /** Longer codes are dropped whole. */
  readonly bytesMax: number;
}

/** A code whose end does not come is dropped after so many gaps. */
const UNFINISHED_GAPS_MAX = 12;

/**
 * Finds codes in the bytes of a scanner. A code ends where its terminator is followed by a gap: codes
 * may hold line breaks themselves, and a slow line may pause inside of a code. Without terminators
 * the gap alone ends it.
 */
export class CodeFramer {
  readonly #options: CodeFramerOptions;
  #bytes: number[] = [];
  #last: number | null = null;
  #isDropped = false;
  #gaps = 0;

  constructor(options: CodeFramerOptions) {
    this.#options = options;
  }

  /** No code has begun. */
  get isEmpty(): boolean {
    return this.#last === null;
  }

  push(piece: Uint8Array): void {
    this.#gaps = 0;
    for (const byte of piece) {
      this.#last = byte;
      if (this.#bytes.length >= this.#options.bytesMax) this.drop();
      if (!this.#isDropped) this.#bytes.push(byte);
    }
  }

  /** The line has been silent: the code that ends here, or null. */
  gap(): Uint8Array | null {
    if (this.#last === null) return null;
    const { terminators } = this.#options;
    const ended = terminators.length === 0 || terminators.includes(this.#last);
    if (!ended && ++this.#gaps < UNFINISHED_GAPS_MAX) return null;
    const code = ended && !this.#isDropped ? Uint8Array.from(this.#bytes) : null;
    this.#bytes = [];
    this.#last = null;
    this.#isDropped = false;
    this.#gaps = 0;
    return code;
  }

  /** The code that has begun will not be delivered, what is still to come of it neither. */
  drop(): void {
    this.#isDropped = this.#last !== null;
    this.#bytes = [];
  }
}
