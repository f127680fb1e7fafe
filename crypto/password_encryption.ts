import { createDecipheriv, pbkdf2Sync } from "node:crypto";
import { type Bytes, concatBytes, randomBytes, wipe } from "./bytes.ts";
import { DerTag, readDer, readDerChildren, writeDer } from "./der.ts";
import { CryptoError } from "./errors.ts";
import {
  type Pbes2,
  PBES2_KEY_BYTES,
  PBES2_PRFS,
  type Pbes2Prf,
  readPbes2,
  writePbes2,
} from "./pbes2.ts";
import { pbkdf2HmacSm3 } from "./sm3.ts";
import { sm4Decrypt, sm4Encrypt } from "./sm4.ts";

/** How a file of ours is encrypted: with SM4-CBC under PBKDF2. */
export interface PasswordEncryptionOptions {
  /** Default `hmac_sm3`; OpenSSL 3.0 reads `hmac_sha256` only. */
  readonly prf?: Pbes2Prf;
  /** 10,000 to 10,000,000, default 600,000. */
  readonly iterations?: number;
}

/** How much work a file may ask of its reader. */
export interface PasswordDecryptionOptions {
  /** Default 10,000,000. */
  readonly iterationsMax?: number;
}

/** OWASP's figure for PBKDF2 with a 256-bit hash: half a second in our own TypeScript. */
const ITERATIONS = 600_000;
const ITERATIONS_MIN = 10_000;
const ITERATIONS_MAX = 10_000_000;
const SALT_BYTES = 16;
const IV_BYTES = 16;

/**
 * EncryptedPrivateKeyInfo (RFC 5958 §3) over `secret`; throws `invalid_argument` for an empty
 * password, an unknown function or a count out of bounds.
 */
export function encryptWithPassword(
  secret: Uint8Array,
  password: Uint8Array,
  { prf = "hmac_sm3", iterations = ITERATIONS }: PasswordEncryptionOptions = {},
): Bytes {
  requirePassword(password);
  if (!PBES2_PRFS.includes(prf)) {
    throw new CryptoError(
      "invalid_argument",
      `Cannot derive a key by "${prf}": expected ${PBES2_PRFS.join(" or ")}`,
    );
  }
  if (!Number.isInteger(iterations) || iterations < ITERATIONS_MIN || iterations > ITERATIONS_MAX) {
    throw new CryptoError(
      "invalid_argument",
      `Cannot use ${iterations} iterations: expected ${ITERATIONS_MIN} to ${ITERATIONS_MAX}`,
    );
  }
  const iv = randomBytes(IV_BYTES);
  const scheme: Pbes2 = { prf, salt: randomBytes(SALT_BYTES), iterations, cipher: "sm4_cbc", iv };
  const key = deriveKey(scheme, password);
  try {
    const encrypted = sm4Encrypt({ mode: "cbc", key, iv, padding: "pkcs7" }, secret);
    return writeDer(
      DerTag.sequence,
      writePbes2(scheme),
      writeDer(DerTag.octetString, encrypted),
    );
  } finally {
    wipe(key);
  }
}

/**
 * The opposite, for SM4 or AES in CBC under PBKDF2 with HMAC-SM3 or HMAC-SHA256 (what
 * `openssl pkcs8 -topk8` and GmSSL write). CBC says nothing of changed data: `wrong_password` is
 * bad padding alone, the caller judges the content. Throws `too_large` for a count over
 * `iterationsMax`, before any is done, and `bad_encoding`, `not_supported`.
 */
export function decryptWithPassword(
  der: Uint8Array,
  password: Uint8Array,
  { iterationsMax = ITERATIONS_MAX }: PasswordDecryptionOptions = {},
): Bytes {
  requirePassword(password);
  const whole = readDer(der);
  const [header, encrypted, ...more] = whole.tag === DerTag.sequence ? readDerChildren(whole) : [];
  if (encrypted?.tag !== DerTag.octetString || more.length > 0) {
    throw new CryptoError("bad_encoding", "Cannot read an encrypted key: expected its two parts");
  }
  const scheme = readPbes2(header);
  if (scheme.iterations > iterationsMax) {
    throw new CryptoError(
      "too_large",
      `Cannot spend ${scheme.iterations} iterations on a key: expected at most ${iterationsMax}`,
    );
  }
  const key = deriveKey(scheme, password);
  try {
    return decrypt(scheme, key, encrypted.content);
  } catch (cause) {
    throw new CryptoError(
      "wrong_password",
      "Cannot decrypt a private key: the password is wrong",
      { cause },
    );
  } finally {
    wipe(key);
  }
}

function deriveKey({ prf, salt, iterations, cipher }: Pbes2, password: Uint8Array): Bytes {
  const length = PBES2_KEY_BYTES[cipher];
  if (prf === "hmac_sm3") return pbkdf2HmacSm3(password, salt, iterations, length);
  const derived = pbkdf2Sync(password, salt, iterations, length, "sha256");
  const key = Uint8Array.from(derived);
  wipe(derived);
  return key;
}

function decrypt({ cipher, iv }: Pbes2, key: Uint8Array, data: Uint8Array): Bytes {
  if (cipher === "sm4_cbc") return sm4Decrypt({ mode: "cbc", key, iv, padding: "pkcs7" }, data);
  const name = cipher === "aes_128_cbc" ? "aes-128-cbc" : "aes-256-cbc";
  const decipher = createDecipheriv(name, key, iv);
  const [front, back] = [decipher.update(data), decipher.final()];
  const plain = concatBytes(front, back);
  wipe(front, back);
  return plain;
}

function requirePassword(password: Uint8Array): void {
  if (password.length > 0) return;
  throw new CryptoError(
    "invalid_argument",
    "Cannot use an empty password: expected one byte or more",
  );
}
