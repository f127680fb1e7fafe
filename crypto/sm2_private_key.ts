import { type Bytes, requireBytes } from "./bytes.ts";
import type { Sm2PrivateKey } from "./engine.ts";
import { CryptoError } from "./errors.ts";
import { BASE_POINT } from "./sm2_generator.ts";
import { decryptionFailed, decryptParts } from "./sm2_cipher.ts";
import { type Sm2CiphertextParts, splitCiphertext } from "./sm2_codec.ts";
import { Curve, encodePoint, ORDER, privateScalar, randomScalar } from "./sm2_curve.ts";
import { Sm2Identity } from "./sm2_identity.ts";
import { readDigest, signWithNonce } from "./sm2_signature.ts";

/** One private key for many calls: its public key, (1+d)⁻¹ and Z are worked out once. */
export class Sm2Signer implements Sm2PrivateKey {
  /** 65 bytes 04‖x‖y. */
  readonly publicKey: Bytes;
  readonly #identity: Sm2Identity;
  #secret: { readonly scalar: bigint; readonly inverse: bigint } | null;

  /** 32 bytes, 1 to n−2; throws `wrong_length` or `invalid_key`. */
  constructor(privateKey: Uint8Array) {
    const scalar = privateScalar(privateKey);
    this.publicKey = encodePoint(BASE_POINT.multiply(scalar));
    this.#identity = new Sm2Identity(this.publicKey);
    this.#secret = { scalar, inverse: blindedInverse(1n + scalar) };
  }

  /** 64 bytes r‖s; throws `invalid_argument` for a user id that is empty or over 8191 bytes. */
  sign(message: Uint8Array, userId: Uint8Array): Bytes {
    return this.signDigest(this.#identity.digest(message, userId));
  }

  /** The same over e = SM3(Z‖M); throws `wrong_length` for another number of bytes than 32. */
  signDigest(digest: Uint8Array): Bytes {
    const { inverse } = this.#usable();
    const e = readDigest(digest);
    for (;;) {
      const signature = signWithNonce(inverse, e, randomScalar());
      if (signature) return signature;
    }
  }

  /** Takes C1‖C3‖C2; throws `decryption_failed`, whatever the reason. */
  decrypt(ciphertext: Uint8Array): Bytes {
    return decryptParts(this.#usable().scalar, ciphertextParts(ciphertext));
  }

  /** Forgets the key; the engine collects the numbers in its own time (docs/crypto.md). */
  [Symbol.dispose](): void {
    this.#secret = null;
  }

  #usable(): { readonly scalar: bigint; readonly inverse: bigint } {
    if (this.#secret) return this.#secret;
    throw new CryptoError("invalid_argument", "Cannot use an SM2 private key: it is disposed");
  }
}

/** The time of an inversion tells of its operand, so it works on a random multiple. */
function blindedInverse(value: bigint): bigint {
  const blind = randomScalar();
  return Curve.Fn.inv(value * blind % ORDER) * blind % ORDER;
}

function ciphertextParts(ciphertext: Uint8Array): Sm2CiphertextParts {
  requireBytes(ciphertext, "an SM2 ciphertext");
  try {
    return splitCiphertext(ciphertext, "c1c3c2");
  } catch {
    throw decryptionFailed();
  }
}
