import type { QueryCreator, Transaction } from "kysely";
import type { RowKey } from "../../platform/personal_data.ts";
import { insertIfAbsent } from "../../platform/upsert.ts";
import type { CredentialKind } from "./person.ts";
import type { IdentityTables } from "./tables.ts";

export async function findPatientByIndex(
  db: QueryCreator<IdentityTables>,
  idNumberIndex: Uint8Array,
): Promise<IdentityTables["patient"] | null> {
  const row = await db.selectFrom("patient").selectAll()
    .where("id_number_index", "=", idNumberIndex).executeTakeFirst();
  return row ?? null;
}

/** Shared, so that one patient's visits never wait for each other; see `holdPatient`. */
export async function holdPatientByIndex(
  tx: Transaction<IdentityTables>,
  idNumberIndex: Uint8Array,
): Promise<{ id: string } | null> {
  const row = await tx.selectFrom("patient").select("id")
    .where("id_number_index", "=", idNumberIndex).forShare().executeTakeFirst();
  return row ?? null;
}

/** False for one who was erased. */
export async function holdPatientRow(
  tx: Transaction<IdentityTables>,
  id: string,
): Promise<boolean> {
  const row = await tx.selectFrom("patient").select("id").where("id", "=", id)
    .where("erased_at", "is", null).forShare().executeTakeFirst();
  return row !== undefined;
}

/** Alone: waits for everybody who holds the row, and they for us. False for one who was erased. */
export async function lockPatientRow(
  tx: Transaction<IdentityTables>,
  id: string,
): Promise<boolean> {
  const row = await tx.selectFrom("patient").select("id").where("id", "=", id)
    .where("erased_at", "is", null).forUpdate().executeTakeFirst();
  return row !== undefined;
}

export async function findPatientById(
  db: QueryCreator<IdentityTables>,
  id: string,
): Promise<IdentityTables["patient"] | null> {
  const row = await db.selectFrom("patient").selectAll().where("id", "=", id).executeTakeFirst();
  return row ?? null;
}

export async function insertPatient(
  tx: Transaction<IdentityTables>,
  patient: IdentityTables["patient"],
): Promise<boolean> {
  return await insertIfAbsent(tx, "patient", patient, ["id_number_index"]);
}

export async function setPhone(
  tx: Transaction<IdentityTables>,
  patientId: string,
  phone: { readonly phone_sealed: Uint8Array; readonly phone_index: Uint8Array },
): Promise<void> {
  await tx.updateTable("patient").set(phone).where("id", "=", patientId).execute();
}

/** A medium belongs to whoever the issuing party last said; it moves when a card is re-issued. */
export async function linkCredential(
  tx: Transaction<IdentityTables>,
  link: {
    kind: CredentialKind;
    value: Uint8Array;
    number: Uint8Array | null;
    patientId: string;
    at: Date;
  },
): Promise<void> {
  const known = await tx.updateTable("patient_credential")
    .set({ patient_id: link.patientId, number_index: link.number, last_seen_at: link.at })
    .where("kind", "=", link.kind).where("value_index", "=", link.value).executeTakeFirst();
  if (known.numUpdatedRows > 0n) return;
  // Lost to another terminal in this moment: that one has just seen the same card.
  await insertIfAbsent(tx, "patient_credential", {
    kind: link.kind,
    value_index: link.value,
    number_index: link.number,
    patient_id: link.patientId,
    last_seen_at: link.at,
  }, ["kind", "value_index"]);
}

/** Kept from the first time on. */
export async function rememberInstitution(
  tx: Transaction<IdentityTables>,
  seen: IdentityTables["patient_institution"],
): Promise<void> {
  await insertIfAbsent(tx, "patient_institution", seen, ["patient_id", "institution_id"]);
}

export async function insertIdentification(
  tx: Transaction<IdentityTables>,
  row: IdentityTables["identification"],
): Promise<boolean> {
  return await insertIfAbsent(tx, "identification", row, ["id", "at"]);
}

export async function findIdentificationRow(
  db: QueryCreator<IdentityTables>,
  key: { id: string; at: Date },
): Promise<IdentityTables["identification"] | null> {
  const row = await db.selectFrom("identification").selectAll()
    .where("id", "=", key.id).where("at", "=", key.at).executeTakeFirst();
  return row ?? null;
}

export async function setHisRecord(
  tx: Transaction<IdentityTables>,
  key: { id: string; at: Date },
  set: { his_patient_id: string; reply_sealed: Uint8Array },
): Promise<void> {
  await tx.updateTable("identification").set({ ...set, can_create: false })
    .where("id", "=", key.id).where("at", "=", key.at).execute();
}

/** False when it had ended before. */
export async function endIdentificationRow(
  tx: Transaction<IdentityTables>,
  key: { id: string; at: Date },
  endedAt: Date,
): Promise<boolean> {
  const result = await tx.updateTable("identification").set({ ended_at: endedAt })
    .where("id", "=", key.id).where("at", "=", key.at).where("ended_at", "is", null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Of one patient at one institution, newest first. */
export async function selectRecentIdentifications(
  db: QueryCreator<IdentityTables>,
  { patientId, institutionId, since, limit }: {
    readonly patientId: string;
    readonly institutionId: string;
    readonly since: Date;
    readonly limit: number;
  },
): Promise<RowKey[]> {
  return await db.selectFrom("identification").select(["id", "at"])
    .where("patient_id", "=", patientId).where("institution_id", "=", institutionId)
    .where("at", ">=", since).orderBy("at", "desc").limit(limit).execute();
}
