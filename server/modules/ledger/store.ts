import { type QueryCreator, sql, type Transaction } from "kysely";
import type { RowTags } from "../../platform/row_tags.ts";
import { tagOf } from "../../platform/tagged_table.ts";
import { type LedgerTables, POSTING_TAGGED } from "./tables.ts";

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
  tags: RowTags,
  rows: readonly Omit<Row, "tag">[],
): Promise<void> {
  if (rows.length === 0) return;
  const tagged = await Promise.all(rows.map(async (row) => ({
    ...row,
    tag: await tagOf(tags, POSTING_TAGGED, row),
  })));
  await tx.insertInto("ledger_posting").values(tagged).execute();
}

/** `held` is the sum of credits less debits of the hold account; numeric comes as text. */
export async function selectOpenHolds(
  db: QueryCreator<LedgerTables>,
  { since, limit }: { since: Date; limit: number },
): Promise<
  { order_id: string; at: Date; institution_id: string; held: string; since: Date }[]
> {
  const held = sql<string>`sum(case
    when credit = 'patient:hold' then amount_fen
    when debit = 'patient:hold' then -amount_fen
    else 0 end)`;
  return await db.selectFrom("ledger_posting")
    .select(["order_id", "at", "institution_id"])
    .select([held.as("held"), sql<Date>`min(posted_at)`.as("since")])
    .where("at", ">=", since)
    .groupBy(["order_id", "at", "institution_id"])
    .having(held, "<>", "0")
    .orderBy("since").limit(limit).execute();
}
