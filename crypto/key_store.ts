/**
 * The file in which a software provider keeps its keys, sealed under a password. Big-endian:
 *
 *     "YKTKEYS1"  salt(16)  iterations u32  nonce(12)  body under SM4-GCM, tag(16) at the end
 *
 * The key is PBKDF2-HMAC-SM3 of the password; all before the body is associated data. The body is
 * written by `key_store_body.ts`. Salt and nonce are new with every sealing, nothing else varies.
 *
 * An older file put back in the place of a newer one opens like any: nothing outside the file says
 * which is the newest. Keys rotated since are gone with it, then, and retired ones in use again.
 * Who may write the file has to be kept from it by its folder's permissions, and who restores a
 * backup compares versions and check values (`yikatong key show --store`).
 */
import { type Bytes, concatBytes, randomBytes, wipe } from "./bytes.ts";
import { CryptoError } from "./errors.ts";
import { readStoredKeys, writeStoredKeys } from "./key_store_body.ts";
import type { KeyAlgorithm, KeyLeaves, KeyUsage } from "./provider.ts";
import { pbkdf2HmacSm3 } from "./sm3.ts";
import { sm4Open, sm4Seal } from "./sm4.ts";

export interface StoredKey {
  /** What a handle says; unique in a file. */
  readonly id: string;
  readonly label: string;
  /** From 1; unique under its label. */
  readonly version: number;
  readonly algorithm: KeyAlgorithm;
  readonly usage: KeyUsage;
  readonly leaves: KeyLeaves;
  /** ISO 8601 in UTC, "2026-11-22T08:00:00.000Z"; `retiredAt` too. */
  readonly createdAt: string;
  readonly retiredAt?: string;
  /** SM2 32, SM4 16, HMAC-SM3 32, 3DES 8 (for X9.9), 16 or 24 bytes. */
  readonly bytes: Uint8Array;
}

const MAGIC = new TextEncoder().encode("YKTKEYS1");
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = MAGIC.length + SALT_BYTES + 4 + NONCE_BYTES;
const FILE_BYTES_MAX = 1 << 21;
const PASSWORD_BYTES_MAX = 1024;
const ITERATIONS_DEFAULT = 600_000;
const ITERATIONS_MIN = 10_000;
/** A forged header costs seconds, not hours: it is proved only after the key is derived. */
const ITERATIONS_MAX = 2_000_000;

/**
 * Throws `invalid_argument`, `wrong_length` or `invalid_key` for keys that do not belong together
 * or a password that is empty, `too_large` for more than 4096 keys. `keys` stay the caller's.
 */
export function sealKeyStore(
  keys: readonly StoredKey[],
  password: Uint8Array,
  { iterations = ITERATIONS_DEFAULT }: { readonly iterations?: number } = {},
): Bytes {
  requirePassword(password);
  if (!isAllowed(iterations)) {
    throw new CryptoError(
      "invalid_argument",
      `Cannot derive a key in ${iterations} iterations: expected ${ITERATIONS_MIN} to ${ITERATIONS_MAX}`,
    );
  }
  const nonce = randomBytes(NONCE_BYTES);
  const header = concatBytes(MAGIC, randomBytes(SALT_BYTES), u32(iterations), nonce);
  const body = writeStoredKeys(keys);
  const key = deriveKey(header, iterations, password);
  try {
    return concatBytes(header, sm4Seal({ key, nonce, aad: header }, body));
  } finally {
    wipe(key, body);
  }
}

/**
 * The keys with bytes of their own. Throws `bad_encoding` for what is no such file,
 * `wrong_password` when it does not open: whether the password or the file is wrong cannot be told.
 */
export function openKeyStore(file: Uint8Array, password: Uint8Array): StoredKey[] {
  requirePassword(password);
  const { header, nonce, iterations } = readHeader(file);
  const key = deriveKey(header, iterations, password);
  const body = openBody({ key, nonce, aad: header }, file.subarray(HEADER_BYTES));
  try {
    return readStoredKeys(body);
  } finally {
    wipe(body);
  }
}

function readHeader(
  file: Uint8Array,
): { header: Uint8Array; nonce: Uint8Array; iterations: number } {
  if (file.length < HEADER_BYTES + TAG_BYTES || file.length > FILE_BYTES_MAX) {
    throw unreadable(`a file of ${file.length} bytes`);
  }
  if (MAGIC.some((byte, at) => file[at] !== byte)) throw unreadable("another kind of file");
  const iterationsAt = MAGIC.length + SALT_BYTES;
  const iterations = new DataView(file.buffer, file.byteOffset + iterationsAt, 4).getUint32(0);
  if (!isAllowed(iterations)) throw unreadable(`${iterations} iterations`);
  const header = file.subarray(0, HEADER_BYTES);
  return { header, nonce: header.subarray(iterationsAt + 4), iterations };
}

function deriveKey(header: Uint8Array, iterations: number, password: Uint8Array): Bytes {
  const salt = header.subarray(MAGIC.length, MAGIC.length + SALT_BYTES);
  return pbkdf2HmacSm3(password, salt, iterations, 16);
}

function openBody(
  options: { readonly key: Uint8Array; readonly nonce: Uint8Array; readonly aad: Uint8Array },
  sealed: Uint8Array,
): Bytes {
  try {
    return sm4Open(options, sealed);
  } catch (error) {
    if (!(error instanceof CryptoError && error.code === "wrong_tag")) throw error;
    throw new CryptoError(
      "wrong_password",
      "Cannot open key store: the password is wrong, or the file was changed",
    );
  } finally {
    wipe(options.key);
  }
}

function requirePassword(password: Uint8Array): void {
  if (password.length >= 1 && password.length <= PASSWORD_BYTES_MAX) return;
  throw new CryptoError(
    "invalid_argument",
    `Cannot use a password of ${password.length} bytes: expected 1 to ${PASSWORD_BYTES_MAX}`,
  );
}

function isAllowed(iterations: number): boolean {
  return Number.isInteger(iterations) && iterations >= ITERATIONS_MIN &&
    iterations <= ITERATIONS_MAX;
}

function u32(value: number): Bytes {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function unreadable(found: string): CryptoError {
  return new CryptoError(
    "bad_encoding",
    `Cannot read key store: found ${found}, expected a file that sealKeyStore made`,
  );
}
