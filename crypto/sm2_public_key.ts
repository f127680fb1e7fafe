import { type Bytes, copyBytes } from "./bytes.ts";
import type { Sm2PublicKey } from "./engine.ts";
import { BASE_POINT } from "./sm2_generator.ts";
import { encryptWithNonce, requirePlaintext } from "./sm2_cipher.ts";
import { joinCiphertext } from "./sm2_codec.ts";
import { ORDER, randomScalar } from "./sm2_curve.ts";
import { Sm2Identity } from "./sm2_identity.ts";
import { Sm2PublicPoint } from "./sm2_public_point.ts";
import { fitsSignature, readDigest, readSignature } from "./sm2_signature.ts";
import { PointSum } from "./sm2_sum.ts";

/** One public key for many calls: validated once. */
export class Sm2Verifier implements Sm2PublicKey {
  readonly #point: Sm2PublicPoint;
  readonly #identity: Sm2Identity;

  /** 65 bytes 04‖x‖y; throws `invalid_point`. */
  constructor(publicKey: Uint8Array) {
    // Read once: in memory that threads share, point and Z could be of two keys.
    const own = copyBytes(publicKey);
    this.#point = new Sm2PublicPoint(own);
    this.#identity = new Sm2Identity(own);
  }

  /**
   * False for every signature that is not 64 bytes and good; throws `invalid_argument` for a user
   * id that is empty or over 8191 bytes.
   */
  verify(message: Uint8Array, signature: Uint8Array, userId: Uint8Array): boolean {
    return this.verifyDigest(this.#identity.digest(message, userId), signature);
  }

  /** The same over e = SM3(Z‖M); throws `wrong_length` for another number of bytes than 32. */
  verifyDigest(digest: Uint8Array, signature: Uint8Array): boolean {
    const e = readDigest(digest);
    const numbers = readSignature(signature);
    if (numbers === null) return false;
    const { r, s } = numbers;
    const sum = new PointSum();
    this.#point.multiplyTo(sum, (r + s) % ORDER);
    BASE_POINT.addTo(sum, s);
    return fitsSignature(sum, e, r);
  }

  /** C1‖C3‖C2; throws `invalid_argument` for nothing, `too_large` over 1 MiB. */
  encrypt(plaintext: Uint8Array): Bytes {
    requirePlaintext(plaintext);
    for (;;) {
      const parts = encryptWithNonce(this.#point, plaintext, randomScalar());
      if (parts) return joinCiphertext(parts, "c1c3c2");
    }
  }

  /** Nothing here is secret and nothing is held outside. */
  [Symbol.dispose](): void {}
}
