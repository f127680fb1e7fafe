import { type Bytes, equalBytes, wipe } from "./bytes.ts";
import {
  type DerNode,
  DerTag,
  readDer,
  readDerChildren,
  readOid,
  writeDer,
  writeDerUnsigned,
  writeOid,
} from "./der.ts";
import { CryptoError } from "./errors.ts";
import { decodePoint, publicKeyOf } from "./sm2.ts";

/** The DER of SM2 keys: PKCS#8 (RFC 5958), the ECPrivateKey inside it (RFC 5915), SPKI (RFC 5480). */

const EC_PUBLIC_KEY = "1.2.840.10045.2.1";
/** The curve; GM/T 0015-2023 also has it stand where the algorithm stands, and some do. */
const SM2_CURVE = "1.2.156.10197.1.301";

const PRIVATE_KEY_BYTES = 32;
const CURVE_TAG = 0xa0;
const PUBLIC_KEY_TAG = 0xa1;
/** [0] and [1] of PKCS#8, the second implicit and so primitive. */
const ATTRIBUTES_TAG = 0xa0;
const SECOND_PUBLIC_KEY_TAG = 0x81;

const VERSION_0 = Uint8Array.of(0);
const VERSION_1 = Uint8Array.of(1);

/** PKCS#8 with id-ecPublicKey, the curve and the public key inside, as `openssl` writes it. */
export function privateKeyToDer(privateKey: Uint8Array): Bytes {
  const publicKey = publicKeyOf(privateKey);
  const inner = writeDer(
    DerTag.sequence,
    writeDerUnsigned(VERSION_1),
    writeDer(DerTag.octetString, privateKey),
    writeDer(PUBLIC_KEY_TAG, writeBitString(publicKey)),
  );
  const wrapped = writeDer(DerTag.octetString, inner);
  try {
    return writeDer(DerTag.sequence, writeDerUnsigned(VERSION_0), writeAlgorithm(), wrapped);
  } finally {
    wipe(inner, wrapped);
  }
}

/**
 * 32 bytes from PKCS#8. Throws `bad_encoding`; `not_supported` for another kind of key or curve;
 * `invalid_key` when it is out of range or the public key that comes along is not its own.
 */
export function privateKeyFromDer(der: Uint8Array): Bytes {
  const [version, algorithm, wrapped, ...more] = sequence(readDer(der), 3, "PKCS#8");
  if (!isVersion(version, VERSION_0) && !isVersion(version, VERSION_1)) {
    throw refused("PKCS#8", "version 0 or 1");
  }
  requireSm2(algorithm);
  if (wrapped?.tag !== DerTag.octetString) throw refused("PKCS#8", "an OCTET STRING with the key");
  const privateKey = ecPrivateKeyFromDer(wrapped.content);
  for (const node of more) {
    if (node.tag === SECOND_PUBLIC_KEY_TAG) requireOwn(privateKey, bitsOf(node.content));
    else if (node.tag !== ATTRIBUTES_TAG) throw refused("PKCS#8", "attributes or a public key");
  }
  return privateKey;
}

/** 32 bytes from an ECPrivateKey ("EC PRIVATE KEY"); throws like `privateKeyFromDer`. */
export function ecPrivateKeyFromDer(der: Uint8Array): Bytes {
  const [version, key, ...more] = sequence(readDer(der), 2, "ECPrivateKey");
  if (!isVersion(version, VERSION_1)) throw refused("ECPrivateKey", "version 1");
  if (key?.tag !== DerTag.octetString || key.content.length !== PRIVATE_KEY_BYTES) {
    throw refused("ECPrivateKey", `an OCTET STRING of ${PRIVATE_KEY_BYTES} bytes`);
  }
  const privateKey = Uint8Array.from(key.content);
  try {
    checkAround(privateKey, more);
    return privateKey;
  } catch (error) {
    wipe(privateKey);
    throw error;
  }
}

