import type { Transaction } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import { DomainError } from "../../../platform/errors.ts";
import type { RowTags } from "../../../platform/row_tags.ts";
import type { IdentityTables } from "../../identity/tables.ts";
import type { InsuranceRoute } from "../insurance_route.ts";
import { findConsent } from "../relatives/store.ts";
import { findCoverage } from "../store.ts";
import type { InsuranceTables } from "../tables.ts";
import { type ChoiceRefusal, readChoice, refusalOnRoute } from "./read_choice.ts";
import { insertChoice } from "./store.ts";

export interface ChooseInsurance {
  readonly orderId: string;
  readonly at: Date;
  readonly institutionId: string;
  readonly identificationId: string;
  readonly patientId: string;
  readonly route: InsuranceRoute;
  /** insutype; null: the usual one. */
  readonly scheme: string | null;
  readonly consentId: string | null;
}

/**
 * Keeps with a new order under which scheme and with whose account it is settled. Throws DomainError
 * `insurance.scheme_not_insured`, `insurance.consent_ended`, `insurance.scheme_by_his`,
 * `insurance.relative_not_taken`, `insurance.record_changed`, `insurance.consent_not_found`.
 */
export async function chooseInsurance(
  tx: Transaction<InsuranceTables & IdentityTables>,
  deps: { readonly tags: RowTags; readonly clock: Clock },
  wanted: ChooseInsurance,
): Promise<void> {
  const { scheme, consentId, orderId, at } = wanted;
  if (scheme === null && consentId === null) return;
  const now = deps.clock.now();
  if (consentId !== null && (await findConsent(tx, consentId))?.patient_id !== wanted.patientId) {
    throw new DomainError("insurance.consent_not_found", `Cannot find consent "${consentId}"`);
  }
  await insertChoice(tx, deps.tags, {
    order_id: orderId,
    at,
    institution_id: wanted.institutionId,
    consent_id: consentId,
    insutype: scheme,
    relative_fen: null,
    changed_at: now,
  });
  const chosen = await readChoice(tx, deps, {
    key: { order_id: orderId, at },
    coverage: await findCoverage(tx, wanted.identificationId),
    now,
  });
  const refusal = refusalOnRoute(chosen, wanted.route);
  if (refusal) throw new DomainError(refusal, REASONS[refusal]);
}

const REASONS: Readonly<Record<ChoiceRefusal, string>> = {
  "insurance.record_changed": "Cannot settle as chosen: a record was changed past the platform",
  "insurance.scheme_not_insured": "Cannot settle as chosen: the patient is not insured under it",
  "insurance.consent_ended": "Cannot use the relative's account: the consent has ended",
  "insurance.scheme_by_his": "Cannot choose a scheme: HIS says itself which it settles under",
  "insurance.relative_not_taken": "Cannot use a relative's account on this route",
};
