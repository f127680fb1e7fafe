import { type Bytes, wipe } from "./bytes.ts";
import { CryptoError } from "./errors.ts";
import {
  ecPrivateKeyFromDer,
  privateKeyFromDer,
  privateKeyToDer,
  publicKeyFromDer,
  publicKeyToDer,
} from "./key_der.ts";
import {
  decryptWithPassword,
  encryptWithPassword,
  type PasswordDecryptionOptions,
  type PasswordEncryptionOptions,
} from "./password_encryption.ts";
import { readPem, writePem } from "./pem.ts";

/**
 * SM2 keys as files. Private keys are 32, public keys 65 bytes (04‖x‖y) as everywhere in crypto/.
 * Text cannot be wiped: who writes or reads a private key as PEM leaves copies in memory until they
 * are collected.
 */
export { privateKeyFromDer, privateKeyToDer, publicKeyFromDer, publicKeyToDer };

const PRIVATE_KEY = "PRIVATE KEY";
const ENCRYPTED_PRIVATE_KEY = "ENCRYPTED PRIVATE KEY";
const PUBLIC_KEY = "PUBLIC KEY";
/** The second is what OpenSSL writes for keys it holds as SM2 rather than EC; the DER is the same. */
const EC_LABELS = ["EC PRIVATE KEY", "SM2 PRIVATE KEY"];

/** PKCS#8, not encrypted. */
export function privateKeyToPem(privateKey: Uint8Array): string {
  const der = privateKeyToDer(privateKey);
  try {
    return writePem(PRIVATE_KEY, der);
  } finally {
    wipe(der);
  }
}

/**
 * From "PRIVATE KEY" (PKCS#8), "EC PRIVATE KEY" or "SM2 PRIVATE KEY" (RFC 5915). Throws
 * `bad_encoding`, `not_supported` (another algorithm, or encrypted in the old way), `invalid_key`.
 */
export function privateKeyFromPem(pem: string): Bytes {
  const { label, der } = readPem(pem, [PRIVATE_KEY, ...EC_LABELS]);
  try {
    return label === PRIVATE_KEY ? privateKeyFromDer(der) : ecPrivateKeyFromDer(der);
  } finally {
    wipe(der);
  }
}

/**
 * Encrypted PKCS#8: PBES2 with PBKDF2-HMAC-SM3, 600,000 iterations, and SM4-CBC. OpenSSL 3.0 knows
 * no HMAC-SM3 there and reads it with `prf: "hmac_sha256"`.
 */
export function privateKeyToEncryptedPem(
  privateKey: Uint8Array,
  password: Uint8Array,
  options: PasswordEncryptionOptions = {},
): string {
  const der = privateKeyToDer(privateKey);
  try {
    return writePem(ENCRYPTED_PRIVATE_KEY, encryptWithPassword(der, password, options));
  } finally {
    wipe(der);
  }
}

/**
 * From "ENCRYPTED PRIVATE KEY": what we write, and what `openssl pkcs8 -topk8` and GmSSL write.
 * Throws `wrong_password`, `too_large` for a count over `iterationsMax`, and like
 * `privateKeyFromPem`; changed content is `wrong_password` or `invalid_key`.
 */
export function privateKeyFromEncryptedPem(
  pem: string,
  password: Uint8Array,
  options: PasswordDecryptionOptions = {},
): Bytes {
  const { der } = readPem(pem, [ENCRYPTED_PRIVATE_KEY]);
  const plain = decryptWithPassword(der, password, options);
  try {
    return privateKeyFromDer(plain);
  } catch (error) {
    // One wrong password in 256 leaves padding that looks right, with rubbish before it.
    if (!(error instanceof CryptoError) || error.code !== "bad_encoding") throw error;
    throw new CryptoError(
      "wrong_password",
      "Cannot decrypt a private key: the password is wrong or the content was changed",
    );
  } finally {
    wipe(plain);
  }
}

/** SubjectPublicKeyInfo. */
export function publicKeyToPem(publicKey: Uint8Array): string {
  return writePem(PUBLIC_KEY, publicKeyToDer(publicKey));
}

/** 65 bytes; throws `bad_encoding`, `not_supported`, `invalid_point`. */
export function publicKeyFromPem(pem: string): Bytes {
  return publicKeyFromDer(readPem(pem, [PUBLIC_KEY]).der);
}
