import type { Transaction } from "kysely";
import { timeOfId } from "../../platform/ids.ts";
import type { Actor } from "../audit/actor.ts";
import type { AuditWriter } from "../audit/record_events.ts";
import type { AuditTables } from "../audit/tables.ts";
import { type AtTerminal, IDENTIFICATION_MS } from "./identify.ts";
import { keepPatient, type SealedPerson } from "./keep_patient.ts";
import { insertIdentification, rememberInstitution } from "./store.ts";
import type { IdentityTables } from "./tables.ts";

export interface RecordedPatient {
  readonly id: string;
  readonly where: AtTerminal;
  readonly person: SealedPerson;
  readonly hisPatientId: string;
}

/**
 * Somebody HIS named by its own number, to be paid for from a slip: nothing was shown, so insurance
 * is not asked, and no medium leads to him from it.
 */
export async function identifyByRecord(
  { audit, actor, now }: {
    readonly audit: AuditWriter;
    readonly actor: Actor;
    readonly now: Date;
  },
  tx: Transaction<IdentityTables & AuditTables>,
  { id, where, person, hisPatientId }: RecordedPatient,
): Promise<void> {
  const patientId = await keepPatient(tx, person, now);
  const { institutionId, terminalId } = where;
  await rememberInstitution(tx, {
    patient_id: patientId,
    institution_id: institutionId,
    since: now,
  });
  await insertIdentification(tx, {
    id,
    at: timeOfId(id),
    institution_id: institutionId,
    terminal_id: terminalId,
    request_index: null,
    credential_kind: "his_record",
    patient_id: patientId,
    his_patient_id: hisPatientId,
    reply_sealed: null,
    can_create: false,
    expires_at: new Date(now.getTime() + IDENTIFICATION_MS),
    ended_at: null,
  });
  await audit.record(tx, actor, [{
    kind: "identity.identified",
    result: "succeeded",
    objectId: id,
    organisationId: institutionId,
    patientId,
    fields: { credential: "his_record" },
  }]);
}
