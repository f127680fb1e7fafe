import type { Bytes } from "../bytes.ts";
import type { Libcrypto } from "./libcrypto.ts";
import type { NativeObject } from "./native_objects.ts";

/** EVP takes lengths as int: longer data goes in pieces of whole blocks. */
const PIECE_BYTES = 1 << 30;
/** What EVP_CipherInit_ex takes for "as before". */
const SAME_DIRECTION = -1;

/** What a context is made of. */
export interface CipherSpec {
  /** EVP_CIPHER. */
  readonly cipher: Deno.PointerObject;
  readonly encrypting: boolean;
  readonly key: Bytes;
  /** The error's text for use after disposal. */
  readonly gone: string;
}

/** One EVP_CIPHER_CTX: one direction of one mode under one key; padding is ours. */
export class CipherContext implements Disposable {
  readonly #library: Libcrypto;
  readonly #context: NativeObject;

  constructor(library: Libcrypto, { cipher, encrypting, key, gone }: CipherSpec) {
    library.requireUsable();
    this.#library = library;
    const { fn } = library;
    const made = library.made(fn.EVP_CIPHER_CTX_new(), "EVP_CIPHER_CTX_new");
    this.#context = library.own(made, fn.EVP_CIPHER_CTX_free, gone);
    const direction = encrypting ? 1 : 0;
    const result = fn.EVP_CipherInit_ex(made, cipher, null, key, null, direction);
    library.expectOk(result, "EVP_CipherInit_ex");
    fn.EVP_CIPHER_CTX_set_padding(made, 0);
  }

  /** Throws `invalid_argument` after disposal. */
  get pointer(): Deno.PointerObject {
    return this.#context.pointer;
  }

  /** Begins anew under the same key, as a mode with an IV must for every message. */
  restart(iv: Bytes): void {
    const { fn } = this.#library;
    const result = fn.EVP_CipherInit_ex(this.pointer, null, null, null, iv, SAME_DIRECTION);
    this.#library.expectOk(result, "EVP_CipherInit_ex");
  }

  /**
   * Runs over the first `length` bytes of the input: whole blocks, or any number of a stream mode.
   * The output must have room for them; it may be the input.
   */
  run(input: Bytes, output: Bytes, length: number): void {
    if (length <= PIECE_BYTES) {
      this.#runPiece(input, output, length);
      return;
    }
    for (let at = 0; at < length; at += PIECE_BYTES) {
      const piece = Math.min(PIECE_BYTES, length - at);
      this.#runPiece(input.subarray(at, at + piece), output.subarray(at, at + piece), piece);
    }
  }

  /** Of GCM: takes in what is authenticated but not encrypted. */
  associate(data: Bytes): void {
    for (let at = 0; at < data.length; at += PIECE_BYTES) {
      const piece = data.subarray(at, at + PIECE_BYTES);
      this.#runPiece(piece, null, piece.length);
    }
  }

  [Symbol.dispose](): void {
    this.#context[Symbol.dispose]();
  }

  #runPiece(input: Bytes, output: Bytes | null, length: number): void {
    const { fn, count } = this.#library;
    const result = fn.EVP_CipherUpdate(this.pointer, output, count, input, length);
    if (result !== 1 || count[0] !== length) throw this.#library.failure("EVP_CipherUpdate");
  }
}
