import { type Bytes, requireLength } from "./bytes.ts";
import { BASE_POINT } from "./sm2_generator.ts";
import { FIELD_PRIME, ORDER, readNumber, writeNumbers } from "./sm2_curve.ts";
import type { PointSum } from "./sm2_sum.ts";

/** The arithmetic of SM2 signatures (GB/T 32918.2), after hashing and before encoding. */

/** r and s, both in 1 to n−1. */
export interface SignatureNumbers {
  readonly r: bigint;
  readonly s: bigint;
}

/** e of its 32 bytes; throws `wrong_length`. */
export function readDigest(digest: Uint8Array): bigint {
  requireLength(digest, 32, "an SM3 digest");
  return readNumber(digest);
}

/**
 * 64 bytes r‖s for e = SM3(Z‖M) (§6.1), or null when another nonce must be drawn (a chance of
 * about 2⁻²⁵⁴). A nonce that is known, used twice or just uneven tells the private key; it is an
 * argument so that the standard's examples can be checked.
 */
export function signWithNonce(inverse: bigint, digest: bigint, nonce: bigint): Bytes | null {
  const { x } = BASE_POINT.multiply(nonce);
  const r = (digest + x) % ORDER;
  if (r === 0n || r + nonce === ORDER) return null;
  // The standard's (1+d)⁻¹·(k − r·d), with d = (1+d) − 1 put in: one product with a secret less.
  const s = (inverse * (nonce + r) + ORDER - r) % ORDER;
  return s === 0n ? null : writeNumbers(r, s);
}

/** Of 64 bytes r‖s; null for all else, numbers out of range and r + s = n (§7.1 B1, B2 and B5). */
export function readSignature(raw: Uint8Array): SignatureNumbers | null {
  if (!((raw as unknown) instanceof Uint8Array) || raw.length !== 64) return null;
  const r = readNumber(raw);
  const s = readNumber(raw.subarray(32));
  const inRange = r > 0n && r < ORDER && s > 0n && s < ORDER && r + s !== ORDER;
  return inRange ? { r, s } : null;
}

/**
 * Whether (e + x) mod n = r for the x of s·G + t·P (§7.1 B6 and B7): x is (r − e) mod n or, where
 * that is still below p, n more.
 */
export function fitsSignature(sum: PointSum, digest: bigint, r: bigint): boolean {
  const x = (r + ORDER - digest % ORDER) % ORDER;
  return sum.hasX(x) || (x + ORDER < FIELD_PRIME && sum.hasX(x + ORDER));
}
