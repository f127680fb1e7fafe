import type { QueryCreator, Transaction } from "kysely";
import { insertIfAbsent } from "../../../platform/upsert.ts";
import type { IdentityTables } from "../tables.ts";

export type ConsentRow = IdentityTables["consent"];

const CONSENTS_MAX = 500;

/** False when it was recorded before. */
export async function insertConsent(
  tx: Transaction<IdentityTables>,
  row: ConsentRow,
): Promise<boolean> {
  return await insertIfAbsent(tx, "consent", row, ["id", "at"]);
}

/** Newest first. */
export async function selectConsents(
  db: QueryCreator<IdentityTables>,
  patientId: string,
): Promise<ConsentRow[]> {
  return await db.selectFrom("consent").selectAll().where("patient_id", "=", patientId)
    .orderBy("id", "desc").limit(CONSENTS_MAX).execute();
}

export async function deleteConsents(
  tx: Transaction<IdentityTables>,
  patientId: string,
): Promise<number> {
  const result = await tx.deleteFrom("consent").where("patient_id", "=", patientId)
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}
