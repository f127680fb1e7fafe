import type { QueryCreator, Transaction } from "kysely";
import type { LedgerTables } from "./tables.ts";

type Row = LedgerTables["ledger_posting"];

export async function selectPostings(
  db: QueryCreator<LedgerTables>,
  order: { orderId: string; orderAt: Date },
): Promise<Row[]> {
  return await db.selectFrom("ledger_posting").selectAll()
    .where("order_id", "=", order.orderId).where("at", "=", order.orderAt).orderBy("n").execute();
}

export async function insertPostings(
  tx: Transaction<LedgerTables>,
  rows: readonly Row[],
): Promise<void> {
  if (rows.length > 0) await tx.insertInto("ledger_posting").values(rows).execute();
}
