import type { Kysely, QueryCreator } from "kysely";
import type { Clock } from "../../platform/clock.ts";
import { DomainError } from "../../platform/errors.ts";
import { timeOfId } from "../../platform/ids.ts";
import type { Sealer } from "../../platform/sealer.ts";
import type { IdentifyReply, PatientView } from "./contract.ts";
import type { AtTerminal, IdentifyDeps } from "./identify.ts";
import { type Person, viewOf } from "./person.ts";
import { endIdentificationRow, findIdentificationRow, findPatientById } from "./store.ts";
import type { IdentityTables } from "./tables.ts";

export interface FindIdentificationDeps {
  readonly db: Kysely<IdentityTables>;
  readonly clock: Clock;
  readonly sealer: Sealer;
}

/** A patient in front of a terminal now. */
export interface Identification {
  readonly id: string;
  readonly patientId: string;
  readonly hisPatientId: string;
}

/**
 * The identification a terminal acts on. One of another terminal is as if it were not there; one
 * that ended or ran out asks the patient to present the medium again.
 */
export async function getIdentification(
  deps: FindIdentificationDeps,
  id: string,
  where: AtTerminal,
): Promise<Identification> {
  const row = await getOwnRow(deps, id, where);
  if (row.his_patient_id === null) {
    throw new DomainError("identity.no_record", "Cannot go on: HIS has no record of the patient");
  }
  return { id: row.id, patientId: row.patient_id, hisPatientId: row.his_patient_id };
}

export async function getOwnRow(
  deps: FindIdentificationDeps,
  id: string,
  where: AtTerminal,
): Promise<IdentityTables["identification"]> {
  const row = await findIdentificationRow(deps.db, { id, at: timeOfId(id) });
  if (!row || row.terminal_id !== where.terminalId) {
    throw new DomainError("identity.not_found", `Cannot find identification "${id}"`);
  }
  if (row.ended_at !== null || row.expires_at <= deps.clock.now()) {
    throw new DomainError("identity.ended", "Cannot go on: the patient must identify again");
  }
  return row;
}

/** Nothing of the patient can be asked for any more under this id. */
export async function endIdentification(
  deps: Pick<IdentifyDeps, "db" | "clock" | "audit" | "actor">,
  id: string,
  where: AtTerminal,
): Promise<void> {
  const key = { id, at: timeOfId(id) };
  const row = await findIdentificationRow(deps.db, key);
  if (!row || row.terminal_id !== where.terminalId) return;
  await deps.db.transaction().execute(async (tx) => {
    if (!await endIdentificationRow(tx, key, deps.clock.now())) return;
    await deps.audit.record(tx, deps.actor, [{
      kind: "identity.identification_ended",
      result: "succeeded",
      objectId: id,
      patientId: row.patient_id,
      fields: {},
    }]);
  });
}

/** The masked patient behind an identification, also after it ended: receipts need it. */
export async function patientOfIdentification(
  deps: FindIdentificationDeps,
  id: string,
): Promise<PatientView> {
  const row = await findIdentificationRow(deps.db, { id, at: timeOfId(id) });
  const person = row && await openPatient(deps, row.patient_id);
  if (!person) throw new DomainError("identity.not_found", `Cannot find identification "${id}"`);
  return viewOf(person, deps.clock.now());
}

/** Name and number of the patient behind an identification; null once he was erased. */
export async function findPersonOf(
  deps: FindIdentificationDeps,
  id: string,
): Promise<Person | null> {
  const row = await findIdentificationRow(deps.db, { id, at: timeOfId(id) });
  return row && await openPatient(deps, row.patient_id);
}

export async function openPatient(
  deps: FindIdentificationDeps,
  patientId: string,
): Promise<Person | null> {
  const patient = await findPatientById(deps.db, patientId);
  return patient && await openPerson(deps.sealer, patient);
}

/** Null for one who was erased. */
export async function openPerson(
  sealer: Sealer,
  patient: Pick<IdentityTables["patient"], "name_sealed" | "id_number_sealed" | "phone_sealed">,
): Promise<Person | null> {
  if (patient.name_sealed === null || patient.id_number_sealed === null) return null;
  const [name, idNumber, phone] = await Promise.all([
    sealer.open("patient.name", patient.name_sealed),
    sealer.open("patient.id_number", patient.id_number_sealed),
    patient.phone_sealed === null ? null : sealer.open("patient.phone", patient.phone_sealed),
  ]);
  return { name, idNumber, phone };
}

/** The first answer, while it is kept; throws DomainError `identity.ended` after that. */
export async function openReply(
  sealer: Sealer,
  { reply_sealed }: Pick<IdentityTables["identification"], "reply_sealed">,
): Promise<IdentifyReply> {
  if (reply_sealed === null) {
    throw new DomainError("identity.ended", "Cannot go on: the patient must identify again");
  }
  return JSON.parse(await sealer.open("identification.reply", reply_sealed));
}

/** One patient under our own id and HIS's. */
export interface PatientIds {
  readonly patientId: string;
  /** Null once the patient was erased. */
  readonly hisPatientId: string | null;
}

/** Of the patient behind an identification, also after it ended or the patient was erased. */
export async function patientIdsOf(
  deps: { readonly db: QueryCreator<IdentityTables> },
  id: string,
): Promise<PatientIds> {
  const row = await findIdentificationRow(deps.db, { id, at: timeOfId(id) });
  if (!row) throw new DomainError("identity.not_found", `Cannot find identification "${id}"`);
  return { patientId: row.patient_id, hisPatientId: row.his_patient_id };
}
