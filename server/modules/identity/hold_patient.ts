import type { Transaction } from "kysely";
import { DomainError } from "../../platform/errors.ts";
import { timeOfId } from "../../platform/ids.ts";
import { findIdentificationRow, holdPatientRow, lockPatientRow } from "./store.ts";
import type { IdentityTables } from "./tables.ts";

/**
 * Keeps a patient from being erased until this transaction ends. Whoever writes down something new
 * about a patient begins with it: he comes first and the erasing waits and sees what he wrote, or
 * the erasing came first and he is refused. Throws DomainError `identity.ended`.
 */
export async function holdPatient(
  tx: Transaction<IdentityTables>,
  patientId: string,
): Promise<void> {
  if (!await holdPatientRow(tx, patientId)) throw erased();
}

/** As `holdPatient`, for who goes on to change the patient's row itself. */
export async function lockPatient(
  tx: Transaction<IdentityTables>,
  patientId: string,
): Promise<void> {
  if (!await lockPatientRow(tx, patientId)) throw erased();
}

/**
 * As `holdPatient`, by an identification; false when the patient was erased. True also while it is
 * not written down yet: then it will lead to a patient who is not erased.
 */
export async function holdIdentified(
  tx: Transaction<IdentityTables>,
  identificationId: string,
): Promise<boolean> {
  const key = { id: identificationId, at: timeOfId(identificationId) };
  const row = await findIdentificationRow(tx, key);
  return row === null || await holdPatientRow(tx, row.patient_id);
}

function erased(): DomainError {
  return new DomainError("identity.ended", "Cannot go on: the patient must identify again");
}
