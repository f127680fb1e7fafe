import { DomainError } from "../../../platform/errors.ts";
import { isTimely } from "../../../platform/ids.ts";
import { asFen } from "../../../platform/money.ts";
import type { RowTags } from "../../../platform/row_tags.ts";
import type { Actor } from "../../audit/actor.ts";
import { getOwnRow } from "../../identity/find_identification.ts";
import { holdPatient } from "../../identity/hold_patient.ts";
import type { AtTerminal } from "../../identity/identify.ts";
import { findPatientId } from "../../identity/find_patient_id.ts";
import { idNumberIndexOf } from "../../identity/id_number_index.ts";
import { maskName } from "../../identity/masking.ts";
import { recognise, type Recognised, type RecogniseDeps } from "../../identity/recognise.ts";
import { type CheckCoverageDeps, type Insured, insuredAs, personInput } from "../check_coverage.ts";
import type { InsuranceSite } from "../claim_visit.ts";
import { isAccountScheme } from "../coverage.ts";
import { sendMessage } from "../send_message.ts";
import type { GiveConsentBody, GivenConsent } from "./contract.ts";
import { type ConsentRow, findConsent, insertConsent } from "./store.ts";

export interface RelativeDeps extends CheckCoverageDeps, RecogniseDeps {
  readonly tags: RowTags;
  readonly actor: Actor;
  readonly site: InsuranceSite;
}

const DAY_MS = 86_400_000;

/**
 * A relative shows his own medium within the patient's session and lets fees be paid from his
 * account (R-PAY-03). Throws DomainError `insurance.relative_not_taken`, `…relative_not_recognised`,
 * `…relative_is_patient`, `…relative_without_account`, `…relative_unavailable`, `…consent_id`.
 */
export async function giveConsent(
  deps: RelativeDeps,
  body: GiveConsentBody,
  where: AtTerminal,
): Promise<GivenConsent> {
  if (deps.profile.relativeKey === null || deps.site.route !== "fsi") {
    throw new DomainError(
      "insurance.relative_not_taken",
      "Cannot use a relative's account: the region, or the route, takes none",
    );
  }
  const now = deps.clock.now();
  if (!isTimely(body.id, now)) {
    throw new DomainError("insurance.consent_id", `Cannot take id "${body.id}": not of this time`);
  }
  const visit = await getOwnRow(deps, body.identificationId, where);
  const relative = await recogniseRelative(deps, body);
  const index = await deps.sealer.index("id_number", relative.idNumber);
  const own = await idNumberIndexOf(deps.db, visit.patient_id);
  if (own === null || isEqual(own, index)) {
    throw new DomainError("insurance.relative_is_patient", "Cannot lend oneself an account");
  }
  const insured = await askAccount(deps, relative);
  const until = new Date(now.getTime() + body.days * DAY_MS);
  const consent = {
    id: body.id,
    institution_id: where.institutionId,
    patient_id: visit.patient_id,
    identification_id: visit.id,
    terminal_id: where.terminalId,
    relation: body.relation,
    relative_patient_id: await findPatientId(deps, relative.idNumber),
    relative_index: index,
    relative_name_sealed: await deps.sealer.seal("insurance_consent.relative_name", relative.name),
    relative_psn_no_sealed: await deps.sealer.seal(
      "insurance_consent.relative_psn_no",
      insured.psnNo,
    ),
    credential_kind: relative.kind,
    notice_version: body.noticeVersion,
    given_at: now,
    until_at: until,
    withdrawn_at: null,
    withdrawn_in: null,
    withdrawn_by: null,
  };
  const kept = await keep(deps, consent);
  return {
    consentId: body.id,
    maskedName: maskName(relative.name),
    relation: kept.relation,
    until: kept.until_at.toISOString(),
    accountBalanceFen: asFen(insured.row.balc).toString(),
  };
}

async function recogniseRelative(
  deps: RelativeDeps,
  { credential }: GiveConsentBody,
): Promise<Recognised> {
  const found = await recognise(deps, { credential, service: "pay" }, deps.clock.now());
  if (found.kind === "person") return found.person;
  throw found.kind === "unavailable" ? unavailable() : new DomainError(
    "insurance.relative_not_recognised",
    "Cannot use the account: the medium is nobody's, or has expired",
  );
}

/** 1101: the relative's own account; nothing of the answer but psn_no is kept. */
async function askAccount(deps: RelativeDeps, relative: Recognised): Promise<Insured> {
  const asked = { certificate: relative.certificate, person: relative };
  const outcome = await sendMessage(deps, {
    infno: "1101",
    input: personInput(asked, deps.clock.now()),
    site: deps.site,
    orderId: null,
    insuplc: null,
  });
  const isNobody = outcome.kind === "refused" &&
    deps.profile.unknownPersonText.test(outcome.text);
  if (outcome.kind !== "done" && !isNobody) throw unavailable();
  const insured = outcome.kind === "done" ? insuredAs(outcome.value, asked) : null;
  if (insured === null || !isAccountScheme(insured.row.insutype)) {
    throw new DomainError(
      "insurance.relative_without_account",
      "Cannot use the account: the relative has none",
    );
  }
  return insured;
}

async function keep(
  deps: RelativeDeps,
  consent: Omit<ConsentRow, "tag">,
): Promise<Omit<ConsentRow, "tag">> {
  return await deps.db.transaction().execute(async (tx) => {
    await holdPatient(tx, consent.patient_id);
    if (!await insertConsent(tx, deps.tags, consent)) return await sameConsent(tx, consent);
    const { relation, credential_kind: credential } = consent;
    await deps.audit.record(tx, deps.actor, [{
      kind: "insurance.relative_consent_given",
      result: "succeeded",
      objectId: consent.id,
      patientId: consent.patient_id,
      fields: { relation, credential, until: consent.until_at.toISOString() },
    }]);
    return consent;
  });
}

/** The same id again is the same consent; of another patient or relative it is taken. */
async function sameConsent(
  tx: Parameters<typeof findConsent>[0],
  consent: Omit<ConsentRow, "tag">,
): Promise<ConsentRow> {
  const known = await findConsent(tx, consent.id);
  const isSame = known !== null && known.identification_id === consent.identification_id &&
    isEqual(known.relative_index, consent.relative_index);
  if (isSame) return known;
  throw new DomainError("insurance.consent_id", `Consent id "${consent.id}" is taken`);
}

function unavailable(): DomainError {
  return new DomainError(
    "insurance.relative_unavailable",
    "Cannot ask about the relative: nobody answers",
  );
}

function isEqual(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, at) => byte === right[at]);
}
