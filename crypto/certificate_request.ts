import { Attribute, CertificationRequest, Extensions } from "pkijs";
import { type Bytes, equalBytes } from "./bytes.ts";
import { type CertificateExtensions, readExtensions } from "./certificate_extensions.ts";
import { type DistinguishedName, readName } from "./certificate_names.ts";
import { alternativeNameExtensions, type AlternativeNames } from "./certificate_profiles.ts";
import { type DerNode, DerTag, readDer, readDerChildren, readOid } from "./der.ts";
import { CryptoError } from "./errors.ts";
import { publicKeyFromDer } from "./key_der.ts";
import { readPem, writePem } from "./pem.ts";
import { pkiName, pkiPublicKey } from "./pki_structures.ts";
import { isSignedBy, readSigned, type SignBytes, writeSigned } from "./signed_der.ts";

/** A request for a certificate (PKCS#10, RFC 2986) whose sender proved to hold the private key. */
export interface CertificateRequest {
  readonly der: Bytes;
  readonly subject: DistinguishedName;
  /** 65 bytes, validated. */
  readonly publicKey: Bytes;
  /** What is asked for; the issuer decides by profile and takes over names at most. */
  readonly extensions: CertificateExtensions;
}

const LABEL = "CERTIFICATE REQUEST";
/** What Microsoft's and older tools write. */
const OLD_LABEL = "NEW CERTIFICATE REQUEST";
const EXTENSION_REQUEST = "1.2.840.113549.1.9.14";
const ATTRIBUTES_TAG = 0xa0;
const SET = 0x31;
const VERSION_1 = Uint8Array.of(DerTag.integer, 1, 0);

/** DER. Throws `invalid_argument`, and `invalid_signature` when `sign` uses another key. */
export async function createRequest(
  wanted: AlternativeNames & {
    readonly subject: DistinguishedName;
    readonly publicKey: Uint8Array;
    readonly sign: SignBytes;
  },
): Promise<Bytes> {
  const extensions = alternativeNameExtensions(wanted);
  const request = new CertificationRequest({
    version: 0,
    subject: pkiName(wanted.subject),
    subjectPublicKeyInfo: pkiPublicKey(wanted.publicKey),
    attributes: extensions.length === 0 ? [] : [
      new Attribute({
        type: EXTENSION_REQUEST,
        values: [new Extensions({ extensions }).toSchema()],
      }),
    ],
  });
  const unsigned = readDer(new Uint8Array(request.toSchema(true).toBER()));
  const [content] = readDerChildren(unsigned);
  return await writeSigned(content?.raw ?? unsigned.raw, wanted.publicKey, wanted.sign);
}

/**
 * From DER or PEM, up to 64 KiB; attributes other than the extensions asked for are passed over.
 * Throws `untrusted_certificate` when the signature does not fit the key in it, and like
 * `parseCertificate`.
 */
export function parseRequest(request: Uint8Array | string): CertificateRequest {
  const der = typeof request === "string"
    ? readPem(request, [LABEL, OLD_LABEL]).der
    : Uint8Array.from(request);
  const { content, signature } = readSigned(der);
  const [version, subject, key, attributes, ...more] = readDerChildren(content);
  if (!version || !equalBytes(version.raw, VERSION_1)) throw refused("version 1");
  if (!subject || !key || more.length > 0) throw refused("three or four parts");
  const publicKey = publicKeyFromDer(key.raw);
  const read = {
    der,
    subject: readName(subject),
    publicKey,
    extensions: readExtensions(attributes && extensionsIn(attributes)),
  };
  if (!isSignedBy({ content: content.raw, signature }, publicKey)) {
    throw new CryptoError(
      "untrusted_certificate",
      "Cannot trust a certificate request: it is not signed with the key it is for",
    );
  }
  return read;
}

export function requestToPem(der: Uint8Array): string {
  return writePem(LABEL, der);
}

function extensionsIn(attributes: DerNode): DerNode | undefined {
  if (attributes.tag !== ATTRIBUTES_TAG) throw refused("attributes");
  const asked = readDerChildren(attributes).map(readAttribute)
    .filter(({ oid }) => oid === EXTENSION_REQUEST);
  const [values, ...more] = asked.map((attribute) => attribute.values);
  if (more.length > 0 || (values && values.length !== 1)) throw refused("one list of extensions");
  return values?.[0];
}

function readAttribute(node: DerNode): { oid: string; values: DerNode[] } {
  const [name, values, ...more] = node.tag === DerTag.sequence ? readDerChildren(node) : [];
  if (!name || values?.tag !== SET || more.length > 0) throw refused("an attribute with values");
  return { oid: readOid(name), values: readDerChildren(values) };
}

function refused(expected: string): CryptoError {
  return new CryptoError("bad_encoding", `Cannot read a certificate request: expected ${expected}`);
}
