import type { QueryCreator, QueryExecutorProvider, Transaction } from "kysely";
import { timeOfId } from "../../platform/ids.ts";
import type { RowTags } from "../../platform/row_tags.ts";
import { isUnchanged, tagOf } from "../../platform/tagged_table.ts";
import { insertIfAbsent } from "../../platform/upsert.ts";
import { DISCHARGE_TAGGED, type InpatientTables } from "./tables.ts";

export type DischargeRow = InpatientTables["inpatient_discharge"];

export async function findDischarge(
  db: QueryCreator<InpatientTables>,
  id: string,
): Promise<DischargeRow | null> {
  const row = await db.selectFrom("inpatient_discharge").selectAll()
    .where("id", "=", id).where("at", "=", timeOfId(id)).executeTakeFirst();
  return row ?? null;
}

/** Those asked for between two moments, newest first. */
export async function selectDischarges(
  db: QueryCreator<InpatientTables>,
  { from, to, limit }: { readonly from: Date; readonly to: Date; readonly limit: number },
): Promise<DischargeRow[]> {
  return await db.selectFrom("inpatient_discharge").selectAll()
    .where("at", ">=", from).where("at", "<=", to).orderBy("at", "desc").limit(limit).execute();
}

/** False when it is there already. */
export async function insertDischarge(
  tx: Transaction<InpatientTables>,
  tags: RowTags,
  row: Omit<DischargeRow, "tag">,
): Promise<boolean> {
  const tag = await tagOf(tags, DISCHARGE_TAGGED, row);
  return await insertIfAbsent(tx, "inpatient_discharge", { ...row, tag }, ["id", "at"]);
}

export async function isAsWritten(
  db: QueryExecutorProvider,
  tags: RowTags,
  row: DischargeRow,
): Promise<boolean> {
  return await isUnchanged(db, tags, { tagged: DISCHARGE_TAGGED, row });
}
