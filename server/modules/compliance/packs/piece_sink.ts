import type { AsyncDigest } from "../../../../crypto/provider.ts";

const PIECE_BYTES = 1 << 20;

/** A pack of ten million events is about a tenth of it. */
export const PACK_BYTES_MAX = 4 * 1024 ** 3;

export interface PieceSinkOptions {
  readonly digest: AsyncDigest;
  /** `bytes` is the piece's own; the next one comes after the promise. */
  readonly keep: (piece: { readonly number: number; readonly bytes: Uint8Array }) => Promise<void>;
}

/** Cuts what is written into pieces of PIECE_BYTES, with the digest of the whole. */
export class PieceSink {
  readonly #options: PieceSinkOptions;
  #buffer = new Uint8Array(PIECE_BYTES);
  #filled = 0;
  #number = 0;
  #bytes = 0;

  constructor(options: PieceSinkOptions) {
    this.#options = options;
  }

  get bytes(): number {
    return this.#bytes;
  }

  stream(): WritableStream<Uint8Array> {
    return new WritableStream({
      write: (chunk) => this.#write(chunk),
      close: () => this.#flush(),
    });
  }

  async #write(chunk: Uint8Array): Promise<void> {
    this.#bytes += chunk.length;
    if (this.#bytes > PACK_BYTES_MAX) {
      throw new RangeError(`Cannot keep the pack: over ${PACK_BYTES_MAX} bytes`);
    }
    await this.#options.digest.update(chunk);
    for (let at = 0; at < chunk.length;) {
      const taken = chunk.subarray(at, at + PIECE_BYTES - this.#filled);
      this.#buffer.set(taken, this.#filled);
      this.#filled += taken.length;
      at += taken.length;
      if (this.#filled === PIECE_BYTES) await this.#flush();
    }
  }

  async #flush(): Promise<void> {
    if (this.#filled === 0) return;
    const bytes = this.#buffer.slice(0, this.#filled);
    this.#filled = 0;
    await this.#options.keep({ number: this.#number++, bytes });
  }
}
