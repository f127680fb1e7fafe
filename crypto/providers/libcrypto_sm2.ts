import { type Bytes, copyBytes, equalBytes, requireBytes, requireLength, wipe } from "../bytes.ts";
import type { Sm2PrivateKey, Sm2PublicKey } from "../engine.ts";
import { CryptoError } from "../errors.ts";
import { decryptionFailed, requirePlaintext } from "../sm2_cipher.ts";
import {
  joinCiphertext,
  signatureFromDer,
  signatureToDer,
  type Sm2CiphertextParts,
  splitCiphertext,
} from "../sm2_codec.ts";
import { publicPoint, writeNumbers } from "../sm2_curve.ts";
import { Sm2Identity } from "../sm2_identity.ts";
import { readSignature } from "../sm2_signature.ts";
import { type Libcrypto, readable, sizeOf } from "./libcrypto.ts";
import { derivePublicKey, PkeyHandle, requirePrivateKey } from "./libcrypto_sm2_key.ts";
import { digestForSm2 } from "./libcrypto_sm3.ts";

/**
 * SM2 of libcrypto, over e = SM3(Z‖M) that we compute: its own way to hash a message takes an
 * empty user id for good before OpenSSL 4.0.
 */

const DIGEST_BYTES = 32;
const DIGEST_SIZE = 32n;
/** What DER and the parts of a ciphertext add to a plaintext, with room to spare. */
const CIPHERTEXT_EXTRA_BYTES = 256;

/** One private key for many calls, kept in the library alone. */
export class NativeSm2PrivateKey implements Sm2PrivateKey {
  /** 65 bytes 04‖x‖y. */
  readonly publicKey: Bytes;
  readonly #library: Libcrypto;
  readonly #identity: Sm2Identity;
  readonly #key: PkeyHandle;

  /** 32 bytes, 1 to n−2; throws `wrong_length` or `invalid_key`. */
  constructor(library: Libcrypto, privateKey: Uint8Array) {
    requireBytes(privateKey, "an SM2 private key");
    library.requireUsable();
    this.#library = library;
    // Read once: what is checked, derived from and imported is one key.
    const secret = copyBytes(privateKey);
    try {
      requirePrivateKey(secret);
      this.publicKey = derivePublicKey(library, secret);
      this.#identity = new Sm2Identity(this.publicKey);
      const gone = "Cannot use an SM2 private key: it is disposed";
      this.#key = new PkeyHandle(library, gone, this.publicKey, secret);
    } finally {
      wipe(secret);
    }
  }

