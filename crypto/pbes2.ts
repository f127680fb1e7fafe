import type { Bytes } from "./bytes.ts";
import {
  type DerNode,
  DerTag,
  derUnsigned,
  readDerChildren,
  readOid,
  writeDer,
  writeDerUnsigned,
  writeOid,
} from "./der.ts";
import { CryptoError } from "./errors.ts";

/**
 * The PBES2 algorithm identifier (RFC 8018 appendix A): which function makes a key of the password
 * and which cipher uses it. Only what is safe today is read; HMAC-SHA1 and DES are refused by name.
 */
export interface Pbes2 {
  readonly prf: Pbes2Prf;
  readonly salt: Uint8Array;
  readonly iterations: number;
  readonly cipher: Pbes2Cipher;
  /** 16 bytes. */
  readonly iv: Uint8Array;
}

export type Pbes2Prf = "hmac_sm3" | "hmac_sha256";
export type Pbes2Cipher = "sm4_cbc" | "aes_128_cbc" | "aes_256_cbc";

export const PBES2_KEY_BYTES: Readonly<Record<Pbes2Cipher, number>> = {
  sm4_cbc: 16,
  aes_128_cbc: 16,
  aes_256_cbc: 32,
};

const PBES2 = "1.2.840.113549.1.5.13";
const PBKDF2 = "1.2.840.113549.1.5.12";
/** What it means when no function is named. */
const HMAC_SHA1 = "1.2.840.113549.2.7";
/** As GmSSL and later OpenSSL have it; GM/T 0091 prints another, which nobody uses. */
const PRF_OIDS: Readonly<Record<Pbes2Prf, string>> = {
  hmac_sm3: "1.2.156.10197.1.401.2",
  hmac_sha256: "1.2.840.113549.2.9",
};
const CIPHER_OIDS: Readonly<Record<Pbes2Cipher, string>> = {
  sm4_cbc: "1.2.156.10197.1.104.2",
  aes_128_cbc: "2.16.840.1.101.3.4.1.2",
  aes_256_cbc: "2.16.840.1.101.3.4.1.42",
};
export const PBES2_PRFS: readonly Pbes2Prf[] = ["hmac_sm3", "hmac_sha256"];
const CIPHERS: readonly Pbes2Cipher[] = ["sm4_cbc", "aes_128_cbc", "aes_256_cbc"];

/** RFC 8018 §4.1; shorter ones are shared by many keys. */
const SALT_BYTES_MIN = 8;
const SALT_BYTES_MAX = 1024;
/** RFC 8018 §4.2; OpenSSL writes 2048, and 1 when asked for. */
const ITERATIONS_MIN = 1000;
const IV_BYTES = 16;
const COUNT_BYTES = 4;

export function writePbes2({ prf, salt, iterations, cipher, iv }: Pbes2): Bytes {
  const count = new Uint8Array(COUNT_BYTES);
  new DataView(count.buffer).setUint32(0, iterations);
  const derivation = writeDer(
    DerTag.sequence,
    writeDer(DerTag.octetString, salt),
    writeDerUnsigned(count),
    writeAlgorithm(PRF_OIDS[prf], writeDer(DerTag.null)),
  );
  const encryption = writeDer(DerTag.octetString, iv);
  return writeAlgorithm(
    PBES2,
    writeDer(
      DerTag.sequence,
      writeAlgorithm(PBKDF2, derivation),
      writeAlgorithm(CIPHER_OIDS[cipher], encryption),
    ),
  );
}

/** Throws `bad_encoding`, and `not_supported` for other algorithms and those made weak. */
export function readPbes2(node: DerNode | undefined): Pbes2 {
  const [derivation, encryption] = sequence(parametersOf(node, PBES2), 2, 2);
  const [cipherName, iv] = sequence(encryption, 1, 2);
  const cipher = named(CIPHERS, CIPHER_OIDS, readOid(existing(cipherName)));
  if (iv?.tag !== DerTag.octetString || iv.content.length !== IV_BYTES) {
    throw refused(`an IV of ${IV_BYTES} bytes`);
  }
  const [salt, count, ...more] = sequence(parametersOf(derivation, PBKDF2), 2, 4);
  if (salt?.tag !== DerTag.octetString || salt.content.length > SALT_BYTES_MAX) {
    throw refused(`a salt of at most ${SALT_BYTES_MAX} bytes`);
  }
  const iterations = readCount(existing(count));
  requireStrong(salt.content, iterations);
  const [first, ...rest] = more;
  const hasLength = first?.tag === DerTag.integer;
  if (hasLength && readCount(first) !== PBES2_KEY_BYTES[cipher]) {
    throw refused(`a key length of ${PBES2_KEY_BYTES[cipher]}`);
  }
  return {
    cipher,
    iv: iv.content,
    salt: salt.content,
    iterations,
    prf: readPrf(hasLength ? rest : more),
  };
}

function readPrf([prf, ...more]: readonly DerNode[]): Pbes2Prf {
  if (!prf) throw notSupported(HMAC_SHA1);
  if (more.length > 0) throw refused("nothing behind the PRF");
  const [name, parameters] = sequence(prf, 1, 2);
  if (parameters && parameters.tag !== DerTag.null) throw refused("a PRF without parameters");
  return named(PBES2_PRFS, PRF_OIDS, readOid(existing(name)));
}

function requireStrong(salt: Uint8Array, iterations: number): void {
  if (salt.length >= SALT_BYTES_MIN && iterations >= ITERATIONS_MIN) return;
  throw new CryptoError(
    "not_supported",
    `Cannot decrypt a key under a salt of ${salt.length} bytes and ${iterations} iterations: ` +
      `expected at least ${SALT_BYTES_MIN} and ${ITERATIONS_MIN}`,
  );
}

function readCount(node: DerNode): number {
  return new DataView(derUnsigned(node, COUNT_BYTES).buffer).getUint32(0);
}

function named<Name extends string>(
  names: readonly Name[],
  oids: Readonly<Record<Name, string>>,
  oid: string,
): Name {
  const found = names.find((name) => oids[name] === oid);
  if (found === undefined) throw notSupported(oid);
  return found;
}

function writeAlgorithm(oid: string, parameters: Uint8Array): Bytes {
  return writeDer(DerTag.sequence, writeOid(oid), parameters);
}

function parametersOf(node: DerNode | undefined, oid: string): DerNode {
  const [name, parameters] = sequence(node, 1, 2);
  const found = readOid(existing(name));
  if (found !== oid) throw notSupported(found);
  return existing(parameters);
}

function sequence(node: DerNode | undefined, atLeast: number, atMost: number): DerNode[] {
  const children = node?.tag === DerTag.sequence ? readDerChildren(node) : [];
  if (children.length < atLeast || children.length > atMost) {
    throw refused(`a SEQUENCE of ${atLeast} to ${atMost} elements`);
  }
  return children;
}

function existing(node: DerNode | undefined): DerNode {
  if (!node) throw refused("one element more");
  return node;
}

function notSupported(oid: string): CryptoError {
  return new CryptoError(
    "not_supported",
    `Cannot decrypt a key under ${oid}: expected PBES2, PBKDF2, HMAC-SM3 or -SHA256, SM4 or AES CBC`,
  );
}

function refused(expected: string): CryptoError {
  return new CryptoError("bad_encoding", `Cannot read an encrypted key: expected ${expected}`);
}
