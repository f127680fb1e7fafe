import { createDecipheriv, pbkdf2Sync } from "node:crypto";
import { type Bytes, concatBytes, randomBytes, wipe } from "./bytes.ts";
import {
  type DerNode,
  DerTag,
  derUnsigned,
  readDer,
  readDerChildren,
  readOid,
  writeDer,
  writeDerUnsigned,
  writeOid,
} from "./der.ts";
import { CryptoError } from "./errors.ts";
import { pbkdf2HmacSm3 } from "./sm3.ts";
import { sm4Decrypt, sm4Encrypt } from "./sm4.ts";

/**
 * PBES2 (RFC 8018 §6.2), the encryption of EncryptedPrivateKeyInfo. We write national algorithms or,
 * when asked, HMAC-SHA256 for a reader like OpenSSL 3.0, which has SM4 there but no HMAC-SM3.
 */
export interface PasswordEncryptionOptions {
  /** Default `hmac_sm3`. */
  readonly prf?: "hmac_sm3" | "hmac_sha256";
  /** 10,000 to 10,000,000, default 600,000. */
  readonly iterations?: number;
}

/** How much work a file may ask of its reader. */
export interface PasswordDecryptionOptions {
  /** Default 10,000,000. */
  readonly iterationsMax?: number;
}

const PBES2 = "1.2.840.113549.1.5.13";
const PBKDF2 = "1.2.840.113549.1.5.12";
const HMAC_SHA1 = "1.2.840.113549.2.7";
const HMAC_SM3 = "1.2.156.10197.1.401.2";
const HMAC_SHA256 = "1.2.840.113549.2.9";
const SM4_CBC = "1.2.156.10197.1.104.2";
const AES_128_CBC = "2.16.840.1.101.3.4.1.2";
const AES_256_CBC = "2.16.840.1.101.3.4.1.42";

/** OWASP's figure for PBKDF2 with a 256-bit hash; under a second in our own TypeScript. */
const ITERATIONS = 600_000;
const ITERATIONS_MIN = 10_000;
const ITERATIONS_MAX = 10_000_000;
const SALT_BYTES = 16;
const SALT_BYTES_MAX = 1024;
const IV_BYTES = 16;

type Derive = (password: Uint8Array, salt: Uint8Array, iterations: number, length: number) => Bytes;
type Cipher = (key: Uint8Array, iv: Uint8Array, data: Uint8Array) => Bytes;

const PRFS: Readonly<Record<string, Derive>> = {
  [HMAC_SM3]: pbkdf2HmacSm3,
  [HMAC_SHA256]: (password, salt, iterations, length) =>
    Uint8Array.from(pbkdf2Sync(password, salt, iterations, length, "sha256")),
};

const CIPHERS: Readonly<Record<string, { readonly keyBytes: number; readonly decrypt: Cipher }>> = {
  [SM4_CBC]: { keyBytes: 16, decrypt: decryptSm4 },
  [AES_128_CBC]: { keyBytes: 16, decrypt: (...given) => decryptAes("aes-128-cbc", ...given) },
  [AES_256_CBC]: { keyBytes: 32, decrypt: (...given) => decryptAes("aes-256-cbc", ...given) },
};

/**
 * EncryptedPrivateKeyInfo over `secret` with SM4-CBC; throws `invalid_argument` for an empty
 * password or a count out of bounds.
 */
export function encryptWithPassword(
  secret: Uint8Array,
  password: Uint8Array,
  { prf = "hmac_sm3", iterations = ITERATIONS }: PasswordEncryptionOptions = {},
): Bytes {
  requirePassword(password);
  if (!Number.isInteger(iterations) || iterations < ITERATIONS_MIN || iterations > ITERATIONS_MAX) {
    throw new CryptoError(
      "invalid_argument",
      `Cannot use ${iterations} iterations: expected ${ITERATIONS_MIN} to ${ITERATIONS_MAX}`,
    );
  }
  const salt = randomBytes(SALT_BYTES);
  const iv = randomBytes(IV_BYTES);
  const prfOid = prf === "hmac_sm3" ? HMAC_SM3 : HMAC_SHA256;
  const scheme = { prfOid, cipherOid: SM4_CBC, salt, iterations, iv };
  const key = deriveKey(scheme, password);
  try {
    const encrypted = sm4Encrypt({ mode: "cbc", key, iv, padding: "pkcs7" }, secret);
    const header = writeScheme(scheme);
    return writeDer(DerTag.sequence, header, writeDer(DerTag.octetString, encrypted));
  } finally {
    wipe(key);
  }
}

/**
 * The opposite, for SM4-CBC or AES-CBC under PBKDF2 with HMAC-SM3 or HMAC-SHA256 (what
 * `openssl pkcs8 -topk8` and GmSSL write). CBC says nothing of changed data: `wrong_password` is
 * bad padding alone, the caller judges the content. Throws `bad_encoding`, `not_supported` too.
 */
export function decryptWithPassword(
  der: Uint8Array,
  password: Uint8Array,
  { iterationsMax = ITERATIONS_MAX }: PasswordDecryptionOptions = {},
): Bytes {
  requirePassword(password);
  const [header, encrypted] = sequence(readDer(der), 2, 2);
  if (encrypted?.tag !== DerTag.octetString) throw refused("an OCTET STRING with the content");
  const scheme = readScheme(header);
  if (scheme.iterations > iterationsMax) {
    throw new CryptoError(
      "too_large",
      `Cannot spend ${scheme.iterations} iterations on a key: expected at most ${iterationsMax}`,
    );
  }
  const key = deriveKey(scheme, password);
  try {
    return cipherOf(scheme.cipherOid).decrypt(key, scheme.iv, encrypted.content);
  } finally {
    wipe(key);
  }
}

