import type { Kysely } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import { DomainError } from "../../../platform/errors.ts";
import { isTimely, newId, timeOfId } from "../../../platform/ids.ts";
import { type Caller, requireScope } from "../../access/caller.ts";
import type { Actor } from "../../audit/actor.ts";
import type { AuditEvent } from "../../audit/event.ts";
import type { AuditWriter } from "../../audit/record_events.ts";
import type { AuditTables } from "../../audit/tables.ts";
import { getOwnRow } from "../find_identification.ts";
import { holdPatient } from "../hold_patient.ts";
import type { AtTerminal, IdentifyDeps } from "../identify.ts";
import { personNotFound, type PersonsDeps } from "../persons/search_persons.ts";
import { findPerson } from "../persons/store.ts";
import type { IdentityTables } from "../tables.ts";
import type { Consent, RecordConsentBody, WithdrawConsentBody } from "./contract.ts";
import { type ConsentRow, insertConsent, selectConsents } from "./store.ts";

type RecordConsentDeps = Pick<IdentifyDeps, "db" | "clock" | "sealer" | "audit" | "actor">;

/** What the patient in front of a terminal decided; the same id again changes nothing. */
export async function recordConsent(
  deps: RecordConsentDeps,
  body: RecordConsentBody,
  where: AtTerminal,
): Promise<void> {
  const visit = await getOwnRow(deps, body.identificationId, where);
  if (!isTimely(body.id, deps.clock.now())) {
    throw new DomainError("identity.id_time", `Cannot take id "${body.id}": its time is not ours`);
  }
  await keep(deps, deps.actor, {
    id: body.id,
    at: timeOfId(body.id),
    patient_id: visit.patient_id,
    institution_id: where.institutionId,
    identification_id: visit.id,
    purpose: body.purpose,
    decision: body.decision,
    notice_version: body.noticeVersion,
    by_kind: "terminal",
    by_id: where.terminalId,
    evidence: null,
  });
}

/** At a counter. Throws DomainError `identity.not_given` when there is nothing to withdraw. */
export async function withdrawConsent(
  deps: PersonsDeps,
  caller: Caller,
  { id, body }: { readonly id: string; readonly body: WithdrawConsentBody },
): Promise<void> {
  const person = await findPerson(deps.db, id, requireScope(caller, "person.erase"));
  if (!person) throw personNotFound(id);
  const last = (await selectConsents(deps.db, id)).find((row) => row.purpose === body.purpose);
  if (last?.decision !== "given") {
    throw new DomainError("identity.not_given", `Cannot withdraw: "${body.purpose}" is not given`);
  }
  const consentId = newId(deps.clock.now());
  await keep(deps, caller.actor, {
    ...last,
    id: consentId,
    at: timeOfId(consentId),
    identification_id: null,
    decision: "withdrawn",
    by_kind: "account",
    by_id: caller.accountId,
    evidence: body.evidence,
  });
}

/** All that a person decided, newest first. */
export async function listConsents(
  deps: PersonsDeps,
  caller: Caller,
  id: string,
): Promise<Consent[]> {
  const person = await findPerson(deps.db, id, requireScope(caller, "person.read"));
  if (!person) throw personNotFound(id);
  return (await selectConsents(deps.db, id)).map((row) => ({
    id: row.id,
    purpose: row.purpose,
    decision: row.decision,
    noticeVersion: row.notice_version,
    at: row.at.toISOString(),
    by: row.by_kind,
    byId: row.by_id,
    evidence: row.evidence,
  }));
}

interface KeepDeps {
  readonly db: Kysely<IdentityTables & AuditTables>;
  readonly clock: Clock;
  readonly audit: AuditWriter;
}

async function keep({ db, audit }: KeepDeps, actor: Actor, row: ConsentRow): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await holdPatient(tx, row.patient_id);
    if (!await insertConsent(tx, row)) return;
    await audit.record(tx, actor, [eventOf(row)]);
  });
}

function eventOf(row: ConsentRow): AuditEvent {
  const shared = {
    result: "succeeded",
    objectId: row.id,
    patientId: row.patient_id,
    organisationId: row.institution_id,
  } as const;
  const { purpose, notice_version: version } = row;
  return row.decision === "given"
    ? { ...shared, kind: "identity.consent_given", fields: { purpose, version } }
    : { ...shared, kind: "identity.consent_withdrawn", fields: { purpose } };
}
