import { weierstrass, type WeierstrassPoint } from "@noble/curves/abstract/weierstrass.js";
import { type Bytes, randomBytes, requireBytes, requireLength } from "./bytes.ts";
import { CryptoError } from "./errors.ts";

/** The recommended curve of GB/T 32918.5, and what is a key, a point and a number on it. */

/** The prime of the field coordinates live in. */
export const FIELD_PRIME = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn;
/** The order n of the base point; the cofactor is 1. */
export const ORDER = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;

const A = FIELD_PRIME - 3n;
export const CURVE_B = 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n;
const GX = 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n;
const GY = 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n;

export type Point = WeierstrassPoint<bigint>;

/** `multiply` of its points blinds the scalar; `precompute` is not used (`sm2_multiples.ts`). */
export const Curve = weierstrass(
  { p: FIELD_PRIME, a: A, b: CURVE_B, n: ORDER, h: 1n, Gx: GX, Gy: GY },
  { randomBytes: (length = 0) => randomBytes(length) },
);

const NUMBER_BYTES = 32;
const POINT_BYTES = 1 + 2 * NUMBER_BYTES;

/** a ‖ b ‖ xG ‖ yG, as every user's Z begins (GB/T 32918.2 §5.5). */
export const CURVE_BYTES: Uint8Array = writeNumbers(A, CURVE_B, GX, GY);

/** 32 bytes big-endian. */
export function readNumber(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, NUMBER_BYTES);
  return (view.getBigUint64(0) << 192n) | (view.getBigUint64(8) << 128n) |
    (view.getBigUint64(16) << 64n) | view.getBigUint64(24);
}

/** Each as 32 bytes big-endian. */
export function writeNumbers(...numbers: bigint[]): Bytes {
  const bytes = new Uint8Array(NUMBER_BYTES * numbers.length);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const number of numbers) {
    for (let shift = 192n; shift >= 0n; shift -= 64n, at += 8) {
      view.setBigUint64(at, number >> shift);
    }
  }
  return bytes;
}

/** Uniform in 1 to n−1, by throwing away what is out of range (one draw in 2³²). */
export function randomScalar(): bigint {
  for (;;) {
    const scalar = readNumber(randomBytes(NUMBER_BYTES));
    if (scalar > 0n && scalar < ORDER) return scalar;
  }
}

/** 1 ≤ d ≤ n−2: with n−1 there is no (1+d)⁻¹ to sign with (GB/T 32918.2 §6.1). */
export function isPrivateScalar(scalar: bigint): boolean {
  return scalar > 0n && scalar < ORDER - 1n;
}

/** Throws `wrong_length` or `invalid_key`. */
export function privateScalar(privateKey: Uint8Array): bigint {
  requireLength(privateKey, NUMBER_BYTES, "an SM2 private key");
  const scalar = readNumber(privateKey);
  if (!isPrivateScalar(scalar)) {
    throw new CryptoError("invalid_key", "Cannot use an SM2 private key: expected 1 to n-2");
  }
  return scalar;
}

/** 65 bytes 04‖x‖y of a point on the curve that is not infinity; throws `invalid_point`. */
export function publicPoint(publicKey: Uint8Array): Point {
  requireBytes(publicKey, "an SM2 public key");
  if (publicKey.length !== POINT_BYTES) {
    throw invalidPoint(`${publicKey.length} bytes`, `${POINT_BYTES}, beginning with 04`);
  }
  return pointOf(publicKey);
}

/**
 * Validates a point as others may send it, 04‖x‖y or compressed 02‖x and 03‖x (GB/T 32918.1
 * §4.2.9), and gives its 65 bytes 04‖x‖y. The hybrid forms 06 and 07 say y twice and are refused.
 * Throws `invalid_point`.
 */
export function decodePoint(bytes: Uint8Array): Bytes {
  requireBytes(bytes, "an SM2 point");
  return encodePoint(pointOf(bytes).toAffine());
}

/** 65 bytes 04‖x‖y of affine coordinates. */
export function encodePoint({ x, y }: { readonly x: bigint; readonly y: bigint }): Bytes {
  const bytes = new Uint8Array(POINT_BYTES);
  bytes[0] = 0x04;
  bytes.set(writeNumbers(x, y), 1);
  return bytes;
}

function pointOf(bytes: Uint8Array): Point {
  try {
    // Checks coordinates < p, the equation, and that it is not infinity; with cofactor 1 that is all.
    return Curve.fromBytes(bytes);
  } catch (cause) {
    throw invalidPoint("these bytes", "a point on the curve, 04, 02 or 03 in front", { cause });
  }
}

function invalidPoint(what: string, expected: string, options?: ErrorOptions): CryptoError {
  return new CryptoError(
    "invalid_point",
    `Cannot use ${what} as an SM2 point: expected ${expected}`,
    options,
  );
}
