import { type Bytes, equalBytes } from "./bytes.ts";
import {
  type DerNode,
  DerTag,
  readDer,
  readDerChildren,
  readOid,
  writeDer,
  writeOid,
} from "./der.ts";
import { CryptoError } from "./errors.ts";
import { readBitString } from "./key_der.ts";
import { sign, verify } from "./sm2.ts";
import { signatureFromDer, signatureToDer } from "./sm2_codec.ts";

/** What certificates and requests have in common: content, algorithm, signature (RFC 5280 §4.1.1). */
export interface SignedDer {
  /** The bytes that are signed stand in its `raw`. */
  readonly content: DerNode;
  readonly algorithm: DerNode;
  /** 64 bytes r‖s. */
  readonly signature: Bytes;
}

/** Signs with the national user id: 64 bytes r‖s, from a key at hand or a provider's handle. */
export type SignBytes = (message: Uint8Array) => Promise<Uint8Array>;

const SM2_WITH_SM3 = "1.2.156.10197.1.501";
const DOCUMENT_BYTES_MAX = 1 << 16;

/** `sign` for who holds the key's bytes; they must stay unchanged as long as it is in use. */
export function signWithKey(privateKey: Uint8Array): SignBytes {
  return (message) => Promise.resolve(sign(privateKey, message));
}

/**
 * Up to 64 KiB, nothing behind. Throws `bad_encoding`, `too_large`, `invalid_signature` for one
 * that is no canonical DER, `not_supported` for another algorithm than SM2 with SM3.
 */
export function readSigned(der: Uint8Array): SignedDer {
  if (der.length > DOCUMENT_BYTES_MAX) {
    throw new CryptoError(
      "too_large",
      `Cannot read a signed document of ${der.length} bytes: expected at most ${DOCUMENT_BYTES_MAX}`,
    );
  }
  const whole = readDer(der);
  const [content, algorithm, signature, ...more] = whole.tag === DerTag.sequence
    ? readDerChildren(whole)
    : [];
  if (content?.tag !== DerTag.sequence || !algorithm || !signature || more.length > 0) {
    throw refused("a SEQUENCE of content, algorithm and signature");
  }
  requireSm2WithSm3(algorithm);
  return { content, algorithm, signature: signatureFromDer(readBitString(signature)) };
}

/** Only under the national user id: what was signed under the empty one is refused. */
export function isSignedBy(
  { content, signature }: { readonly content: Uint8Array; readonly signature: Uint8Array },
  publicKey: Uint8Array,
): boolean {
  return verify(publicKey, content, signature);
}

/**
 * Throws `invalid_signature` when what `signBytes` gave does not fit `publicKey`: another key was
 * asked, and that is found out here rather than at the one who gets the document.
 */
export async function writeSigned(
  content: Uint8Array,
  publicKey: Uint8Array,
  signBytes: SignBytes,
): Promise<Bytes> {
  const signature = await signBytes(content);
  if (!isSignedBy({ content, signature }, publicKey)) {
    throw new CryptoError(
      "invalid_signature",
      "Cannot sign a document: the signature made does not fit the signer's public key",
    );
  }
  const bits = writeDer(DerTag.bitString, Uint8Array.of(0), signatureToDer(signature));
  return writeDer(DerTag.sequence, content, writeSignatureAlgorithm(), bits);
}

export function writeSignatureAlgorithm(): Bytes {
  return writeDer(DerTag.sequence, writeOid(SM2_WITH_SM3));
}

/** The parameters are absent; some write NULL, as RSA wants it. */
function requireSm2WithSm3(algorithm: DerNode): void {
  const [name, parameters, ...more] = algorithm.tag === DerTag.sequence
    ? readDerChildren(algorithm)
    : [];
  if (!name || more.length > 0) throw refused("an algorithm");
  const oid = readOid(name);
  if (oid !== SM2_WITH_SM3) {
    throw new CryptoError(
      "not_supported",
      `Cannot check a signature of algorithm ${oid}: expected SM2 with SM3`,
    );
  }
  if (parameters && !equalBytes(parameters.raw, Uint8Array.of(DerTag.null, 0))) {
    throw refused("no parameters of the algorithm");
  }
}

function refused(expected: string): CryptoError {
  return new CryptoError("bad_encoding", `Cannot read a signed document: expected ${expected}`);
}
