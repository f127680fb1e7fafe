import type { Kysely } from "kysely";
import { businessDay } from "../../../platform/clock.ts";
import { dayBefore } from "../business_day.ts";
import { type AccountSums, balanceOf, openingsOf, sumAccounts } from "../days/day_balance.ts";
import { findBalancedDay, selectDayBalances, selectFlows } from "../days/store.ts";
import type { LedgerTables } from "../tables.ts";
import { selectBalancedDays, selectHeldByPostings, selectHoldsSince } from "./store.ts";

/** Something that is written down and is not what it follows from. */
export interface BookDifference {
  readonly kind: "hold" | "day_balance" | "leg" | "payment";
  /** An order's id with leg or channel, or day, institution and account. */
  readonly where: string;
  /** Fen. */
  readonly expected: bigint;
  readonly found: bigint;
}

const DAYS_AT_ONCE_MAX = 400;

/** Recomputes holds and day balances from the postings since then. */
export async function checkBooks(
  { db }: { readonly db: Kysely<LedgerTables> },
  since: Date,
): Promise<BookDifference[]> {
  return [...await checkHolds(db, since), ...await checkDays(db, since)];
}

async function checkHolds(db: Kysely<LedgerTables>, since: Date): Promise<BookDifference[]> {
  // In one snapshot: between two a payment would look like a difference.
  const [posted, held] = await db.transaction().setIsolationLevel("repeatable read").execute(
    async (tx) => [await selectHeldByPostings(tx, since), await selectHoldsSince(tx, since)],
  );
  const expected = fenByOrder(posted ?? []);
  const found = fenByOrder(held ?? []);
  return [...new Set([...expected.keys(), ...found.keys()])].flatMap((where) =>
    differenceOf("hold", where, [expected.get(where) ?? 0n, found.get(where) ?? 0n])
  );
}

function fenByOrder(
  rows: readonly { readonly order_id: string; readonly held_fen: bigint }[],
): ReadonlyMap<string, bigint> {
  return new Map(rows.map(({ order_id, held_fen }) => [order_id, held_fen]));
}

async function checkDays(db: Kysely<LedgerTables>, since: Date): Promise<BookDifference[]> {
  const from = businessDay(since);
  const days = await selectBalancedDays(db, { from, limit: DAYS_AT_ONCE_MAX });
  const differences: BookDifference[] = [];
  for (const day of days) differences.push(...await checkDay(db, day));
  return differences;
}

async function checkDay(db: Kysely<LedgerTables>, day: string): Promise<BookDifference[]> {
  const before = await findBalancedDay(db, { before: day });
  const isGap = before !== null && before !== dayBefore(day);
  if (isGap) return [{ kind: "day_balance", where: dayBefore(day), expected: 1n, found: 0n }];
  const openings = before === null ? [] : openingsOf(await selectDayBalances(db, before));
  const expected = byAccount(sumAccounts(openings, await selectFlows(db, day)));
  const found = byAccount(openedOf(await selectDayBalances(db, day)));
  return [...new Set([...expected.keys(), ...found.keys()])].flatMap((account) =>
    differenceOf("day_balance", `${day} ${account}`, [
      expected.get(account) ?? 0n,
      found.get(account) ?? 0n,
    ])
  );
}

function openedOf(rows: readonly LedgerTables["ledger_day_balance"][]): AccountSums[] {
  return rows.map((row) => ({
    institutionId: row.institution_id,
    account: row.account,
    openingFen: row.opening_fen,
    debitFen: row.debit_fen,
    creditFen: row.credit_fen,
  }));
}

function byAccount(sums: readonly AccountSums[]): ReadonlyMap<string, bigint> {
  return new Map(sums.map((of) => [`${of.institutionId} ${of.account}`, balanceOf(of)]));
}

export function differenceOf(
  kind: BookDifference["kind"],
  where: string,
  [expected, found]: readonly [bigint, bigint],
): BookDifference[] {
  return expected === found ? [] : [{ kind, where, expected, found }];
}
