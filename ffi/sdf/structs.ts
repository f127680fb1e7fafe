/**
 * The structures of GM/T 0018-2012 clause 5, packed to bytes, little-endian. Numbers of 512 bits
 * hold ours of 256 right-aligned: their first half is zeros.
 */

const HALF = 32;
const FIELD = 64;
/** bits, x, y. */
export const PUBLIC_KEY_BYTES = 4 + 2 * FIELD;
/** r, s. */
export const SIGNATURE_BYTES = 2 * FIELD;
/** Of `ECCCipher` in front of C; some headers give C a fixed length. */
const CIPHER_HEADER_BYTES = 2 * FIELD + HALF + 4;
const CIPHER_FIXED_BYTES = 136;
/** Issuer 40, name 16, serial number 16, then seven numbers. */
export const DEVICE_INFO_BYTES = 100;
const POINT_BYTES = 1 + 2 * HALF;
const SM2_BITS = 256;
const LITTLE_ENDIAN = true;
const GB18030 = new TextDecoder("gb18030");

/** 04‖x‖y out of an `ECCrefPublicKey`. Throws `RangeError` for another curve or alignment. */
export function pointOf(publicKey: Uint8Array): Uint8Array {
  const bits = viewOf(publicKey).getUint32(0, LITTLE_ENDIAN);
  if (bits !== SM2_BITS) throw new RangeError(`Cannot take a key of ${bits} bits: expected 256`);
  const point = new Uint8Array(POINT_BYTES);
  point[0] = 0x04;
  point.set(aligned(publicKey, 4), 1);
  point.set(aligned(publicKey, 4 + FIELD), 1 + HALF);
  return point;
}

/** r‖s out of an `ECCSignature`. */
export function signatureOf(signature: Uint8Array): Uint8Array {
  const raw = new Uint8Array(2 * HALF);
  raw.set(aligned(signature, 0));
  raw.set(aligned(signature, FIELD), HALF);
  return raw;
}

/** `ECCCipher` of C1‖C3‖C2 with C1 = 04‖x‖y, in a buffer no header's struct is larger than. */
export function cipherFrom(ciphertext: Uint8Array): Uint8Array<ArrayBuffer> {
  const length = ciphertext.length - POINT_BYTES - HALF;
  if (length < 1) {
    throw new RangeError(`Cannot pack ${ciphertext.length} bytes: expected at least 98`);
  }
  const packed = new Uint8Array(CIPHER_HEADER_BYTES + Math.max(length, CIPHER_FIXED_BYTES));
  packed.set(ciphertext.subarray(1, 1 + HALF), FIELD - HALF);
  packed.set(ciphertext.subarray(1 + HALF, POINT_BYTES), 2 * FIELD - HALF);
  packed.set(ciphertext.subarray(POINT_BYTES, POINT_BYTES + HALF), 2 * FIELD);
  viewOf(packed).setUint32(2 * FIELD + HALF, length, LITTLE_ENDIAN);
  packed.set(ciphertext.subarray(POINT_BYTES + HALF), CIPHER_HEADER_BYTES);
  return packed;
}

/** "Issuer Name Serial, version 1, GM/T 0018 version 1". */
export function describeDevice(info: Uint8Array): string {
  const view = viewOf(info);
  const names = [textAt(info, 0, 40), textAt(info, 40, 16), textAt(info, 56, 16)];
  const version = view.getUint32(72, LITTLE_ENDIAN).toString(16);
  const standard = view.getUint32(76, LITTLE_ENDIAN).toString(16);
  return `${names.filter(Boolean).join(" ")}, version ${version}, GM/T 0018 version ${standard}`;
}

/** Filled up with NUL or spaces; what cannot be printed is shown as "?". */
function textAt(info: Uint8Array, offset: number, length: number): string {
  const field = info.subarray(offset, offset + length);
  const end = field.indexOf(0);
  const text = GB18030.decode(end < 0 ? field : field.subarray(0, end));
  return text.trim().replace(/[\p{Cc}\ufffd]/gu, "?");
}

function aligned(struct: Uint8Array, offset: number): Uint8Array {
  const padding = struct.subarray(offset, offset + HALF);
  if (padding.some((byte) => byte !== 0)) {
    throw new RangeError("Cannot take a number: not right-aligned in 64 bytes, expected 256 bits");
  }
  return struct.subarray(offset + HALF, offset + FIELD);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
