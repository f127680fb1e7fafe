import type { Transaction } from "kysely";
import type { RowTags } from "../../../platform/row_tags.ts";
import type { Actor } from "../../audit/actor.ts";
import type { AuditTables } from "../../audit/tables.ts";
import { removeCertificatesOf } from "../certificates/remove_certificate.ts";
import type { CertificateTables } from "../certificates/tables.ts";
import type { EndSessionsDeps } from "./end_sessions.ts";
import { deleteRecoveryCodes, deleteTotp } from "./factors/store.ts";
import type { AccountForSignIn } from "./store.ts";
import type { SignInTables } from "./tables.ts";

export interface ForgottenFactors {
  /** Of which something was there. */
  readonly kinds: readonly ("totp" | "certificate" | "recovery_code")[];
  readonly certificates: number;
  /** Used ones are not counted. */
  readonly recoveryCodes: number;
}

/**
 * TOTP, recovery codes and every certificate, usable now or not: what is left of one of them would
 * still open the account. Told in one event, each certificate in one of its own.
 */
export async function forgetFactors(
  deps: EndSessionsDeps & { readonly rowTags: RowTags },
  tx: Transaction<SignInTables & CertificateTables & AuditTables>,
  { account, actor }: { readonly account: AccountForSignIn; readonly actor: Actor },
): Promise<ForgottenFactors> {
  const hadTotp = await deleteTotp(tx, account.id);
  const recoveryCodes = await deleteRecoveryCodes(tx, account.id);
  const certificates = await removeCertificatesOf(deps, tx, { account, actor });
  const kinds: ForgottenFactors["kinds"] = [
    ...hadTotp ? ["totp" as const] : [],
    ...certificates > 0 ? ["certificate" as const] : [],
    ...recoveryCodes > 0 ? ["recovery_code" as const] : [],
  ];
  if (kinds.length === 0) return { kinds, certificates, recoveryCodes };
  await deps.audit.record(tx, actor, [{
    kind: "access.second_factor_reset",
    result: "succeeded",
    objectId: account.id,
    organisationId: account.organisation_id,
    fields: { factor: kinds.join(" "), certificates, recoveryCodes, login: account.login },
  }]);
  return { kinds, certificates, recoveryCodes };
}