  /** 64 bytes r‖s; throws `invalid_argument` for a user id that is empty or over 8191 bytes. */
  sign(message: Uint8Array, userId: Uint8Array): Bytes {
    this.#key.requireUsable();
    const z = this.#identity.z(readable(userId, "a user id"));
    return this.signDigest(digestForSm2(this.#library, z, message));
  }

  signDigest(digest: Uint8Array): Bytes {
    const context = this.#key.prepared("sign");
    requireDigest(digest);
    const { fn, scratch, size } = this.#library;
    size[0] = BigInt(scratch.length);
    const result = fn.EVP_PKEY_sign(context, scratch, size, readable(digest, "e"), DIGEST_SIZE);
    this.#library.expectOk(result, "EVP_PKEY_sign");
    return signatureFromDer(scratch.subarray(0, Number(size[0])));
  }

  /** Takes C1‖C3‖C2; throws `decryption_failed`, whatever the reason. */
  decrypt(ciphertext: Uint8Array): Bytes {
    const context = this.#key.prepared("decrypt");
    const { c2, der } = receivedCiphertext(readable(ciphertext, "an SM2 ciphertext"));
    const { fn, size } = this.#library;
    // As long as the ciphertext: the length a query would tell is wrong in 1.1.1 (CVE-2021-3711).
    const room = new Uint8Array(der.length);
    size[0] = BigInt(room.length);
    const result = fn.EVP_PKEY_decrypt(context, room, size, der, sizeOf(der));
    const plaintext = room.slice(0, c2.length);
    wipe(room);
    // A mask of zeros leaves the text as it was, which §7.1 B4 forbids and the library allows.
    const isGood = result === 1 && size[0] === BigInt(c2.length) && !equalBytes(plaintext, c2);
    if (isGood) return plaintext;
    wipe(plaintext);
    fn.ERR_clear_error();
    throw decryptionFailed();
  }

  [Symbol.dispose](): void {
    this.#key[Symbol.dispose]();
  }
}

/** One public key for many calls: validated once, by us. */
export class NativeSm2PublicKey implements Sm2PublicKey {
  readonly #library: Libcrypto;
  readonly #identity: Sm2Identity;
  readonly #key: PkeyHandle;

  /** 65 bytes 04‖x‖y; throws `invalid_point`. */
  constructor(library: Libcrypto, publicKey: Uint8Array) {
    requireBytes(publicKey, "an SM2 public key");
    const own = copyBytes(publicKey);
    publicPoint(own);
    library.requireUsable();
    this.#library = library;
    this.#identity = new Sm2Identity(own);
    const gone = "Cannot use an SM2 public key: it is disposed";
    this.#key = new PkeyHandle(library, gone, own);
  }

  /**
   * False for every signature that is not 64 bytes and good; throws `invalid_argument` for a user
   * id that is empty or over 8191 bytes.
   */
  verify(message: Uint8Array, signature: Uint8Array, userId: Uint8Array): boolean {
    this.#key.requireUsable();
    const z = this.#identity.z(readable(userId, "a user id"));
    return this.verifyDigest(digestForSm2(this.#library, z, message), signature);
  }

  verifyDigest(digest: Uint8Array, signature: Uint8Array): boolean {
    const context = this.#key.prepared("verify");
    requireDigest(digest);
    const numbers = readSignature(signature);
    if (numbers === null) return false;
    const { fn } = this.#library;
    const der = signatureToDer(writeNumbers(numbers.r, numbers.s));
    const e = readable(digest, "e");
    const result = fn.EVP_PKEY_verify(context, der, sizeOf(der), e, DIGEST_SIZE);
    if (result === 1) return true;
    // Our DER of numbers in range is no malformed signature: the library could not do its work.
    if (result < 0) throw this.#library.failure("EVP_PKEY_verify");
    fn.ERR_clear_error();
    return false;
  }

  /** C1‖C3‖C2; throws `invalid_argument` for nothing, `too_large` over 1 MiB. */
  encrypt(plaintext: Uint8Array): Bytes {
    const input = readable(plaintext, "plaintext");
    requirePlaintext(input);
    const context = this.#key.prepared("encrypt");
    const room = new Uint8Array(input.length + CIPHERTEXT_EXTRA_BYTES);
    for (;;) {
      const parts = this.#encryptOnce(context, input, room);
      // §6.1 A5 wants another nonce where the mask is zeros: one byte in 256, and hardly more.
      if (!equalBytes(parts.c2, input)) return joinCiphertext(parts, "c1c3c2");
    }
  }

  [Symbol.dispose](): void {
    this.#key[Symbol.dispose]();
  }

  #encryptOnce(
    context: Deno.PointerObject,
    plaintext: Bytes,
    room: Bytes,
  ): Sm2CiphertextParts {
    const { fn, size } = this.#library;
    size[0] = BigInt(room.length);
    const result = fn.EVP_PKEY_encrypt(context, room, size, plaintext, sizeOf(plaintext));
    this.#library.expectOk(result, "EVP_PKEY_encrypt");
    return splitCiphertext(room.subarray(0, Number(size[0])), "der");
  }
}

function requireDigest(digest: Uint8Array): void {
  requireBytes(digest, "an SM3 digest");
  requireLength(digest, DIGEST_BYTES, "an SM3 digest");
}

/** Coordinates not below p would be reduced by the library: they are refused here. */
function receivedCiphertext(ciphertext: Uint8Array): { c2: Uint8Array; der: Bytes } {
  try {
    const parts = splitCiphertext(ciphertext, "c1c3c2");
    publicPoint(parts.c1);
    return { c2: parts.c2, der: joinCiphertext(parts, "der") };
  } catch (error) {
    if (error instanceof CryptoError) throw decryptionFailed();
    throw error;
  }
}
