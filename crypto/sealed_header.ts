import { type Bytes, concatBytes, equalBytes, randomBytes, requireLength, wipe } from "./bytes.ts";
import type { Engine, Sm2PrivateKey } from "./engine.ts";
import { CryptoError } from "./errors.ts";
import { pbkdf2HmacSm3, sm3 } from "./sm3.ts";

/**
 * How a sealed file begins, big-endian:
 *
 *     "YKTSEAL1"  body length u16  body  MAC(32)
 *     body: chunk bytes u32 = 65,536, then
 *       1  count u8 (1–64)  { SM3 of the public key(32)  file key under SM2, C1‖C3‖C2(113) } …
 *       2  salt(16)  iterations u32  nonce(12)  file key under SM4-GCM(32)
 *
 * A random file key of 16 bytes belongs to this file alone. HMAC-SM3 derives from it the MAC over
 * all of the header and the key of the chunks, so a header is bound to its chunks, and nobody can
 * make one file that opens to two contents under two keys, which GCM alone would allow.
 */

/** Who can open a file: the holders of these SM2 keys (65 bytes each), or who knows the password. */
export type SealFor =
  | { readonly recipients: readonly Uint8Array[] }
  | { readonly password: Uint8Array; readonly iterations?: number };

export type OpenWith =
  | { readonly privateKey: Pick<Sm2PrivateKey, "publicKey" | "decrypt"> }
  | { readonly password: Uint8Array };

/** What a header says before anything is proved. */
export interface SealedHeader {
  readonly lock: RecipientsLock | PasswordLock;
  /** What the MAC covers. */
  readonly signed: Uint8Array;
  readonly mac: Uint8Array;
}

interface RecipientsLock {
  readonly kind: "recipients";
  /** `fingerprint` is SM3 of the 65-byte public key, as envelopes and `yikatong key show` have it. */
  readonly recipients: readonly { readonly fingerprint: Bytes; readonly wrapped: Bytes }[];
}

interface PasswordLock {
  readonly kind: "password";
  readonly salt: Bytes;
  readonly iterations: number;
  readonly nonce: Bytes;
  readonly wrapped: Bytes;
}

export interface FileKeys {
  /** SM4, 16 bytes. */
  readonly chunkKey: Uint8Array;
  readonly mac: Uint8Array;
}

/** Plaintext bytes of a chunk; the last one may be shorter. */
export const CHUNK_BYTES = 65_536;
/** Magic, length of the body. */
export const PRELUDE_BYTES = 10;
export const MAC_BYTES = 32;

const MAGIC = new TextEncoder().encode("YKTSEAL1");
const FILE_KEY_BYTES = 16;
const RECIPIENTS_MAX = 64;
const FINGERPRINT_BYTES = 32;
/** C1(65) ‖ C3(32) ‖ C2(16). */
const SM2_WRAPPED_BYTES = 113;
const RECIPIENT_BYTES = FINGERPRINT_BYTES + SM2_WRAPPED_BYTES;
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const GCM_WRAPPED_BYTES = 32;
const PASSWORD_BODY_BYTES = 5 + SALT_BYTES + 4 + NONCE_BYTES + GCM_WRAPPED_BYTES;
/** Half a second for who has the password and for who guesses. */
const ITERATIONS_DEFAULT = 600_000;
const ITERATIONS_MIN = 10_000;
/** A file from outside must not keep us busy for longer than some seconds. */
const ITERATIONS_MAX = 10_000_000;
const PASSWORD_BYTES_MAX = 1024;
const KIND_RECIPIENTS = 1;
const KIND_PASSWORD = 2;
const PASSWORD_AAD = new TextEncoder().encode("yikatong sealed file key");
const MAC_LABEL = new TextEncoder().encode("yikatong sealed header");
const CHUNK_LABEL = new TextEncoder().encode("yikatong sealed chunks");

/**
 * A new file key, the header that hides it and what is derived from both. Throws
 * `invalid_argument` for no or too many recipients, a password that is empty or over 1024 bytes,
 * and a count of iterations out of bounds; `invalid_point`.
 */
export function makeHeader(engine: Engine, to: SealFor): { header: Bytes; keys: FileKeys } {
  const fileKey = randomBytes(FILE_KEY_BYTES);
  try {
    const body = "password" in to
      ? lockByPassword(engine, fileKey, to)
      : lockTo(engine, fileKey, to);
    const signed = concatBytes(MAGIC, u16(body.length), body);
    const keys = deriveKeys(engine, fileKey, signed);
    return { header: concatBytes(signed, keys.mac), keys };
  } finally {
    wipe(fileKey);
  }
}

