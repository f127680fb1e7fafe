import type { LedgerTables } from "../tables.ts";
import type { Flow } from "./store.ts";

/** One account of one institution over a stretch of time; balances are debits less credits. */
export interface AccountSums {
  readonly institutionId: string;
  readonly account: string;
  readonly openingFen: bigint;
  readonly debitFen: bigint;
  readonly creditFen: bigint;
}

export function balanceOf({ openingFen, debitFen, creditFen }: AccountSums): bigint {
  return openingFen + debitFen - creditFen;
}

/** What a stretch began with, and what moved in it. */
export function sumAccounts(
  openings: readonly {
    readonly institutionId: string;
    readonly account: string;
    readonly fen: bigint;
  }[],
  flows: readonly Flow[],
): AccountSums[] {
  const sums = new Map<string, AccountSums>();
  const add = (institutionId: string, account: string, change: Partial<AccountSums>) => {
    const key = `${institutionId} ${account}`;
    const known = sums.get(key) ??
      { institutionId, account, openingFen: 0n, debitFen: 0n, creditFen: 0n };
    sums.set(key, {
      ...known,
      openingFen: known.openingFen + (change.openingFen ?? 0n),
      debitFen: known.debitFen + (change.debitFen ?? 0n),
      creditFen: known.creditFen + (change.creditFen ?? 0n),
    });
  };
  for (const { institutionId, account, fen } of openings) {
    add(institutionId, account, { openingFen: fen });
  }
  for (const { institution_id, debit, credit, amount_fen } of flows) {
    add(institution_id, debit, { debitFen: amount_fen });
    add(institution_id, credit, { creditFen: amount_fen });
  }
  return [...sums.values()].toSorted((left, right) =>
    order(left.institutionId, right.institutionId) || order(left.account, right.account)
  );
}

function order(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}

/** What a day's rows hand to the next. */
export function openingsOf(
  rows: readonly Pick<
    LedgerTables["ledger_day_balance"],
    "institution_id" | "account" | "balance_fen"
  >[],
): { institutionId: string; account: string; fen: bigint }[] {
  return rows.map(({ institution_id, account, balance_fen }) => ({
    institutionId: institution_id,
    account,
    fen: balance_fen,
  }));
}
