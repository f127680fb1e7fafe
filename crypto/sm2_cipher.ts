import { type Bytes, equalBytes, requireBytes, wipe } from "./bytes.ts";
import { CryptoError } from "./errors.ts";
import type { Sm2CiphertextParts } from "./sm2_codec.ts";
import { BASE_POINT } from "./sm2_generator.ts";
import { encodePoint, type Point, publicPoint, writeNumbers } from "./sm2_curve.ts";
import type { Sm2PublicPoint } from "./sm2_public_point.ts";
import { Sm3, sm3Kdf } from "./sm3.ts";

/** SM2 encryption (GB/T 32918.4) on the parts of a ciphertext. */

const PLAINTEXT_BYTES_MAX = 1 << 20;

/** Throws `invalid_argument` for nothing (the standard wants klen > 0), `too_large` over 1 MiB. */
export function requirePlaintext(plaintext: Uint8Array): void {
  requireBytes(plaintext, "a plaintext");
  if (plaintext.length === 0) {
    throw new CryptoError(
      "invalid_argument",
      "Cannot encrypt 0 bytes with SM2: expected 1 or more",
    );
  }
  if (plaintext.length > PLAINTEXT_BYTES_MAX) {
    throw new CryptoError(
      "too_large",
      `Cannot encrypt ${plaintext.length} bytes with SM2: expected at most ${PLAINTEXT_BYTES_MAX}`,
    );
  }
}

/**
 * §6.1, or null when another nonce must be drawn (the mask is all zeros: for one byte a chance of
 * 1 in 256). The nonce is an argument so that the standard's examples can be checked.
 */
export function encryptWithNonce(
  publicKey: Sm2PublicPoint,
  plaintext: Uint8Array,
  nonce: bigint,
): Sm2CiphertextParts | null {
  const { x, y } = publicKey.multiplyByNonce(nonce);
  const shared = writeNumbers(x, y);
  const c2 = applyMask(shared, plaintext);
  if (c2 === null) return null;
  const c3 = digestOf(shared, plaintext);
  wipe(shared);
  return { c1: encodePoint(BASE_POINT.multiply(nonce)), c3, c2 };
}

/** §7.1; throws `decryption_failed`, the same for every reason. */
export function decryptParts(scalar: bigint, { c1, c3, c2 }: Sm2CiphertextParts): Bytes {
  // Of order n and 0 < scalar < n: never infinity.
  const { x, y } = receivedPoint(c1).multiply(scalar).toAffine();
  const shared = writeNumbers(x, y);
  const plaintext = applyMask(shared, c2);
  const fits = plaintext !== null && equalBytes(digestOf(shared, plaintext), c3);
  wipe(shared);
  if (fits) return plaintext;
  if (plaintext !== null) wipe(plaintext);
  throw decryptionFailed();
}

export function decryptionFailed(): CryptoError {
  return new CryptoError(
    "decryption_failed",
    "Cannot decrypt an SM2 ciphertext: expected one made for this key and not changed since",
  );
}

function receivedPoint(c1: Uint8Array): Point {
  try {
    return publicPoint(c1);
  } catch {
    // The reason is the same as for a wrong digest to whoever sent it.
    throw decryptionFailed();
  }
}

/** Text ⊕ KDF(x2‖y2), or null when the mask would leave the text as it is. */
function applyMask(shared: Uint8Array, text: Uint8Array): Bytes | null {
  const mask = sm3Kdf(shared, text.length);
  let seen = 0;
  for (let at = 0; at < mask.length; at++) {
    const byte = mask[at] ?? 0;
    seen |= byte;
    mask[at] = byte ^ (text[at] ?? 0);
  }
  return seen === 0 ? null : mask;
}

function digestOf(shared: Uint8Array, plaintext: Uint8Array): Bytes {
  return new Sm3()
    .update(shared.subarray(0, 32))
    .update(plaintext)
    .update(shared.subarray(32))
    .digest();
}
