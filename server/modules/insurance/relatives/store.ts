import type { QueryCreator, Transaction } from "kysely";
import type { RowTags } from "../../../platform/row_tags.ts";
import { tagAfter, tagOf } from "../../../platform/tagged_table.ts";
import { insertIfAbsent } from "../../../platform/upsert.ts";
import { CONSENT_TAGGED, type InsuranceTables } from "../tables.ts";

export type ConsentRow = InsuranceTables["insurance_consent"];

const CONSENTS_LISTED_MAX = 20;

/** False when it was given before. */
export async function insertConsent(
  tx: Transaction<InsuranceTables>,
  tags: RowTags,
  consent: Omit<ConsentRow, "tag">,
): Promise<boolean> {
  const row = { ...consent, tag: await tagOf(tags, CONSENT_TAGGED, consent) };
  return await insertIfAbsent(tx, "insurance_consent", row, ["id"]);
}

export async function findConsent(
  db: QueryCreator<InsuranceTables>,
  id: string,
): Promise<ConsentRow | null> {
  const row = await db.selectFrom("insurance_consent").selectAll().where("id", "=", id)
    .executeTakeFirst();
  return row ?? null;
}

/** Nobody else changes it meanwhile. */
export async function lockConsent(
  tx: Transaction<InsuranceTables>,
  id: string,
): Promise<ConsentRow | null> {
  const row = await tx.selectFrom("insurance_consent").selectAll().where("id", "=", id)
    .forUpdate().executeTakeFirst();
  return row ?? null;
}

/** In force now, newest first. */
export async function selectConsents(
  db: QueryCreator<InsuranceTables>,
  patientId: string,
  now: Date,
): Promise<ConsentRow[]> {
  return await db.selectFrom("insurance_consent").selectAll()
    .where("patient_id", "=", patientId)
    .where("withdrawn_at", "is", null).where("until_at", ">", now)
    .orderBy("given_at", "desc").orderBy("id", "desc")
    .limit(CONSENTS_LISTED_MAX).execute();
}

/** False when it was withdrawn before. */
export async function withdrawRow(
  tx: Transaction<InsuranceTables>,
  tags: RowTags,
  { consent, change }: {
    readonly consent: ConsentRow;
    readonly change: Pick<ConsentRow, "withdrawn_at" | "withdrawn_in" | "withdrawn_by">;
  },
): Promise<boolean> {
  const after = { ...consent, ...change };
  const tag = await tagAfter(tx, tags, { tagged: CONSENT_TAGGED, before: consent, after });
  const result = await tx.updateTable("insurance_consent").set({ ...change, tag })
    .where("id", "=", consent.id).where("withdrawn_at", "is", null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Of a person, as the patient and as the relative. */
export async function selectConsentsOf(
  db: QueryCreator<InsuranceTables>,
  patientId: string,
): Promise<ConsentRow[]> {
  return await db.selectFrom("insurance_consent").selectAll()
    .where((row) =>
      row.or([row("patient_id", "=", patientId), row("relative_patient_id", "=", patientId)])
    )
    .orderBy("id").execute();
}

export async function deleteConsentsOf(
  tx: Transaction<InsuranceTables>,
  patientId: string,
): Promise<number> {
  const result = await tx.deleteFrom("insurance_consent")
    .where((row) =>
      row.or([row("patient_id", "=", patientId), row("relative_patient_id", "=", patientId)])
    )
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}
