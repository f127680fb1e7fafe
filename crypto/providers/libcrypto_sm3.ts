import { type Bytes, requireBytes, wipe } from "../bytes.ts";
import type { DigestStream, HmacKey } from "../engine.ts";
import { type Libcrypto, readable, sizeOf } from "./libcrypto.ts";
import type { NativeObject } from "./native_objects.ts";

const DIGEST_BYTES = 32;
const DIGEST_SIZE = 32n;
const BLOCK_BYTES = 64;
const BLOCK_SIZE = 64n;

/** SM3 in one go: 32 bytes, written into `digest`. */
export function digestSm3(
  library: Libcrypto,
  data: Uint8Array,
  digest: Bytes = new Uint8Array(DIGEST_BYTES),
): Bytes {
  const { fn, hashing } = library;
  const input = readable(data, "data");
  const isDone = fn.EVP_MD_CTX_copy_ex(hashing, library.beginning) === 1 &&
    fn.EVP_DigestUpdate(hashing, input, sizeOf(input)) === 1 &&
    fn.EVP_DigestFinal_ex(hashing, digest, null) === 1;
  if (!isDone) throw library.failure("SM3");
  return digest;
}

/** SM3(z‖message), what SM2 signs: 32 bytes. */
export function digestForSm2(library: Libcrypto, z: Bytes, message: Uint8Array): Bytes {
  const { fn, hashing } = library;
  const input = readable(message, "a message");
  const digest = new Uint8Array(DIGEST_BYTES);
  const isDone = fn.EVP_MD_CTX_copy_ex(hashing, library.beginning) === 1 &&
    fn.EVP_DigestUpdate(hashing, z, DIGEST_SIZE) === 1 &&
    fn.EVP_DigestUpdate(hashing, input, sizeOf(input)) === 1 &&
    fn.EVP_DigestFinal_ex(hashing, digest, null) === 1;
  if (!isDone) throw library.failure("SM3");
  return digest;
}

/** SM3 over data that comes in pieces. */
export class NativeSm3 implements DigestStream {
  readonly #library: Libcrypto;
  readonly #context: NativeObject;

  constructor(library: Libcrypto) {
    library.requireUsable();
    this.#library = library;
    this.#context = newDigest(library, "Cannot go on with an SM3 digest: it is finished");
  }

  /** Throws `invalid_argument` after `digest()`. */
  update(data: Uint8Array): void {
    const context = this.#context.pointer;
    const input = readable(data, "data");
    const result = this.#library.fn.EVP_DigestUpdate(context, input, sizeOf(input));
    this.#library.expectOk(result, "EVP_DigestUpdate");
  }

  /** 32 bytes; the stream is used up. */
  digest(): Bytes {
    const context = this.#context.pointer;
    const digest = new Uint8Array(DIGEST_BYTES);
    const result = this.#library.fn.EVP_DigestFinal_ex(context, digest, null);
    this.#library.expectOk(result, "EVP_DigestFinal_ex");
    this[Symbol.dispose]();
    return digest;
  }

  [Symbol.dispose](): void {
    this.#context[Symbol.dispose]();
  }
}

/** HMAC-SM3 from two digests that have taken in the key; a message starts from copies of them. */
export class NativeHmacSm3Key implements HmacKey {
  readonly #library: Libcrypto;
  readonly #inner: NativeObject;
  readonly #outer: NativeObject;

  /** A key of any length. */
  constructor(library: Libcrypto, key: Uint8Array) {
    requireBytes(key, "an HMAC-SM3 key");
    library.requireUsable();
    this.#library = library;
    const pad = new Uint8Array(BLOCK_BYTES);
    if (key.length > BLOCK_BYTES) digestSm3(library, key, pad);
    else pad.set(key);
    this.#inner = this.#keyed(pad, 0x36);
    this.#outer = this.#keyed(pad, 0x5c);
    wipe(pad);
  }

  /** 32 bytes; throws `invalid_argument` after disposal. */
  mac(data: Uint8Array): Bytes {
    const { fn, hashing } = this.#library;
    const inner = this.#inner.pointer;
    const outer = this.#outer.pointer;
    const input = readable(data, "data");
    const mac = new Uint8Array(DIGEST_BYTES);
    const isDone = fn.EVP_MD_CTX_copy_ex(hashing, inner) === 1 &&
      fn.EVP_DigestUpdate(hashing, input, sizeOf(input)) === 1 &&
      fn.EVP_DigestFinal_ex(hashing, mac, null) === 1 &&
      fn.EVP_MD_CTX_copy_ex(hashing, outer) === 1 &&
      fn.EVP_DigestUpdate(hashing, mac, DIGEST_SIZE) === 1 &&
      fn.EVP_DigestFinal_ex(hashing, mac, null) === 1;
    if (!isDone) throw this.#library.failure("HMAC-SM3");
    return mac;
  }

  [Symbol.dispose](): void {
    this.#inner[Symbol.dispose]();
    this.#outer[Symbol.dispose]();
  }

  #keyed(pad: Bytes, mask: number): NativeObject {
    const digest = newDigest(this.#library, "Cannot use an HMAC-SM3 key: it is disposed");
    const block = pad.map((byte) => byte ^ mask);
    const result = this.#library.fn.EVP_DigestUpdate(digest.pointer, block, BLOCK_SIZE);
    wipe(block);
    this.#library.expectOk(result, "EVP_DigestUpdate");
    return digest;
  }
}

function newDigest(library: Libcrypto, gone: string): NativeObject {
  const { fn } = library;
  const made = library.made(fn.EVP_MD_CTX_new(), "EVP_MD_CTX_new");
  const context = library.own(made, fn.EVP_MD_CTX_free, gone);
  library.expectOk(fn.EVP_MD_CTX_copy_ex(made, library.beginning), "EVP_MD_CTX_copy_ex");
  return context;
}
