import { writeCsv } from "../../../platform/csv.ts";
import { formatYuan } from "../../../platform/money.ts";
import { type AccountSums, balanceOf } from "../days/day_balance.ts";
import type { TrialBalance } from "./trial_balance.ts";

const HEADING = [
  "营业日",
  "机构编码",
  "机构",
  "科目",
  "期初借方",
  "期初贷方",
  "本期借方",
  "本期贷方",
  "余额借方",
  "余额贷方",
];

/**
 * In yuan, one line an account of an institution, as books show it: what is below nothing stands on
 * the other side. The last line is all of them, and both sides of it are the same.
 */
export function trialCsv(
  { day, accounts }: TrialBalance,
  institutions: ReadonlyMap<string, { readonly code: string; readonly name: string }>,
): string {
  const total = [0n, 0n, 0n, 0n, 0n, 0n];
  const lines = accounts.map((sums) => {
    const { code = "", name = "" } = institutions.get(sums.institutionId) ?? {};
    const fen = sidesOf(sums);
    fen.forEach((amount, at) => total[at] = (total[at] ?? 0n) + amount);
    return [day, code, name, sums.account, ...fen.map(formatYuan)];
  });
  return writeCsv([HEADING, ...lines, [day, "", "", "合计", ...total.map(formatYuan)]]);
}

function sidesOf(sums: AccountSums): bigint[] {
  const balance = balanceOf(sums);
  return [...sides(sums.openingFen), sums.debitFen, sums.creditFen, ...sides(balance)];
}

function sides(fen: bigint): [bigint, bigint] {
  return fen < 0n ? [0n, -fen] : [fen, 0n];
}
