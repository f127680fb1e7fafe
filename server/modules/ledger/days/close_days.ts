import type { Kysely } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import { invariant } from "../../../platform/errors.ts";
import type { RowTags } from "../../../platform/row_tags.ts";
import { tagOf } from "../../../platform/tagged_table.ts";
import { dayAfter, dayStart } from "../business_day.ts";
import { DAY_BALANCE_TAGGED, type LedgerTables } from "../tables.ts";
import { type AccountSums, balanceOf, openingsOf, sumAccounts } from "./day_balance.ts";
import {
  findBalancedDay,
  findClosedDay,
  findFirstDay,
  insertDayBalances,
  LOCK_NOT_FREE,
  lockBalances,
  moveClosing,
  selectDayBalances,
  selectFlows,
} from "./store.ts";

export interface CloseDaysDeps {
  readonly db: Kysely<LedgerTables>;
  readonly clock: Clock;
  readonly tags: RowTags;
}

/** Processes whose clocks are apart still post into the day that is just over. */
const CLOSE_AFTER_MS = 10 * 60_000;
/** Days one round closes, e.g. after the worker stood still for a month. */
const DAYS_MAX = 40;

/**
 * Closes the days that are over and writes down their balances: any number of workers may do it.
 * A day on which nothing moved is closed too, with the balances it began with.
 */
export async function closeDays(deps: CloseDaysDeps): Promise<readonly string[]> {
  for (let n = 0; n < DAYS_MAX && await closeNextDay(deps); n++);
  const written: string[] = [];
  for (let n = 0; n < DAYS_MAX; n++) {
    const day = await writeBalances(deps);
    if (day === null) break;
    written.push(day);
  }
  return written;
}

/** False when there is none to close yet, or somebody still posts into it: then the next round does. */
async function closeNextDay({ db, clock }: CloseDaysDeps): Promise<boolean> {
  const from = await findClosedDay(db);
  const day = from === null ? await findFirstDay(db) : dayAfter(from);
  const now = clock.now();
  if (day === null || now.getTime() < dayStart(dayAfter(day)).getTime() + CLOSE_AFTER_MS) {
    return false;
  }
  try {
    await db.transaction().execute((tx) => moveClosing(tx, { from, day, now }));
    return true;
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && thrown.code === LOCK_NOT_FREE) return false;
    throw thrown;
  }
}

/** Of the first closed day that has none; null when every closed day has its own. */
async function writeBalances({ db, clock, tags }: CloseDaysDeps): Promise<string | null> {
  return await db.transaction().execute(async (tx) => {
    await lockBalances(tx);
    const closed = await findClosedDay(tx);
    const last = await findBalancedDay(tx);
    const day = last === null ? await findFirstDay(tx) : dayAfter(last);
    if (closed === null || day === null || day > closed) return null;
    const openings = last === null ? [] : openingsOf(await selectDayBalances(tx, last));
    const sums = sumAccounts(openings, await selectFlows(tx, day));
    const rest = sums.reduce((sum, account) => sum + balanceOf(account), 0n);
    invariant(rest === 0n, `the accounts of ${day} sum to zero`);
    const row = (account: AccountSums) => rowOf(account, { day, closedAt: clock.now() });
    await insertDayBalances(
      tx,
      await Promise.all(sums.map(async (account) => ({
        ...row(account),
        tag: await tagOf(tags, DAY_BALANCE_TAGGED, row(account)),
      }))),
    );
    return day;
  });
}

function rowOf(
  account: AccountSums,
  { day, closedAt }: { readonly day: string; readonly closedAt: Date },
): Omit<LedgerTables["ledger_day_balance"], "tag"> {
  return {
    business_day: day,
    institution_id: account.institutionId,
    account: account.account,
    opening_fen: account.openingFen,
    debit_fen: account.debitFen,
    credit_fen: account.creditFen,
    balance_fen: balanceOf(account),
    closed_at: closedAt,
  };
}