/** The range first, which `publicKeyOf` checks; then the curve and public key that may follow. */
function checkAround(privateKey: Uint8Array, more: readonly DerNode[]): void {
  const publicKey = publicKeyOf(privateKey);
  for (const node of more) {
    if (node.tag === CURVE_TAG) requireCurve(readDer(node.content));
    else if (node.tag === PUBLIC_KEY_TAG) {
      requireSame(publicKey, readBitString(readDer(node.content)));
    } else throw refused("ECPrivateKey", "a curve or a public key");
  }
}

/** SubjectPublicKeyInfo with id-ecPublicKey, whatever form the point has (`decodePoint`). */
export function publicKeyToDer(publicKey: Uint8Array): Bytes {
  return writeDer(DerTag.sequence, writeAlgorithm(), writeBitString(decodePoint(publicKey)));
}

/** 65 bytes from SubjectPublicKeyInfo. Throws `bad_encoding`, `not_supported`, `invalid_point`. */
export function publicKeyFromDer(der: Uint8Array): Bytes {
  const [algorithm, key, ...more] = sequence(readDer(der), 2, "SubjectPublicKeyInfo");
  if (more.length > 0) throw refused("SubjectPublicKeyInfo", "two elements");
  requireSm2(algorithm);
  return decodePoint(readBitString(key));
}

/** A BIT STRING of whole bytes; throws `bad_encoding`. */
export function readBitString(node: DerNode | undefined): Uint8Array {
  if (node?.tag !== DerTag.bitString) throw refused("a key or signature", "a BIT STRING");
  return bitsOf(node.content);
}

function bitsOf(content: Uint8Array): Uint8Array {
  if (content.length < 2 || content[0] !== 0) throw refused("a BIT STRING", "whole bytes");
  return content.subarray(1);
}

function writeBitString(bytes: Uint8Array): Bytes {
  return writeDer(DerTag.bitString, Uint8Array.of(0), bytes);
}

function writeAlgorithm(): Bytes {
  return writeDer(DerTag.sequence, writeOid(EC_PUBLIC_KEY), writeOid(SM2_CURVE));
}

function requireSm2(algorithm: DerNode | undefined): void {
  const [name, parameters, ...more] = sequence(algorithm, 1, "AlgorithmIdentifier");
  const oid = name ? readOid(name) : "";
  if (oid === EC_PUBLIC_KEY) requireCurve(parameters);
  else if (oid !== SM2_CURVE) {
    throw new CryptoError("not_supported", `Cannot read a key of algorithm ${oid}: expected SM2`);
  } else if (parameters && parameters.tag !== DerTag.null) requireCurve(parameters);
  if (more.length > 0) throw refused("AlgorithmIdentifier", "two elements at most");
}

/** By name only: parameters written out could be those of a curve on which anybody signs. */
function requireCurve(node: DerNode | undefined): void {
  if (node?.tag !== DerTag.oid) {
    throw new CryptoError(
      "not_supported",
      "Cannot read a key whose curve has no name: expected SM2",
    );
  }
  const oid = readOid(node);
  if (oid !== SM2_CURVE) {
    throw new CryptoError("not_supported", `Cannot read a key on curve ${oid}: expected SM2`);
  }
}

function requireOwn(privateKey: Uint8Array, publicKey: Uint8Array): void {
  requireSame(publicKeyOf(privateKey), publicKey);
}

function requireSame(own: Uint8Array, claimed: Uint8Array): void {
  if (!equalBytes(own, decodePoint(claimed))) {
    throw new CryptoError("invalid_key", "Cannot read a private key: its public key is another's");
  }
}

function isVersion(node: DerNode | undefined, version: Uint8Array): boolean {
  return node?.tag === DerTag.integer && equalBytes(node.content, version);
}

function sequence(node: DerNode | undefined, atLeast: number, what: string): DerNode[] {
  if (node?.tag !== DerTag.sequence) throw refused(what, "a SEQUENCE");
  const children = readDerChildren(node);
  if (children.length < atLeast) throw refused(what, `${atLeast} elements at least`);
  return children;
}

function refused(what: string, expected: string): CryptoError {
  return new CryptoError("bad_encoding", `Cannot read ${what}: expected ${expected}`);
}
