import { DomainError } from "../../../platform/errors.ts";
import type { Caller } from "../caller.ts";
import { getScopedAccount } from "../scoped_account.ts";
import {
  certificateColumns,
  type CertificateRow,
  certificateView,
  openCertificate,
} from "./certificate_row.ts";
import type { CertificateView } from "./contract.ts";
import type { CertificateDeps } from "./enrol_certificate.ts";
import { lockCertificate, updateRemoval } from "./store.ts";

/** Lost, stolen, no longer this person's: it opens nothing from now on. Twice does no harm. */
export async function removeCertificate(
  deps: CertificateDeps,
  caller: Caller,
  { accountId, certificateId }: { readonly accountId: string; readonly certificateId: string },
): Promise<CertificateView> {
  const account = await getScopedAccount(deps.db, caller, {
    id: accountId,
    permission: "factor.reset",
  });
  const removed = await deps.db.transaction().execute(async (tx) => {
    const found = await lockCertificate(tx, certificateId);
    if (found?.account_id !== accountId) {
      throw new DomainError("access.not_found", `Cannot find certificate "${certificateId}"`);
    }
    if (found.removed_at !== null) return found;
    const row = await removedRow(deps, found, caller.accountId);
    await updateRemoval(tx, row);
    await deps.audit.record(tx, caller.actor, [{
      kind: "access.certificate_removed",
      result: "succeeded",
      objectId: accountId,
      organisationId: account.organisation_id,
      fields: { fingerprint: row.fingerprint.toHex() },
    }]);
    return row;
  });
  const certificate = await openCertificate(deps.sealer, removed);
  return certificateView(removed, certificate, deps.clock.now());
}

/** Tagged anew only if its tag fitted: a row changed past the platform is not made good by ours. */
async function removedRow(
  { rowTags, clock }: CertificateDeps,
  found: CertificateRow,
  removedBy: string,
): Promise<CertificateRow> {
  const row = { ...found, removed_at: clock.now(), removed_by: removedBy };
  const fitted = await rowTags.fits("account_certificate", certificateColumns(found), found.tag);
  if (!fitted) return row;
  return { ...row, tag: await rowTags.tag("account_certificate", certificateColumns(row)) };
}
