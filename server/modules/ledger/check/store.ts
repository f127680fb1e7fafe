import { type QueryCreator, sql } from "kysely";
import type { LedgerTables } from "../tables.ts";

/** What the postings of every order since then say of its hold, where that is not nothing. */
export async function selectHeldByPostings(
  db: QueryCreator<LedgerTables>,
  since: Date,
): Promise<{ readonly order_id: string; readonly held_fen: bigint }[]> {
  const held = sql<bigint>`cast(sum(case
    when credit = 'patient:hold' then amount_fen
    when debit = 'patient:hold' then -amount_fen
    else 0 end) as bigint)`;
  return await db.selectFrom("ledger_posting").select("order_id").select(held.as("held_fen"))
    .where("at", ">=", since).groupBy(["order_id", "at"]).having(held, "<>", 0n).execute();
}

export async function selectHoldsSince(
  db: QueryCreator<LedgerTables>,
  since: Date,
): Promise<{ readonly order_id: string; readonly held_fen: bigint }[]> {
  return await db.selectFrom("ledger_hold").select(["order_id", "held_fen"])
    .where("at", ">=", since).execute();
}

/** The oldest first. */
export async function selectBalancedDays(
  db: QueryCreator<LedgerTables>,
  { from, limit }: { readonly from: string; readonly limit: number },
): Promise<string[]> {
  const rows = await db.selectFrom("ledger_day_balance").select("business_day").distinct()
    .where("business_day", ">=", from).orderBy("business_day").limit(limit).execute();
  return rows.map(({ business_day }) => business_day);
}

export async function selectPostingsOf(
  db: QueryCreator<LedgerTables>,
  orders: readonly { readonly id: string; readonly at: Date }[],
): Promise<LedgerTables["ledger_posting"][]> {
  if (orders.length === 0) return [];
  return await db.selectFrom("ledger_posting").selectAll()
    .where("order_id", "in", orders.map(({ id }) => id))
    .where("at", "in", orders.map(({ at }) => at)).execute();
}
