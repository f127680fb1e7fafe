import { equalBytes } from "./bytes.ts";
import { nameToText } from "./certificate_names.ts";
import type { Certificate } from "./certificate_parse.ts";
import {
  type CertificatePurpose,
  mayIssueFor,
  requirePurpose,
  servesPurpose,
} from "./certificate_profiles.ts";
import { CryptoError } from "./errors.ts";
import { isSignedBy } from "./signed_der.ts";

export interface ChainQuestion {
  readonly certificate: Certificate;
  /** In any order; those not needed do no harm. At most 64. */
  readonly intermediates: readonly Certificate[];
  /** Trusted because they stand here, not because they signed themselves. At most 256. */
  readonly roots: readonly Certificate[];
  readonly at: Date;
  /** What the key is about to be used for; unchecked if not given. */
  readonly purpose?: CertificatePurpose;
}

/** From the certificate asked about to the root. */
const CHAIN_LENGTH_MAX = 8;
const TOO_LONG = `its chain is longer than ${CHAIN_LENGTH_MAX} certificates`;
const INTERMEDIATES_MAX = 64;
const ROOTS_MAX = 256;
/** Authorities that sign each other make more paths than anybody wants to walk. */
const SIGNATURES_MAX = 64;

interface Search {
  readonly question: ChainQuestion;
  signaturesLeft: number;
  /** Why the way that led furthest ended. */
  refusal: { readonly depth: number; readonly reason: string };
}

/**
 * Finds a way from the certificate to a root (RFC 5280 §6): names and key identifiers follow each
 * other, signatures fit, all are valid at the time, issuers are authorities with room below them
 * and not for other purposes alone, nothing critical is unknown. Name constraints are not judged:
 * an authority that has any is refused. Returns it, the certificate first. Whether one was revoked
 * is not looked up. Throws `untrusted_certificate`, naming the certificate and the reason, and
 * `invalid_argument` for a purpose there is not.
 */
export function verifyChain(question: ChainQuestion): readonly Certificate[] {
  const { certificate, purpose } = question;
  requireBounds(question);
  const ownReason = problemOf(certificate, question.at);
  if (ownReason) throw untrusted(certificate, ownReason);
  if (purpose !== undefined && !servesPurpose(purpose, certificate)) {
    throw untrusted(certificate, `its key is not for the purpose "${purpose}"`);
  }
  const search: Search = {
    question,
    signaturesLeft: SIGNATURES_MAX,
    refusal: { depth: -1, reason: "" },
  };
  const chain = extend([certificate], search);
  if (chain) return chain;
  throw new CryptoError("untrusted_certificate", search.refusal.reason);
}

function extend(path: readonly Certificate[], search: Search): readonly Certificate[] | null {
  const { roots, intermediates } = search.question;
  const last = path.at(-1);
  if (!last) return null;
  if (contains(roots, last)) return path;
  const tooLong = path.length === CHAIN_LENGTH_MAX;
  refuse(search, path, last, tooLong ? TOO_LONG : unknownIssuer(last));
  if (tooLong) return null;
  const candidates = [...roots, ...intermediates]
    .filter((candidate) => isNamedBy(candidate, last) && !contains(path, candidate));
  for (const candidate of candidates) {
    const reason = issuerProblem(candidate, path, search);
    if (reason) refuse(search, [...path, candidate], candidate, reason);
    const chain = reason ? null : extend([...path, candidate], search);
    if (chain) return chain;
  }
  return null;
}

/** What speaks against `issuer` as the one above the last of `path`; the signature last, it is dear. */
function issuerProblem(
  issuer: Certificate,
  path: readonly Certificate[],
  search: Search,
): string | null {
  if (issuer.hasNameConstraints) return "its name constraints are not supported";
  const problem = problemOf(issuer, search.question.at);
  if (problem) return problem;
  if (!issuer.authority) return "it is no authority";
  const { purpose } = search.question;
  if (purpose !== undefined && !mayIssueFor(purpose, issuer)) {
    return `it may not issue for the purpose "${purpose}"`;
  }
  if (issuer.usages && !issuer.usages.has("certificate_sign")) {
    return "it may not sign certificates";
  }
  const below = path.slice(1).filter(({ subjectDer, issuerDer }) =>
    !equalBytes(subjectDer, issuerDer)
  );
  const { pathLength } = issuer.authority;
  if (pathLength !== null && below.length > pathLength) {
    return `${below.length} authorities stand below it, its path length is ${pathLength}`;
  }
  const last = path.at(-1);
  if (search.signaturesLeft-- === 0) {
    throw untrusted(issuer, `more than ${SIGNATURES_MAX} signatures had to be tried to get to it`);
  }
  if (!last || !isSignedBy(last, issuer.publicKey)) {
    return "the signature on the certificate below does not fit its key";
  }
  return null;
}

function problemOf(certificate: Certificate, at: Date): string | null {
  if (at < certificate.notBefore) return `it is valid from ${certificate.notBefore.toISOString()}`;
  if (at > certificate.notAfter) return `it ended on ${certificate.notAfter.toISOString()}`;
  const [unknown] = certificate.unknownCritical;
  return unknown === undefined ? null : `its critical extension ${unknown} is not understood`;
}

function unknownIssuer({ issuer }: Certificate): string {
  return `no trusted issuer "${nameToText(issuer)}" is known`;
}

function isNamedBy(issuer: Certificate, below: Certificate): boolean {
  if (!equalBytes(issuer.subjectDer, below.issuerDer)) return false;
  if (!issuer.subjectKeyId || !below.authorityKeyId) return true;
  return equalBytes(issuer.subjectKeyId, below.authorityKeyId);
}

function contains(certificates: readonly Certificate[], wanted: Certificate): boolean {
  return certificates.some(({ der }) => equalBytes(der, wanted.der));
}

function refuse(
  search: Search,
  path: readonly Certificate[],
  certificate: Certificate,
  reason: string,
): void {
  if (path.length <= search.refusal.depth) return;
  search.refusal = { depth: path.length, reason: untrusted(certificate, reason).message };
}

function untrusted({ subject, serialNumber }: Certificate, reason: string): CryptoError {
  return new CryptoError(
    "untrusted_certificate",
    `Cannot trust certificate "${nameToText(subject)}", serial ${serialNumber.toHex()}: ${reason}`,
  );
}

function requireBounds({ intermediates, roots, at, purpose }: ChainQuestion): void {
  if (purpose !== undefined) requirePurpose(purpose);
  if (intermediates.length > INTERMEDIATES_MAX || roots.length > ROOTS_MAX) {
    throw new CryptoError(
      "too_large",
      `Cannot check a chain among ${intermediates.length} intermediates and ${roots.length} roots: ` +
        `expected at most ${INTERMEDIATES_MAX} and ${ROOTS_MAX}`,
    );
  }
  if (Number.isNaN(at.getTime())) {
    throw new CryptoError("invalid_argument", "Cannot check a chain at no time: expected a date");
  }
}
