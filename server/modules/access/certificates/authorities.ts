import { CryptoError } from "../../../../crypto/errors.ts";
import {
  type Certificate,
  nameToText,
  parseCertificate,
  verifyChain,
} from "../../../../crypto/certificates.ts";
import { equalBytes } from "../../../../crypto/bytes.ts";

/** Whose certificates count here: what the file `access.certificate_authorities` lists. */
export interface Authorities {
  readonly roots: readonly Certificate[];
  readonly intermediates: readonly Certificate[];
}

export type CertificateTrouble = "unreadable" | "untrusted" | "not_valid_now" | "wrong_usage";

const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/**
 * PEM, one certificate after the other: who signed himself is a root, all others are in between.
 * Throws CryptoError, `bad_encoding` where there is no root.
 */
export function readAuthorities(pem: string): Authorities {
  const all = (pem.match(BLOCK) ?? []).map((block) => parseCertificate(block));
  const isRoot = ({ subjectDer, issuerDer }: Certificate) => equalBytes(subjectDer, issuerDer);
  const roots = all.filter(isRoot);
  if (roots.length > 0) {
    return { roots, intermediates: all.filter((certificate) => !isRoot(certificate)) };
  }
  throw new CryptoError("bad_encoding", "Cannot read authorities: expected a root among them");
}

/** Null for what is no SM2 certificate. */
export function tryCertificate(pem: string): Certificate | null {
  try {
    return parseCertificate(pem);
  } catch (thrown) {
    if (thrown instanceof CryptoError) return null;
    throw thrown;
  }
}

/**
 * Whether it may sign for a person now. That it was revoked by who issued it is not looked up:
 * removing it here is what ends it.
 */
export function judgeCertificate(
  { roots, intermediates }: Authorities,
  certificate: Certificate,
  at: Date,
): CertificateTrouble | null {
  if (at < certificate.notBefore || at > certificate.notAfter) return "not_valid_now";
  if (!isForSigning(certificate)) return "wrong_usage";
  try {
    verifyChain({ certificate, roots, intermediates, at, purpose: "signing" });
    return null;
  } catch (thrown) {
    if (thrown instanceof CryptoError) return "untrusted";
    throw thrown;
  }
}

/** A person's, not an authority's, and said to sign: one that says nothing is for anything. */
function isForSigning({ authority, usages }: Certificate): boolean {
  return authority === null && (usages?.has("digital_signature") ?? false);
}

/** `CN=张三, O=…` with the names of persons masked but for their first letter. */
export function maskedSubject({ subject }: Pick<Certificate, "subject">): string {
  return nameToText(subject).replace(/(CN=.)[^,]*/gu, "$1*");
}