/**
 * Throws `unknown_key` when the file was not sealed for this key, `wrong_password`,
 * `wrong_usage` for a key where the file wants a password or the other way round,
 * `invalid_argument` for a password that is empty or over 1024 bytes,
 * `decryption_failed`, and `wrong_tag` for a header that was changed.
 */
export function unlockHeader(engine: Engine, header: SealedHeader, by: OpenWith): FileKeys {
  const fileKey = unlock(engine, header, by);
  try {
    const keys = deriveKeys(engine, fileKey, header.signed);
    if (!equalBytes(keys.mac, header.mac)) {
      throw new CryptoError("wrong_tag", "Cannot open the file: its header was changed");
    }
    return keys;
  } finally {
    wipe(fileKey);
  }
}

/** Bytes that follow the prelude: body and MAC. Throws `bad_encoding`. */
export function readPrelude(prelude: Uint8Array): number {
  if (prelude.length !== PRELUDE_BYTES || !equalBytes(prelude.subarray(0, 8), MAGIC)) {
    throw refused("it does not begin as a sealed file does");
  }
  return viewOf(prelude).getUint16(8) + MAC_BYTES;
}

/** `rest` is what `readPrelude` asked for; throws `bad_encoding`. */
export function readHeader(prelude: Uint8Array, rest: Uint8Array): SealedHeader {
  if (rest.length !== readPrelude(prelude)) throw refused("it ends inside its header");
  const body = rest.subarray(0, rest.length - MAC_BYTES);
  if (body.length < 5) throw refused("its header is too short");
  const chunkBytes = viewOf(body).getUint32(0);
  if (chunkBytes !== CHUNK_BYTES) {
    throw refused(`chunks of ${chunkBytes} bytes, not ${CHUNK_BYTES}`);
  }
  return {
    lock: readLock(body),
    signed: concatBytes(prelude, body),
    mac: rest.slice(body.length),
  };
}

function readLock(body: Uint8Array): SealedHeader["lock"] {
  switch (body[4]) {
    case KIND_RECIPIENTS:
      return readRecipients(body.subarray(5));
    case KIND_PASSWORD:
      return readPassword(body);
    default:
      throw refused(`its header is of the kind ${body[4]}, not 1 or 2`);
  }
}

function readRecipients(bytes: Uint8Array): RecipientsLock {
  const count = bytes[0] ?? 0;
  if (count < 1 || count > RECIPIENTS_MAX) throw refused(`${count} recipients, not 1 to 64`);
  if (bytes.length !== 1 + count * RECIPIENT_BYTES) throw refused("its list of recipients is cut");
  const recipients = Array.from({ length: count }, (_, index) => {
    const at = 1 + index * RECIPIENT_BYTES;
    return {
      fingerprint: bytes.slice(at, at + FINGERPRINT_BYTES),
      wrapped: bytes.slice(at + FINGERPRINT_BYTES, at + RECIPIENT_BYTES),
    };
  });
  return { kind: "recipients", recipients };
}

function readPassword(body: Uint8Array): PasswordLock {
  if (body.length !== PASSWORD_BODY_BYTES) throw refused("its header is of the wrong length");
  const iterations = viewOf(body).getUint32(5 + SALT_BYTES);
  if (iterations < ITERATIONS_MIN || iterations > ITERATIONS_MAX) {
    throw refused(`${iterations} iterations, not ${ITERATIONS_MIN} to ${ITERATIONS_MAX}`);
  }
  const nonceAt = 5 + SALT_BYTES + 4;
  return {
    kind: "password",
    salt: body.slice(5, 5 + SALT_BYTES),
    iterations,
    nonce: body.slice(nonceAt, nonceAt + NONCE_BYTES),
    wrapped: body.slice(nonceAt + NONCE_BYTES),
  };
}

