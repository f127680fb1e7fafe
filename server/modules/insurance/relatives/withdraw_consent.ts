import { DomainError } from "../../../platform/errors.ts";
import { getOwnRow } from "../../identity/find_identification.ts";
import type { AtTerminal } from "../../identity/identify.ts";
import { idNumberIndexOf } from "../../identity/id_number_index.ts";
import { maskName } from "../../identity/masking.ts";
import type { RelativeView } from "./contract.ts";
import type { RelativeDeps } from "./give_consent.ts";
import { type ConsentRow, findConsent, selectConsents, withdrawRow } from "./store.ts";

type Deps = Pick<RelativeDeps, "db" | "clock" | "sealer" | "audit" | "tags" | "actor">;

/** Whose accounts the patient in front of the terminal may use now. */
export async function listRelatives(
  deps: Deps,
  identificationId: string,
  where: AtTerminal,
): Promise<RelativeView[]> {
  const visit = await getOwnRow(deps, identificationId, where);
  const consents = await selectConsents(deps.db, visit.patient_id, deps.clock.now());
  return await Promise.all(consents.map(async (row) => ({
    consentId: row.id,
    maskedName: maskName(
      await deps.sealer.open("insurance_consent.relative_name", row.relative_name_sealed),
    ),
    relation: row.relation,
    until: row.until_at.toISOString(),
  })));
}

/**
 * By the patient or by the relative, each in a session of his own. What was settled stays settled.
 * Throws DomainError `insurance.consent_not_found`.
 */
export async function withdrawRelative(
  deps: Deps,
  { consentId, identificationId }: {
    readonly consentId: string;
    readonly identificationId: string;
  },
  where: AtTerminal,
): Promise<void> {
  const visit = await getOwnRow(deps, identificationId, where);
  const consent = await findConsent(deps.db, consentId);
  if (consent === null || !await concerns(deps, consent, visit.patient_id)) {
    throw new DomainError("insurance.consent_not_found", `Cannot find consent "${consentId}"`);
  }
  const change = { withdrawn_at: deps.clock.now(), withdrawn_in: visit.id, withdrawn_by: null };
  await deps.db.transaction().execute(async (tx) => {
    if (!await withdrawRow(tx, deps.tags, { consent, change })) return;
    await deps.audit.record(tx, deps.actor, [{
      kind: "insurance.relative_consent_withdrawn",
      result: "succeeded",
      objectId: consent.id,
      patientId: consent.patient_id,
      fields: { by: visit.patient_id === consent.patient_id ? "patient" : "relative" },
    }]);
  });
}

async function concerns(
  { db }: Deps,
  consent: ConsentRow,
  patientId: string,
): Promise<boolean> {
  if (consent.patient_id === patientId) return true;
  const index = await idNumberIndexOf(db, patientId);
  return index !== null && index.length === consent.relative_index.length &&
    index.every((byte, at) => byte === consent.relative_index[at]);
}
