import type { Kysely } from "kysely";
import { businessDay } from "../../../platform/clock.ts";
import type { Scope } from "../../access/scope.ts";
import type { AccessTables } from "../../access/tables.ts";
import { type AccountSums, openingsOf, sumAccounts } from "../days/day_balance.ts";
import { findBalancedDay, findClosedDay } from "../days/store.ts";
import { dayBefore } from "../business_day.ts";
import type { LedgerTables } from "../tables.ts";
import { selectFlowsIn, selectOpeningsIn } from "./store.ts";

export interface TrialBalanceDeps {
  readonly db: Kysely<LedgerTables & AccessTables>;
}

/** A whole day, or a day up to an instant of it. */
export interface TrialMoment {
  readonly day: string;
  readonly at: Date | null;
}

export interface TrialBalance extends TrialMoment {
  readonly closed: boolean;
  /** By institution and account. */
  readonly accounts: readonly AccountSums[];
}

export function trialMoment(
  { day, at }: { readonly day?: string | undefined; readonly at?: string | undefined },
  now: Date,
): TrialMoment {
  if (at === undefined) return { day: day ?? businessDay(now), at: null };
  return { day: businessDay(new Date(at)), at: new Date(at) };
}

/**
 * The balances of any time in the past: those of the last day written down before it, and what was
 * posted since. One snapshot plus about a day's postings, however long ago.
 */
export async function readTrialBalance(
  { db }: TrialBalanceDeps,
  scope: Scope,
  { day, at }: TrialMoment,
): Promise<TrialBalance> {
  const base = await findBalancedDay(db, { before: day });
  const known = base === null ? [] : openingsOf(await selectOpeningsIn(db, { scope, day: base }));
  // Days since then that are not written down yet: at most a few.
  const between = await selectFlowsIn(db, {
    scope,
    after: base,
    until: dayBefore(day),
    postedBy: at,
  });
  const openings = sumAccounts(known, between).map((account) => ({
    institutionId: account.institutionId,
    account: account.account,
    fen: account.openingFen + account.debitFen - account.creditFen,
  }));
  const flows = await selectFlowsIn(db, {
    scope,
    after: dayBefore(day),
    until: day,
    postedBy: at,
  });
  const closedDay = await findClosedDay(db);
  return {
    day,
    at,
    closed: closedDay !== null && day <= closedDay,
    accounts: sumAccounts(openings, flows),
  };
}

/** All institutions in one. */
export function totalsOf(accounts: readonly AccountSums[]): {
  readonly byAccount: readonly AccountSums[];
  readonly total: AccountSums;
} {
  const sums = new Map<string, AccountSums>();
  for (const { account, ...of } of accounts) {
    sums.set(account, plus(sums.get(account) ?? nothing(account), of));
  }
  const byAccount = [...sums.values()].toSorted((left, right) =>
    left.account < right.account ? -1 : 1
  );
  return { byAccount, total: byAccount.reduce(plus, nothing("")) };
}

function nothing(account: string): AccountSums {
  return { institutionId: "", account, openingFen: 0n, debitFen: 0n, creditFen: 0n };
}

function plus(
  left: AccountSums,
  right: Pick<AccountSums, "openingFen" | "debitFen" | "creditFen">,
): AccountSums {
  return {
    ...left,
    openingFen: left.openingFen + right.openingFen,
    debitFen: left.debitFen + right.debitFen,
    creditFen: left.creditFen + right.creditFen,
  };
}
