import { type Bytes, equalBytes, wipe } from "../bytes.ts";
import type { GcmOptions } from "../engine.ts";
import { CryptoError } from "../errors.ts";
import { Ghash } from "../ghash.ts";
import { type Libcrypto, readable } from "./libcrypto.ts";
import { CipherContext, type CipherSpec } from "./libcrypto_sm4_context.ts";

const BLOCK_BYTES = 16;
const TAG_BYTES = 16;
const NOTHING = new Uint8Array(0);

/** Of evp.h: EVP_CTRL_AEAD_GET_TAG and EVP_CTRL_AEAD_SET_TAG. */
const GET_TAG = 0x10;
const SET_TAG = 0x11;

/**
 * SM4-GCM (RFC 8998 §3.1) under one key; nonces are 12 bytes, lengths checked by the caller, who
 * gives no shared memory: what is opened is read twice.
 */
export interface Gcm extends Disposable {
  /** Ciphertext ‖ 16-byte tag. */
  seal(options: GcmOptions, plaintext: Bytes): Bytes;
  /** Throws `wrong_tag`. */
  open(options: GcmOptions, sealed: Bytes): Bytes;
}

/** By the library itself where it has SM4-GCM, else by its CTR and our GHASH. */
export function newGcm(library: Libcrypto, key: Bytes, gone: string): Gcm {
  const { gcm } = library;
  return gcm === null
    ? new CounterGcm(library, key, gone)
    : new LibraryGcm(library, { cipher: gcm, key, gone });
}

class LibraryGcm implements Gcm {
  readonly #library: Libcrypto;
  readonly #sealing: CipherContext;
  readonly #opening: CipherContext;

  constructor(library: Libcrypto, spec: Omit<CipherSpec, "encrypting">) {
    this.#library = library;
    this.#sealing = new CipherContext(library, { ...spec, encrypting: true });
    this.#opening = new CipherContext(library, { ...spec, encrypting: false });
  }

  seal({ nonce, aad = NOTHING }: GcmOptions, plaintext: Bytes): Bytes {
    const { fn, count } = this.#library;
    const context = this.#sealing;
    context.restart(readable(nonce, "a GCM nonce"));
    const output = new Uint8Array(plaintext.length + TAG_BYTES);
    context.associate(readable(aad, "associated data"));
    context.run(plaintext, output, plaintext.length);
    const tag = output.subarray(plaintext.length);
    const isDone = fn.EVP_CipherFinal_ex(context.pointer, tag, count) === 1 &&
      fn.EVP_CIPHER_CTX_ctrl(context.pointer, GET_TAG, TAG_BYTES, tag) === 1;
    if (!isDone) throw this.#library.failure("SM4-GCM");
    return output;
  }

  open({ nonce, aad = NOTHING }: GcmOptions, sealed: Bytes): Bytes {
    const { fn, count } = this.#library;
    const context = this.#opening;
    const length = sealed.length - TAG_BYTES;
    context.restart(readable(nonce, "a GCM nonce"));
    const tag = sealed.slice(length);
    const result = fn.EVP_CIPHER_CTX_ctrl(context.pointer, SET_TAG, TAG_BYTES, tag);
    this.#library.expectOk(result, "EVP_CIPHER_CTX_ctrl");
    const output = new Uint8Array(length);
    context.associate(readable(aad, "associated data"));
    context.run(sealed, output, length);
    if (fn.EVP_CipherFinal_ex(context.pointer, tag, count) === 1) return output;
    wipe(output);
    fn.ERR_clear_error();
    throw wrongTag();
  }

  [Symbol.dispose](): void {
    this.#sealing[Symbol.dispose]();
    this.#opening[Symbol.dispose]();
  }
}

/** SP 800-38D §7 over a counter mode that counts all 128 bits: 2³² blocks in one message never are. */
class CounterGcm implements Gcm {
  readonly #counter: CipherContext;
  readonly #ghash: Ghash;
  /** nonce ‖ 1, then zeros whose encryption masks the tag. */
  readonly #start = new Uint8Array(BLOCK_BYTES);
  readonly #mask = new Uint8Array(BLOCK_BYTES);

  constructor(library: Libcrypto, key: Bytes, gone: string) {
    const cipher = library.ciphers.ctr;
    this.#counter = new CipherContext(library, { cipher, encrypting: true, key, gone });
    this.#counter.restart(ZERO_BLOCK);
    const hashKey = new Uint8Array(BLOCK_BYTES);
    this.#counter.run(ZERO_BLOCK, hashKey, BLOCK_BYTES);
    this.#ghash = new Ghash(hashKey);
    wipe(hashKey);
  }

  seal({ nonce, aad = NOTHING }: GcmOptions, plaintext: Bytes): Bytes {
    this.#begin(nonce);
    const { length } = plaintext;
    const output = new Uint8Array(length + TAG_BYTES);
    this.#counter.run(plaintext, output, length);
    output.set(this.#tag(aad, output, length), length);
    return output;
  }

  open({ nonce, aad = NOTHING }: GcmOptions, sealed: Bytes): Bytes {
    this.#begin(nonce);
    const length = sealed.length - TAG_BYTES;
    const tag = this.#tag(aad, sealed, length);
    if (!equalBytes(tag, sealed.subarray(length))) throw wrongTag();
    const output = new Uint8Array(length);
    this.#counter.run(sealed, output, length);
    return output;
  }

  [Symbol.dispose](): void {
    this.#counter[Symbol.dispose]();
    this.#ghash[Symbol.dispose]();
    wipe(this.#mask);
  }

  /** What comes out of the first block masks the tag; the data follows it (SP 800-38D §7.1). */
  #begin(nonce: Uint8Array): void {
    this.#start.set(nonce);
    this.#start[BLOCK_BYTES - 1] = 1;
    this.#counter.restart(this.#start);
    this.#counter.run(ZERO_BLOCK, this.#mask, BLOCK_BYTES);
  }

  #tag(aad: Uint8Array, ciphertext: Uint8Array, length: number): Bytes {
    const tag = this.#ghash.hash(aad, ciphertext, length);
    for (let at = 0; at < TAG_BYTES; at++) tag[at] = (tag[at] ?? 0) ^ (this.#mask[at] ?? 0);
    return tag;
  }
}

const ZERO_BLOCK = new Uint8Array(BLOCK_BYTES);

function wrongTag(): CryptoError {
  return new CryptoError("wrong_tag", "Cannot open a sealed message: its tag does not fit");
}
