import { type Bytes, copyBytes, equalBytes, requireBytes, requireLength } from "./bytes.ts";
import { CryptoError } from "./errors.ts";
import { CURVE_BYTES } from "./sm2_curve.ts";
import { Sm3 } from "./sm3.ts";

/** "1234567812345678", what GM/T 0009 §10 says to use where nothing else is agreed. */
export const NATIONAL_USER_ID: Uint8Array = new TextEncoder().encode("1234567812345678");

const USER_ID_BYTES_MAX = 8191;

/** Who signs: binds a user id to a public key as Z (GB/T 32918.2 §5.5). Remembers the last one. */
export class Sm2Identity {
  /** x ‖ y. */
  readonly #publicKey: Uint8Array;
  #userId: Uint8Array = new Uint8Array(0);
  #z: Bytes = new Uint8Array(0);

  /** 65 bytes, already validated. */
  constructor(publicKey: Uint8Array) {
    requireLength(publicKey, 65, "an SM2 public key");
    this.#publicKey = copyBytes(publicKey).subarray(1);
  }

  /** 32 bytes; throws `invalid_argument` for an id that is empty or over 8191 bytes. */
  z(userId: Uint8Array): Bytes {
    requireBytes(userId, "a user id");
    if (userId.length === 0 || userId.length > USER_ID_BYTES_MAX) {
      throw new CryptoError(
        "invalid_argument",
        `Cannot use a user id of ${userId.length} bytes: expected 1 to ${USER_ID_BYTES_MAX}`,
      );
    }
    if (equalBytes(userId, this.#userId)) return this.#z;
    const bits = userId.length * 8;
    this.#z = new Sm3()
      .update(Uint8Array.of(bits >>> 8, bits & 0xff))
      .update(userId)
      .update(CURVE_BYTES)
      .update(this.#publicKey)
      .digest();
    this.#userId = copyBytes(userId);
    return this.#z;
  }

  /** e = SM3(Z‖M), what is signed: 32 bytes. */
  digest(message: Uint8Array, userId: Uint8Array): Bytes {
    return new Sm3().update(this.z(userId)).update(message).digest();
  }
}
