import { DomainError } from "../../../../platform/errors.ts";
import type { RowTags } from "../../../../platform/row_tags.ts";
import { type Caller, requireScope } from "../../../access/caller.ts";
import { lockConsent, withdrawRow } from "../store.ts";
import type { RelativeConsent, WithdrawByStaffBody } from "./contract.ts";
import { type ConsentConsoleDeps, stateAt, viewConsents } from "./search_consents.ts";
import { findConsentIn } from "./store.ts";

export interface WithdrawByStaffDeps extends ConsentConsoleDeps {
  readonly tags: RowTags;
}

/**
 * For the patient or the relative who stands at a counter. Once: who asks again gets what stands.
 * What was settled stays settled. Throws DomainError `insurance.not_found`, also for one of
 * another place, and `insurance.consent_over`.
 */
export async function withdrawByStaff(
  deps: WithdrawByStaffDeps,
  caller: Caller,
  { id, reason }: WithdrawByStaffBody & { readonly id: string },
): Promise<RelativeConsent> {
  const scope = requireScope(caller, "relative.withdraw");
  if (await findConsentIn(deps.db, id, scope) === null) throw consentNotFound(id);
  await deps.db.transaction().execute(async (tx) => {
    const consent = await lockConsent(tx, id);
    if (consent === null) throw consentNotFound(id);
    const now = deps.clock.now();
    const state = stateAt(consent, now);
    if (state === "withdrawn") return;
    if (state === "expired") {
      throw new DomainError("insurance.consent_over", `Cannot withdraw "${id}": it has run out`);
    }
    const change = { withdrawn_at: now, withdrawn_in: null, withdrawn_by: caller.accountId };
    if (!await withdrawRow(tx, deps.tags, { consent, change })) return;
    await deps.audit.record(tx, caller.actor, [{
      kind: "insurance.relative_consent_withdrawn_by_staff",
      result: "succeeded",
      objectId: id,
      patientId: consent.patient_id,
      organisationId: consent.institution_id,
      fields: { relation: consent.relation, reason },
    }]);
  });
  const row = await findConsentIn(deps.db, id, scope);
  const [view] = row === null ? [] : await viewConsents(deps, [row]);
  if (!view) throw consentNotFound(id);
  return view;
}

function consentNotFound(id: string): DomainError {
  return new DomainError("insurance.not_found", `Cannot find consent "${id}"`);
}
