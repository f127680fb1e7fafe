import { CryptoError } from "./errors.ts";

/** Bytes that own their memory, as FFI and Web APIs ask for. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** Memory of its own: `slice` of a Node `Buffer`, which databases give, is a view of the same. */
export function copyBytes(bytes: Uint8Array): Bytes {
  requireBytes(bytes, "a value");
  return new Uint8Array(bytes);
}

export function concatBytes(...parts: readonly Uint8Array[]): Bytes {
  let length = 0;
  for (const part of parts) {
    requireBytes(part, "a part");
    length += part.length;
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * Compares without stopping at the first difference, so that the time tells nothing of where it
 * is; lengths are not secret.
 */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  requireBytes(left, "a value");
  requireBytes(right, "a value");
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let at = 0; at < left.length; at++) difference |= (left[at] ?? 0) ^ (right[at] ?? 0);
  return difference === 0;
}

/** Overwrites a secret that is no longer needed; copies the engine made stay (docs/crypto.md). */
export function wipe(...secrets: readonly Uint8Array[]): void {
  for (const secret of secrets) secret.fill(0);
}

/**
 * For callers the compiler did not check: text or a list of numbers would be read as zeros or cut.
 * Throws `invalid_argument`; `what` is quoted in the message.
 */
export function requireBytes(bytes: Uint8Array, what: string): void {
  if (!((bytes as unknown) instanceof Uint8Array)) {
    throw new CryptoError("invalid_argument", `Cannot use ${what}: expected a Uint8Array`);
  }
}

/** Throws `wrong_length`, or as `requireBytes` does; `what` is quoted in the message. */
export function requireLength(bytes: Uint8Array, length: number, what: string): void {
  requireBytes(bytes, what);
  if (bytes.length !== length) {
    throw new CryptoError(
      "wrong_length",
      `Cannot use ${what} of ${bytes.length} bytes: expected ${length}`,
    );
  }
}

const RANDOM_CHUNK_MAX = 65_536;
const RANDOM_BYTES_MAX = 1 << 24;

/** From the system's generator (getrandom), never from one of our own. */
export function randomBytes(length: number): Bytes {
  if (!Number.isInteger(length) || length < 0 || length > RANDOM_BYTES_MAX) {
    throw new CryptoError(
      "wrong_length",
      `Cannot make ${length} random bytes: expected 0 to ${RANDOM_BYTES_MAX}`,
    );
  }
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += RANDOM_CHUNK_MAX) {
    crypto.getRandomValues(bytes.subarray(at, at + RANDOM_CHUNK_MAX));
  }
  return bytes;
}
