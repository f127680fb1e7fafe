import { type QueryCreator, sql, type Transaction } from "kysely";
import { hurry } from "../../platform/hurried_query.ts";
import { byKeys } from "../../platform/row_keys.ts";
import type { RowKey } from "../../platform/personal_data.ts";
import type { RowTags } from "../../platform/row_tags.ts";
import { tagOf } from "../../platform/tagged_table.ts";
import { HOLD } from "./posting.ts";
import { type LedgerTables, POSTING_TAGGED } from "./tables.ts";

type Row = LedgerTables["ledger_posting"];
type HoldRow = LedgerTables["ledger_hold"];

interface OrderAt {
  readonly orderId: string;
  readonly orderAt: Date;
}

export async function selectPostings(
  db: QueryCreator<LedgerTables>,
  order: OrderAt,
): Promise<Row[]> {
  return await db.selectFrom("ledger_posting").selectAll()
    .where("order_id", "=", order.orderId).where("at", "=", order.orderAt).orderBy("n").execute();
}

/**
 * An order's postings and the last closed day, in one statement. Who has read the closing row keeps
 * the day after it open till his transaction ends: `closeNextDay` waits for no such reader.
 */
export async function selectOpenBook(
  tx: Transaction<LedgerTables>,
  { orderId, orderAt }: OrderAt,
): Promise<{ readonly known: Row[]; readonly closedDay: string | null }> {
  const rows = await tx.selectFrom("ledger_closing as c")
    .leftJoin(
      "ledger_posting as p",
      (join) => join.on("p.order_id", "=", orderId).on("p.at", "=", orderAt),
    )
    .selectAll("p").select("c.business_day as closed_day").orderBy("p.n").execute();
  return { known: rows.filter(isPosting), closedDay: rows[0]?.closed_day ?? null };
}

/** Where an order has no posting, the joined row is empty. */
function isPosting<Joined extends { readonly order_id: string | null }>(
  row: Joined,
): row is Joined & Row {
  return row.order_id !== null;
}

export async function insertPostings(
  tx: Transaction<LedgerTables>,
  tags: RowTags,
  rows: readonly Omit<Row, "tag">[],
): Promise<void> {
  const tagged = await Promise.all(rows.map(async (row) => ({
    ...row,
    tag: await tagOf(tags, POSTING_TAGGED, row),
  })));
  await hurry(tx, tx.insertInto("ledger_posting").values(tagged));
}

export async function insertHold(tx: Transaction<LedgerTables>, row: HoldRow): Promise<void> {
  await hurry(tx, tx.insertInto("ledger_hold").values(row));
}

/** False when there is none. `since` stays as it is when absent. */
export async function updateHold(
  tx: Transaction<LedgerTables>,
  { order_id, ...values }: Pick<HoldRow, "order_id" | "held_fen"> & Partial<HoldRow>,
): Promise<boolean> {
  const result = await tx.updateTable("ledger_hold").set(values)
    .where("order_id", "=", order_id).executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export async function deleteHold(tx: Transaction<LedgerTables>, orderId: string): Promise<void> {
  await hurry(tx, tx.deleteFrom("ledger_hold").where("order_id", "=", orderId));
}

/** Oldest first. */
export async function selectOpenHolds(
  db: QueryCreator<LedgerTables>,
  limit: number,
): Promise<HoldRow[]> {
  return await db.selectFrom("ledger_hold").selectAll().orderBy("since").orderBy("order_id")
    .limit(limit).execute();
}

export async function selectHoldsOf(
  db: QueryCreator<LedgerTables>,
  orderIds: readonly string[],
): Promise<Pick<HoldRow, "order_id" | "since">[]> {
  if (orderIds.length === 0) return [];
  return await db.selectFrom("ledger_hold").select(["order_id", "since"])
    .where("order_id", "in", orderIds).execute();
}

/** What each account brought into the hold of these orders, less what it took out again. */
export async function selectHeldBy(
  db: QueryCreator<LedgerTables>,
  orders: readonly RowKey[],
): Promise<{ readonly orderId: string; readonly account: string; readonly fen: bigint }[]> {
  const rows = await byKeys(
    orders,
    (ids, times) =>
      db.selectFrom("ledger_posting").select(["order_id", "debit", "credit"])
        .select(sql<bigint>`cast(sum(amount_fen) as bigint)`.as("fen"))
        .where("order_id", "in", ids).where("at", "in", times)
        .where((is) => is.or([is("debit", "=", HOLD), is("credit", "=", HOLD)]))
        .groupBy(["order_id", "debit", "credit"]).execute(),
  );
  return rows.map(({ order_id: orderId, debit, credit, fen }) =>
    credit === HOLD
      ? { orderId, account: debit, fen: BigInt(fen) }
      : { orderId, account: credit, fen: -BigInt(fen) }
  );
}
