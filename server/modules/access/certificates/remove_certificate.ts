import type { Transaction } from "kysely";
import { DomainError } from "../../../platform/errors.ts";
import type { Actor } from "../../audit/actor.ts";
import type { AuditTables } from "../../audit/tables.ts";
import { lockAccount } from "../accounts/store.ts";
import type { Caller } from "../caller.ts";
import { getScopedAccount } from "../scoped_account.ts";
import { endSignInsOf } from "../sign_in/end_sessions.ts";
import {
  certificateColumns,
  type CertificateRow,
  certificateView,
  openCertificate,
} from "./certificate_row.ts";
import type { CertificateView } from "./contract.ts";
import type { CertificateDeps } from "./enrol_certificate.ts";
import { lockCertificate, lockCertificatesOf, updateRemoval } from "./store.ts";
import type { CertificateTables } from "./tables.ts";

type RemoveDeps = Pick<CertificateDeps, "clock" | "rowTags" | "audit">;

interface Of {
  readonly account: { readonly id: string; readonly organisation_id: string };
  readonly actor: Actor;
}

/**
 * Lost, stolen, no longer this person's: it opens nothing from now on. Twice does no harm. All
 * sessions of the account end, but for the caller's own: a session knows what kind of factor was
 * shown, not by which certificate, and who had the key may have signed in by another way since.
 */
export async function removeCertificate(
  deps: CertificateDeps,
  caller: Caller,
  { accountId, certificateId }: { readonly accountId: string; readonly certificateId: string },
): Promise<CertificateView> {
  const account = await getScopedAccount(deps.db, caller, {
    id: accountId,
    permission: "factor.reset",
  });
  const { actor } = caller;
  const removed = await deps.db.transaction().execute(async (tx) => {
    await lockAccount(tx, accountId);
    const found = await lockCertificate(tx, certificateId);
    if (found?.account_id !== accountId) {
      throw new DomainError("access.not_found", `Cannot find certificate "${certificateId}"`);
    }
    if (found.removed_at !== null) return found;
    const row = await remove(deps, tx, { found, account, actor });
    const ending = {
      accountId,
      except: caller.sessionId,
      why: "credential_removed",
      actor,
    } as const;
    await endSignInsOf(deps, tx, ending);
    return row;
  });
  const certificate = await openCertificate(deps.sealer, removed);
  return certificateView(removed, certificate, deps.clock.now());
}

/** All the account has, usable now or not; their number. What is signed in the caller ends. */
export async function removeCertificatesOf(
  deps: RemoveDeps,
  tx: Transaction<CertificateTables & AuditTables>,
  { account, actor }: Of,
): Promise<number> {
  const rows = await lockCertificatesOf(tx, account.id);
  for (const found of rows) await remove(deps, tx, { found, account, actor });
  return rows.length;
}

async function remove(
  deps: RemoveDeps,
  tx: Transaction<CertificateTables & AuditTables>,
  { found, account, actor }: Of & { readonly found: CertificateRow },
): Promise<CertificateRow> {
  const row = await removedRow(deps, found, actor.id);
  await updateRemoval(tx, row);
  await deps.audit.record(tx, actor, [{
    kind: "access.certificate_removed",
    result: "succeeded",
    objectId: account.id,
    organisationId: account.organisation_id,
    fields: { fingerprint: row.fingerprint.toHex() },
  }]);
  return row;
}

/** Tagged anew only if its tag fitted: a row changed past the platform is not made good by ours. */
async function removedRow(
  { rowTags, clock }: RemoveDeps,
  found: CertificateRow,
  removedBy: string | null,
): Promise<CertificateRow> {
  const row = { ...found, removed_at: clock.now(), removed_by: removedBy };
  const fitted = await rowTags.fits("account_certificate", certificateColumns(found), found.tag);
  if (!fitted) return row;
  return { ...row, tag: await rowTags.tag("account_certificate", certificateColumns(row)) };
}
