import { type QueryCreator, sql, type Transaction } from "kysely";
import type { LedgerTables } from "../tables.ts";

type DayRow = LedgerTables["ledger_day_balance"];

const BALANCE_ROWS_AT_ONCE = 500;

export async function findClosedDay(db: QueryCreator<LedgerTables>): Promise<string | null> {
  const row = await db.selectFrom("ledger_closing").select("business_day").executeTakeFirst();
  return row?.business_day ?? null;
}

export async function findFirstDay(db: QueryCreator<LedgerTables>): Promise<string | null> {
  const row = await db.selectFrom("ledger_posting").select("business_day")
    .orderBy("business_day").limit(1).executeTakeFirst();
  return row?.business_day ?? null;
}

/**
 * Closes a day for posting. Waits for nobody: fails with {@link LOCK_NOT_FREE} while somebody who
 * has read that the day is open may still post into it.
 */
export async function moveClosing(
  tx: Transaction<LedgerTables>,
  { from, day, now }: {
    readonly from: string | null;
    readonly day: string;
    readonly now: Date;
  },
): Promise<void> {
  await sql`lock table ledger_closing in access exclusive mode nowait`.execute(tx);
  await tx.updateTable("ledger_closing").set({ business_day: day, closed_at: now })
    .where("business_day", "is not distinct from", from).execute();
}

/** SQLSTATE `lock_not_available`. */
export const LOCK_NOT_FREE = "55P03";

/** The last day whose balances are written, before `day` where one is given. */
export async function findBalancedDay(
  db: QueryCreator<LedgerTables>,
  { before }: { readonly before?: string } = {},
): Promise<string | null> {
  let query = db.selectFrom("ledger_day_balance").select("business_day");
  if (before !== undefined) query = query.where("business_day", "<", before);
  const row = await query.orderBy("business_day", "desc").limit(1).executeTakeFirst();
  return row?.business_day ?? null;
}

export async function selectDayBalances(
  db: QueryCreator<LedgerTables>,
  day: string,
): Promise<DayRow[]> {
  return await db.selectFrom("ledger_day_balance").selectAll().where("business_day", "=", day)
    .execute();
}

export interface Flow {
  readonly institution_id: string;
  readonly debit: string;
  readonly credit: string;
  readonly amount_fen: bigint;
}

/** What moved on one day, from account to account. */
export async function selectFlows(
  db: QueryCreator<LedgerTables>,
  day: string,
): Promise<Flow[]> {
  return await db.selectFrom("ledger_posting").select(["institution_id", "debit", "credit"])
    .select(sql<bigint>`cast(sum(amount_fen) as bigint)`.as("amount_fen"))
    .where("business_day", "=", day).groupBy(["institution_id", "debit", "credit"]).execute();
}

export async function insertDayBalances(
  tx: Transaction<LedgerTables>,
  rows: readonly DayRow[],
): Promise<void> {
  for (let at = 0; at < rows.length; at += BALANCE_ROWS_AT_ONCE) {
    await tx.insertInto("ledger_day_balance").values(rows.slice(at, at + BALANCE_ROWS_AT_ONCE))
      .execute();
  }
}

/** Serialises who writes balances: the one row, for the time of the transaction. */
export async function lockBalances(tx: Transaction<LedgerTables>): Promise<void> {
  await sql`select pg_advisory_xact_lock(${BALANCES_LOCK})`.execute(tx);
}

const BALANCES_LOCK = 4_419_000_005n;
