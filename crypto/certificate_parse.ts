import { type Bytes, equalBytes } from "./bytes.ts";
import { type CertificateExtensions, readExtensions } from "./certificate_extensions.ts";
import { type DistinguishedName, readName } from "./certificate_names.ts";
import { readTime } from "./certificate_times.ts";
import { type DerNode, DerTag, readDer, readDerChildren } from "./der.ts";
import { CryptoError } from "./errors.ts";
import { publicKeyFromDer } from "./key_der.ts";
import { readPem, writePem } from "./pem.ts";
import { readSigned } from "./signed_der.ts";

/**
 * An X.509 certificate of an SM2 key, signed with SM2 (RFC 5280, GM/T 0015). That it could be read
 * says nothing of its truth: `verifyChain` does.
 */
export interface Certificate extends CertificateExtensions {
  readonly der: Bytes;
  readonly subject: DistinguishedName;
  readonly issuer: DistinguishedName;
  /** As they stand there: names are the same when these bytes are. */
  readonly subjectDer: Uint8Array;
  readonly issuerDer: Uint8Array;
  /** Big-endian, 1 to 20 bytes, without a zero in front. */
  readonly serialNumber: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** 65 bytes, validated. */
  readonly publicKey: Bytes;
  /** The bytes that are signed. */
  readonly content: Uint8Array;
  /** 64 bytes r‖s, not yet verified. */
  readonly signature: Bytes;
}

const LABEL = "CERTIFICATE";
const VERSION_TAG = 0xa0;
const EXTENSIONS_TAG = 0xa3;
/** The INTEGER 2 says "version 3". */
const VERSION_3 = Uint8Array.of(DerTag.integer, 1, 2);
const SERIAL_BYTES_MAX = 20;

/**
 * From DER or PEM, up to 64 KiB. Everything is checked that has one right form: DER, version 1 or 3,
 * names, times, point, signature, extensions. Throws `bad_encoding`, `too_large`,
 * `not_supported` (another algorithm), `invalid_point`, `invalid_signature`.
 */
export function parseCertificate(certificate: Uint8Array | string): Certificate {
  const der = typeof certificate === "string"
    ? readPem(certificate, [LABEL]).der
    : Uint8Array.from(certificate);
  const { content, algorithm, signature } = readSigned(der);
  const parts = readDerChildren(content);
  const versioned = parts[0]?.tag === VERSION_TAG;
  if (versioned && !equalBytes(parts.shift()?.content ?? der, VERSION_3)) {
    throw refused("version 1 or 3");
  }
  const [serial, inner, issuer, validity, subject, key, extensions, ...more] = parts;
  if (!issuer || !subject || !key || more.length > 0) throw refused("six or seven parts");
  if (!inner || !equalBytes(inner.raw, algorithm.raw)) throw refused("one algorithm, twice");
  const [notBefore, notAfter, ...rest] = validity?.tag === DerTag.sequence
    ? readDerChildren(validity)
    : [];
  if (rest.length > 0) throw refused("two times");
  return {
    der,
    subject: readName(subject),
    issuer: readName(issuer),
    subjectDer: subject.raw,
    issuerDer: issuer.raw,
    serialNumber: readSerialNumber(serial),
    notBefore: readTime(notBefore),
    notAfter: readTime(notAfter),
    publicKey: publicKeyFromDer(key.raw),
    content: content.raw,
    signature,
    ...readExtensions(extensions && insideVersion3(extensions, versioned)),
  };
}

export function certificateToPem(der: Uint8Array): string {
  return writePem(LABEL, der);
}

/** Unique identifiers [1] and [2] are refused: RFC 5280 §4.1.2.8 forbids them. */
function insideVersion3(node: DerNode, versioned: boolean): DerNode {
  if (!versioned || node.tag !== EXTENSIONS_TAG) throw refused("extensions, of version 3");
  return readDer(node.content);
}

/** Negative ones are against RFC 5280 §4.1.2.2 and in use; it asks to bear them. */
function readSerialNumber(node: DerNode | undefined): Uint8Array {
  const [first = 0, second = 0] = node?.content ?? [];
  const digits = node?.content.subarray(first === 0 ? 1 : 0);
  const padded = (first === 0 && second < 0x80) || (first === 0xff && second >= 0x80);
  if (node?.tag !== DerTag.integer || !digits || digits.length > SERIAL_BYTES_MAX) {
    throw refused(`a serial number of at most ${SERIAL_BYTES_MAX} bytes`);
  }
  if (padded) throw refused("a serial number other than zero, in the shortest form");
  return digits;
}

function refused(expected: string): CryptoError {
  return new CryptoError("bad_encoding", `Cannot read a certificate: expected ${expected}`);
}
