import type { Kysely, Transaction } from "kysely";
import type { Certificate } from "../../../../crypto/certificates.ts";
import { sm3 } from "../../../../crypto/sm3.ts";
import { DomainError } from "../../../platform/errors.ts";
import { newId } from "../../../platform/ids.ts";
import type { RowTags } from "../../../platform/row_tags.ts";
import type { Sealer } from "../../../platform/sealer.ts";
import type { AuditWriter } from "../../audit/record_events.ts";
import type { AuditTables } from "../../audit/tables.ts";
import { lockAccount } from "../accounts/store.ts";
import type { Caller } from "../caller.ts";
import { requireOpenSession } from "../sign_in/sessions/change_session.ts";
import type { SignInTables } from "../sign_in/tables.ts";
import type { AccessTables } from "../tables.ts";
import {
  type Authorities,
  type CertificateTrouble,
  judgeCertificate,
  maskedSubject,
  tryCertificate,
} from "./authorities.ts";
import {
  CERTIFICATE_COLUMN,
  certificateColumns,
  type CertificateRow,
  certificateView,
} from "./certificate_row.ts";
import { type ChallengeDeps, type ChallengeFor, makeChallenge, takeAnswer } from "./challenges.ts";
import type { CertificateChallenge, CertificateView, EnrolCertificateBody } from "./contract.ts";
import { insertCertificate, isEnrolled, listUsableRows } from "./store.ts";
import type { CertificateTables } from "./tables.ts";

export interface CertificateDeps extends ChallengeDeps {
  readonly db: Kysely<CertificateTables & SignInTables & AccessTables & AuditTables>;
  readonly sealer: Sealer;
  readonly rowTags: RowTags;
  readonly audit: AuditWriter;
  /** Null where none are configured. */
  readonly authorities: Authorities | null;
}

const CERTIFICATES_MAX = 5;

export async function challengeToEnrol(
  deps: CertificateDeps,
  caller: Caller,
): Promise<CertificateChallenge> {
  requireAuthorities(deps);
  return await makeChallenge(deps, enrolling(caller));
}

/**
 * Gives the caller's own account a certificate, whose key answered a challenge of this session.
 * Throws DomainError as `contract.ts` lists.
 */
export async function enrolCertificate(
  deps: CertificateDeps,
  caller: Caller,
  { pem, challengeId, signature }: EnrolCertificateBody,
): Promise<CertificateView> {
  const certificate = getTrusted(deps, pem);
  const isAnswered = await takeAnswer(deps, enrolling(caller), { challengeId, signature });
  if (!await isAnswered(certificate.publicKey)) {
    throw new DomainError("access.challenge_failed", "Cannot take the answer: it does not fit");
  }
  const row = await newRow(deps, caller.accountId, certificate);
  await deps.db.transaction().execute(async (tx) => {
    await requireRoom(deps, tx, row);
    await requireOpenSession(tx, caller.sessionId);
    await insertCertificate(tx, row);
    await deps.audit.record(tx, caller.actor, [{
      kind: "access.certificate_enrolled",
      result: "succeeded",
      objectId: caller.accountId,
      fields: { fingerprint: row.fingerprint.toHex(), subject: maskedSubject(certificate) },
    }]);
  });
  return certificateView(row, certificate, deps.clock.now());
}

function enrolling({ accountId, sessionId }: Caller): ChallengeFor {
  return { accountId, purpose: "enrol", boundTo: sessionId ?? accountId };
}

function requireAuthorities({ authorities }: CertificateDeps): Authorities {
  if (authorities) return authorities;
  throw new DomainError(
    "access.certificates_unavailable",
    "Cannot take certificates: no authorities are configured",
  );
}

function getTrusted(deps: CertificateDeps, pem: string): Certificate {
  const authorities = requireAuthorities(deps);
  const certificate = tryCertificate(pem);
  if (!certificate) throw refused("unreadable");
  const trouble = judgeCertificate(authorities, certificate, deps.clock.now());
  if (trouble) throw refused(trouble);
  return certificate;
}

function refused(trouble: CertificateTrouble): DomainError {
  return new DomainError(
    "access.certificate_refused",
    `Cannot take the certificate: it is ${trouble}`,
    { detail: trouble },
  );
}

async function newRow(
  { clock, sealer, rowTags }: CertificateDeps,
  accountId: string,
  certificate: Certificate,
): Promise<CertificateRow> {
  const now = clock.now();
  const row = {
    id: newId(now),
    account_id: accountId,
    fingerprint: sm3(certificate.der),
    certificate_sealed: await sealer.seal(CERTIFICATE_COLUMN, certificate.der.toBase64()),
    not_after: certificate.notAfter,
    enrolled_at: now,
    last_used_at: null,
    removed_at: null,
    removed_by: null,
  };
  return { ...row, tag: await rowTags.tag("account_certificate", certificateColumns(row)) };
}

/** Only one at a time gives an account certificates: its row is locked. */
async function requireRoom(
  { clock }: CertificateDeps,
  tx: Transaction<CertificateTables & AccessTables>,
  { account_id: accountId, fingerprint }: CertificateRow,
): Promise<void> {
  await lockAccount(tx, accountId);
  if (await isEnrolled(tx, fingerprint)) {
    throw new DomainError("access.certificate_taken", "Cannot take the certificate: it is in use");
  }
  const usable = await listUsableRows(tx, { accountId, now: clock.now() });
  if (usable.length < CERTIFICATES_MAX) return;
  throw new DomainError(
    "access.too_many_certificates",
    `Cannot take another certificate: expected fewer than ${CERTIFICATES_MAX}`,
  );
}
