import { type Bytes, copyBytes } from "./bytes.ts";
import { CryptoError } from "./errors.ts";
import { BASE_POINT } from "./sm2_generator.ts";
import { decryptParts } from "./sm2_cipher.ts";
import {
  convertCiphertext,
  signatureFromDer,
  signatureToDer,
  type Sm2CipherFormat,
  type Sm2SignatureFormat,
  splitCiphertext,
} from "./sm2_codec.ts";
import {
  encodePoint,
  isPrivateScalar,
  privateScalar,
  randomScalar,
  writeNumbers,
} from "./sm2_curve.ts";
import { NATIONAL_USER_ID } from "./sm2_identity.ts";
import { Sm2Signer } from "./sm2_private_key.ts";
import { Sm2Verifier } from "./sm2_public_key.ts";

/**
 * SM2 (GB/T 32918) in TypeScript: portable, synchronous, raw bytes. Private keys are 32 bytes,
 * public keys 65 (04‖x‖y), user ids never empty. What is not constant-time here is told in
 * docs/crypto.md; a server's private keys belong to a provider.
 */

export { agree } from "./sm2_agree.ts";
export type { Sm2CipherFormat, Sm2SignatureFormat } from "./sm2_codec.ts";
export { decodePoint } from "./sm2_curve.ts";
export { Sm2Signer } from "./sm2_private_key.ts";
export { Sm2Verifier } from "./sm2_public_key.ts";

/**
 * "1234567812345678", where a user id must be named (GM/T 0009 §10). A copy: who writes into it
 * changes nothing of what is signed or verified without one.
 */
export const DEFAULT_USER_ID: Uint8Array = copyBytes(NATIONAL_USER_ID);

export interface Sm2SignatureOptions {
  /** 1 to 8191 bytes; "1234567812345678" if none is given. */
  readonly userId?: Uint8Array;
  /** "raw" if none is given. */
  readonly format?: Sm2SignatureFormat;
}

export interface Sm2CipherOptions {
  /** "c1c3c2" if none is given. */
  readonly format?: Sm2CipherFormat;
}

/** A new key pair: 32 and 65 bytes. */
export function generateKeyPair(): { privateKey: Bytes; publicKey: Bytes } {
  let scalar = randomScalar();
  while (!isPrivateScalar(scalar)) scalar = randomScalar();
  return {
    privateKey: writeNumbers(scalar),
    publicKey: encodePoint(BASE_POINT.multiply(scalar)),
  };
}

/** 65 bytes; throws `wrong_length` or `invalid_key`. */
export function publicKeyOf(privateKey: Uint8Array): Bytes {
  return encodePoint(BASE_POINT.multiply(privateScalar(privateKey)));
}

/**
 * Signs SM3(Z‖message) (GB/T 32918.2 §6.1): 64 bytes r‖s, or DER. Throws `wrong_length` or
 * `invalid_key` for the key, `invalid_argument` for the user id.
 */
export function sign(
  privateKey: Uint8Array,
  message: Uint8Array,
  options: Sm2SignatureOptions = {},
): Bytes {
  const { userId = NATIONAL_USER_ID, format = "raw" } = options;
  requireSignatureFormat(format);
  using signer = new Sm2Signer(privateKey);
  const signature = signer.sign(message, userId);
  return format === "der" ? signatureToDer(signature) : signature;
}

/**
 * GB/T 32918.2 §7.1. False for whatever is not the one encoding of a good signature; throws only
 * `invalid_point` for the public key, `invalid_argument` for the user id or a message that is none.
 */
export function verify(
  publicKey: Uint8Array | Sm2Verifier,
  message: Uint8Array,
  signature: Uint8Array,
  options: Sm2SignatureOptions = {},
): boolean {
  const { userId = NATIONAL_USER_ID, format = "raw" } = options;
  requireSignatureFormat(format);
  const verifier = publicKey instanceof Sm2Verifier ? publicKey : new Sm2Verifier(publicKey);
  return verifier.verify(message, format === "der" ? rawSignature(signature) : signature, userId);
}

/**
 * GB/T 32918.4 §6.1. Throws `invalid_point` for the public key, `invalid_argument` for an empty
 * plaintext, `too_large` for one over 1 MiB.
 */
export function encrypt(
  publicKey: Uint8Array | Sm2Verifier,
  plaintext: Uint8Array,
  options: Sm2CipherOptions = {},
): Bytes {
  const { format = "c1c3c2" } = options;
  const key = publicKey instanceof Sm2Verifier ? publicKey : new Sm2Verifier(publicKey);
  const ciphertext = key.encrypt(plaintext);
  return format === "c1c3c2" ? ciphertext : convertCiphertext(ciphertext, "c1c3c2", format);
}

/**
 * GB/T 32918.4 §7.1. Throws `wrong_length` or `invalid_key` for the key, `bad_encoding` for what
 * has not the shape of the format, and one `decryption_failed` for everything after that.
 */
export function decrypt(
  privateKey: Uint8Array,
  ciphertext: Uint8Array,
  options: Sm2CipherOptions = {},
): Bytes {
  const { format = "c1c3c2" } = options;
  return decryptParts(privateScalar(privateKey), splitCiphertext(ciphertext, format));
}

/** Empty, which no signature is, for DER that is none. */
function rawSignature(der: Uint8Array): Uint8Array {
  try {
    return signatureFromDer(der);
  } catch (error) {
    if (error instanceof CryptoError) return new Uint8Array(0);
    throw error;
  }
}

/** For callers whose compiler was told something else. */
function requireSignatureFormat(format: Sm2SignatureFormat): void {
  if (format === "raw" || format === "der") return;
  throw new CryptoError(
    "unknown_mode",
    `Cannot use the SM2 signature format "${String(format)}": expected raw or der`,
  );
}
