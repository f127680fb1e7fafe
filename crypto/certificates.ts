import { Integer } from "asn1js";
import { Certificate as PkiCertificate } from "pkijs";
import { type Bytes, randomBytes } from "./bytes.ts";
import type { DistinguishedName } from "./certificate_names.ts";
import type { Certificate } from "./certificate_parse.ts";
import {
  type AlternativeNames,
  type CertificateProfile,
  isPurpose,
  keyIdOf,
  mayIssueFor,
  profileExtensions,
  requireProfile,
} from "./certificate_profiles.ts";
import { writeTime } from "./certificate_times.ts";
import { CryptoError } from "./errors.ts";
import { pkiName, pkiPublicKey, pkiSignatureAlgorithm } from "./pki_structures.ts";
import { type SignBytes, writeSigned } from "./signed_der.ts";

/** X.509 certificates and requests of SM2 keys; how they are read and trusted is in the files named. */
export { verifyChain } from "./certificate_chain.ts";
export { type DistinguishedName, nameToText } from "./certificate_names.ts";
export { type Certificate, certificateToPem, parseCertificate } from "./certificate_parse.ts";
export type { CertificateProfile } from "./certificate_profiles.ts";
export { createRequest, parseRequest, requestToPem } from "./certificate_request.ts";
export { type SignBytes, signWithKey } from "./signed_der.ts";

export interface NewCertificate extends AlternativeNames {
  readonly subject: DistinguishedName;
  /** 65 bytes, the subject's. */
  readonly publicKey: Uint8Array;
  /** The authority's certificate; none for a root, which signs itself. */
  readonly issuer?: Certificate;
  /** 16 random bytes if none is given; 1 to 20, positive. */
  readonly serialNumber?: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly profile: CertificateProfile;
  /** How many authorities may stand below this one; an intermediate's is 0 if none is given. */
  readonly pathLength?: number;
  /** With the issuer's key. */
  readonly sign: SignBytes;
}

const SERIAL_BYTES = 16;
const SERIAL_BYTES_MAX = 20;
const VERSION_3 = 2;
const PATH_LENGTH_MAX = 8;
/** Certificates tell no smaller time. */
const SECOND_MS = 1000;

/**
 * Issues a version 3 certificate: DER. Throws `invalid_argument` for a name, time, number or profile
 * that cannot be or an end after the issuer's, `wrong_usage` when the issuer is no authority for
 * this, `invalid_signature` when `sign` works with another key than the issuer's.
 */
export async function issueCertificate(wanted: NewCertificate): Promise<Bytes> {
  const { issuer, profile } = wanted;
  requirePossible(wanted);
  const algorithm = pkiSignatureAlgorithm();
  const certificate = new PkiCertificate({
    version: VERSION_3,
    serialNumber: new Integer({ valueHex: serialNumber(wanted.serialNumber) }),
    signature: algorithm,
    issuer: pkiName(issuer?.subjectDer ?? wanted.subject),
    notBefore: writeTime(wanted.notBefore),
    notAfter: writeTime(wanted.notAfter),
    subject: pkiName(wanted.subject),
    subjectPublicKeyInfo: pkiPublicKey(wanted.publicKey),
    extensions: profileExtensions({
      profile,
      pathLength: pathLengthOf(wanted),
      subjectKeyId: keyIdOf(wanted.publicKey),
      authorityKeyId: issuer ? issuer.subjectKeyId : keyIdOf(wanted.publicKey),
      names: wanted,
    }),
  });
  const content = new Uint8Array(certificate.encodeTBS().toBER());
  return await writeSigned(content, issuer?.publicKey ?? wanted.publicKey, wanted.sign);
}

function requirePossible({ issuer, profile, subject, notBefore, notAfter }: NewCertificate): void {
  requireProfile(profile);
  if ((profile === "root_ca") !== (issuer === undefined)) {
    throw new CryptoError(
      "invalid_argument",
      `Cannot issue a certificate of profile "${profile}" ${
        issuer ? "by another" : "by itself"
      }: ` +
        `expected a root that signs itself, or an issuer`,
    );
  }
  if (issuer) requireIssuer(issuer, profile);
  if (subject.length === 0) {
    throw new CryptoError(
      "invalid_argument",
      "Cannot issue a certificate: its subject has no name",
    );
  }
  if (!(notBefore < notAfter)) {
    throw new CryptoError(
      "invalid_argument",
      "Cannot issue a certificate: it ends before it begins",
    );
  }
  if (issuer && notAfter.getTime() >= issuer.notAfter.getTime() + SECOND_MS) {
    throw new CryptoError(
      "invalid_argument",
      `Cannot issue a certificate until ${notAfter.toISOString()}: its issuer ends on ` +
        issuer.notAfter.toISOString(),
    );
  }
}

/** That chains over the issuer are trusted, but for its own issuers, who are not known here. */
function requireIssuer(issuer: Certificate, profile: CertificateProfile): void {
  if (!issuer.authority || !(issuer.usages?.has("certificate_sign") ?? true)) {
    throw unfit("is no authority");
  }
  if (issuer.hasNameConstraints) throw unfit("has name constraints, which are not supported");
  if (isPurpose(profile)) {
    if (!mayIssueFor(profile, issuer)) throw unfit(`may not issue for the purpose "${profile}"`);
  } else if (issuer.authority.pathLength === 0) {
    throw unfit("may have no authority below it, its path length is 0");
  }
}

function unfit(reason: string): CryptoError {
  return new CryptoError("wrong_usage", `Cannot issue a certificate: the issuer ${reason}`);
}

function pathLengthOf({ profile, pathLength }: NewCertificate): number | null {
  const chosen = pathLength ?? (profile === "intermediate_ca" ? 0 : null);
  if (chosen === null) return null;
  const isAuthority = profile === "root_ca" || profile === "intermediate_ca";
  if (!isAuthority || !Number.isInteger(chosen) || chosen < 0 || chosen > PATH_LENGTH_MAX) {
    throw new CryptoError(
      "invalid_argument",
      `Cannot issue a certificate of path length ${chosen}: expected 0 to ${PATH_LENGTH_MAX}, ` +
        `for an authority`,
    );
  }
  return chosen;
}

/** Random, so that nobody can prepare two certificates with one signature (RFC 5280 §4.1.2.2). */
function serialNumber(given: Uint8Array | undefined): Bytes {
  if (given === undefined) {
    const random = randomBytes(SERIAL_BYTES);
    // 126 random bits behind a 01: positive, and never written shorter.
    random[0] = 0x40 | (random[0] ?? 0) & 0x3f;
    return random;
  }
  const start = given.findIndex((byte) => byte !== 0);
  if (start < 0 || given.length > SERIAL_BYTES_MAX) {
    throw new CryptoError(
      "invalid_argument",
      `Cannot use a serial number of ${given.length} bytes: expected 1 to ${SERIAL_BYTES_MAX}, ` +
        `above zero`,
    );
  }
  const first = given[start] ?? 0;
  return Uint8Array.of(...first >= 0x80 ? [0] : [], ...given.subarray(start));
}