function lockTo(
  engine: Engine,
  fileKey: Uint8Array,
  { recipients }: { readonly recipients: readonly Uint8Array[] },
): Bytes {
  if (recipients.length < 1 || recipients.length > RECIPIENTS_MAX) {
    throw new CryptoError(
      "invalid_argument",
      `Cannot seal for ${recipients.length} recipients: expected 1 to ${RECIPIENTS_MAX}`,
    );
  }
  const entries = recipients.flatMap((publicKey) => {
    using key = engine.sm2PublicKey(publicKey);
    const wrapped = key.encrypt(fileKey);
    requireLength(wrapped, SM2_WRAPPED_BYTES, "a wrapped file key");
    return [sm3(publicKey), wrapped];
  });
  const count = Uint8Array.of(KIND_RECIPIENTS, recipients.length);
  return concatBytes(u32(CHUNK_BYTES), count, ...entries);
}

function lockByPassword(
  engine: Engine,
  fileKey: Uint8Array,
  { password, iterations = ITERATIONS_DEFAULT }: { password: Uint8Array; iterations?: number },
): Bytes {
  requirePassword(password);
  if (!Number.isInteger(iterations) || iterations < ITERATIONS_MIN || iterations > ITERATIONS_MAX) {
    throw new CryptoError(
      "invalid_argument",
      `Cannot derive a key in ${iterations} iterations: expected ${ITERATIONS_MIN} to ${ITERATIONS_MAX}`,
    );
  }
  const salt = randomBytes(SALT_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const derived = pbkdf2HmacSm3(password, salt, iterations, FILE_KEY_BYTES);
  using key = engine.sm4Key(derived);
  wipe(derived);
  const wrapped = key.seal({ nonce, aad: PASSWORD_AAD }, fileKey);
  const start = concatBytes(u32(CHUNK_BYTES), Uint8Array.of(KIND_PASSWORD));
  return concatBytes(start, salt, u32(iterations), nonce, wrapped);
}

function unlock(engine: Engine, { lock }: SealedHeader, by: OpenWith): Uint8Array {
  if (lock.kind === "password") {
    if ("password" in by) return unlockByPassword(engine, lock, by.password);
    throw new CryptoError("wrong_usage", "Cannot open the file by a key: expected its password");
  }
  if ("password" in by) {
    throw new CryptoError("wrong_usage", "Cannot open the file by a password: expected a key");
  }
  const own = sm3(by.privateKey.publicKey);
  const entry = lock.recipients.find(({ fingerprint }) => equalBytes(fingerprint, own));
  if (!entry) {
    throw new CryptoError("unknown_key", "Cannot open the file: it was not sealed for this key");
  }
  const fileKey = by.privateKey.decrypt(entry.wrapped);
  requireLength(fileKey, FILE_KEY_BYTES, "an unwrapped file key");
  return fileKey;
}

function requirePassword(password: Uint8Array): void {
  if (password.length >= 1 && password.length <= PASSWORD_BYTES_MAX) return;
  throw new CryptoError(
    "invalid_argument",
    `Cannot use a password of ${password.length} bytes: expected 1 to ${PASSWORD_BYTES_MAX}`,
  );
}

function unlockByPassword(engine: Engine, lock: PasswordLock, password: Uint8Array): Uint8Array {
  requirePassword(password);
  const derived = pbkdf2HmacSm3(password, lock.salt, lock.iterations, FILE_KEY_BYTES);
  using key = engine.sm4Key(derived);
  wipe(derived);
  try {
    return key.open({ nonce: lock.nonce, aad: PASSWORD_AAD }, lock.wrapped);
  } catch (thrown) {
    if (!(thrown instanceof CryptoError && thrown.code === "wrong_tag")) throw thrown;
    throw new CryptoError("wrong_password", "Cannot open the file: the password does not fit");
  }
}

function deriveKeys(engine: Engine, fileKey: Uint8Array, signed: Uint8Array): FileKeys {
  using hmac = engine.hmacKey(fileKey);
  const chunkKey = hmac.mac(concatBytes(CHUNK_LABEL, signed)).slice(0, FILE_KEY_BYTES);
  return { chunkKey, mac: hmac.mac(concatBytes(MAC_LABEL, signed)) };
}

function refused(why: string): CryptoError {
  return new CryptoError("bad_encoding", `Cannot read the sealed file: ${why}`);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function u16(value: number): Bytes {
  const bytes = new Uint8Array(2);
  viewOf(bytes).setUint16(0, value);
  return bytes;
}

function u32(value: number): Bytes {
  const bytes = new Uint8Array(4);
  viewOf(bytes).setUint32(0, value);
  return bytes;
}