interface Scheme {
  readonly prfOid: string;
  readonly cipherOid: string;
  readonly salt: Uint8Array;
  readonly iterations: number;
  readonly iv: Uint8Array;
}

function deriveKey(scheme: Scheme, password: Uint8Array): Bytes {
  const derive = PRFS[scheme.prfOid];
  if (!derive) throw notSupported(scheme.prfOid);
  const { keyBytes } = cipherOf(scheme.cipherOid);
  return derive(password, scheme.salt, scheme.iterations, keyBytes);
}

function writeScheme({ prfOid, cipherOid, salt, iterations, iv }: Scheme): Bytes {
  const count = new Uint8Array(4);
  new DataView(count.buffer).setUint32(0, iterations);
  const prf = writeDer(DerTag.sequence, writeOid(prfOid), writeDer(DerTag.null));
  const derivation = writeDer(
    DerTag.sequence,
    writeOid(PBKDF2),
    writeDer(
      DerTag.sequence,
      writeDer(DerTag.octetString, salt),
      writeDerUnsigned(count),
      prf,
    ),
  );
  const cipher = writeDer(
    DerTag.sequence,
    writeOid(cipherOid),
    writeDer(DerTag.octetString, iv),
  );
  const parameters = writeDer(DerTag.sequence, derivation, cipher);
  return writeDer(DerTag.sequence, writeOid(PBES2), parameters);
}

function readScheme(node: DerNode | undefined): Scheme {
  const [derivation, cipher] = sequence(parametersOf(node, PBES2), 2, 2);
  const [salt, count, ...more] = sequence(parametersOf(derivation, PBKDF2), 2, 4);
  if (salt?.tag !== DerTag.octetString || salt.content.length > SALT_BYTES_MAX) {
    throw refused(`a salt of at most ${SALT_BYTES_MAX} bytes`);
  }
  const [cipherName, iv] = sequence(cipher, 2, 2);
  const cipherOid = readOid(existing(cipherName));
  if (iv?.tag !== DerTag.octetString || iv.content.length !== IV_BYTES) {
    cipherOf(cipherOid);
    throw refused(`an IV of ${IV_BYTES} bytes`);
  }
  return {
    cipherOid,
    iv: iv.content,
    salt: salt.content,
    iterations: readCount(existing(count)),
    prfOid: readPrf(more, cipherOf(cipherOid).keyBytes),
  };
}

/** keyLength may stand there, and then says what the cipher says; prf by default is HMAC-SHA1. */
function readPrf(nodes: readonly DerNode[], keyBytes: number): string {
  const [first, second] = nodes;
  const prf = first?.tag === DerTag.integer ? second : first;
  if (first?.tag === DerTag.integer && readCount(first) !== keyBytes) {
    throw refused(`a key length of ${keyBytes}`);
  }
  if (!prf) throw notSupported(HMAC_SHA1);
  if (prf !== second && second) throw refused("nothing behind the PRF");
  const [name, parameters] = sequence(prf, 1, 2);
  if (parameters && parameters.tag !== DerTag.null) throw refused("a PRF without parameters");
  const oid = readOid(existing(name));
  if (!(oid in PRFS)) throw notSupported(oid);
  return oid;
}

function readCount(node: DerNode): number {
  const bytes = derUnsigned(node, 4);
  const count = new DataView(bytes.buffer).getUint32(0);
  if (count === 0) throw refused("a count of 1 at least");
  return count;
}

function parametersOf(node: DerNode | undefined, oid: string): DerNode {
  const [name, parameters] = sequence(node, 1, 2);
  const found = readOid(existing(name));
  if (found !== oid) throw notSupported(found);
  return existing(parameters);
}

function cipherOf(oid: string): { readonly keyBytes: number; readonly decrypt: Cipher } {
  const cipher = CIPHERS[oid];
  if (!cipher) throw notSupported(oid);
  return cipher;
}

function decryptSm4(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Bytes {
  try {
    return sm4Decrypt({ mode: "cbc", key, iv, padding: "pkcs7" }, data);
  } catch (error) {
    throw wrongPassword(error);
  }
}

function decryptAes(name: string, key: Uint8Array, iv: Uint8Array, data: Uint8Array): Bytes {
  const decipher = createDecipheriv(name, key, iv);
  try {
    const [front, back] = [decipher.update(data), decipher.final()];
    const plain = concatBytes(front, back);
    wipe(front, back);
    return plain;
  } catch (error) {
    throw wrongPassword(error);
  }
}

function sequence(node: DerNode | undefined, atLeast: number, atMost: number): DerNode[] {
  if (node?.tag !== DerTag.sequence) throw refused("a SEQUENCE");
  const children = readDerChildren(node);
  if (children.length < atLeast || children.length > atMost) {
    throw refused(`${atLeast} to ${atMost} elements`);
  }
  return children;
}

function existing(node: DerNode | undefined): DerNode {
  if (!node) throw refused("one element more");
  return node;
}

function requirePassword(password: Uint8Array): void {
  if (password.length > 0) return;
  throw new CryptoError(
    "invalid_argument",
    "Cannot use an empty password: expected one byte or more",
  );
}

function wrongPassword(cause: unknown): CryptoError {
  return new CryptoError("wrong_password", "Cannot decrypt a private key: the password is wrong", {
    cause,
  });
}

function notSupported(oid: string): CryptoError {
  return new CryptoError(
    "not_supported",
    `Cannot decrypt a key under ${oid}: expected PBES2 with PBKDF2, SM4 or AES in CBC`,
  );
}

function refused(expected: string): CryptoError {
  return new CryptoError("bad_encoding", `Cannot read an encrypted key: expected ${expected}`);
}
