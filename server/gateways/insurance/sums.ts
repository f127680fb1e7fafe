import { sumFen } from "../../platform/money.ts";
import type { Settlement } from "./wire.ts";

export type SumRule = "total_by_share" | "fund_parts" | "person_parts" | "total_by_payer";

/**
 * The four sums every settlement must keep, to the fen (nhsa.md §1.6); answers those that are
 * broken. No cash may be taken on figures that break one.
 */
export function brokenSums(
  settlement: Settlement,
  options: { readonly mulaidInsideAccount: boolean },
): readonly SumRule[] {
  const s = settlement;
  const funds = sumFen([
    s.hifp_pay,
    s.cvlserv_pay,
    s.hifes_pay,
    s.hifmi_pay,
    s.hifob_pay,
    s.hifdm_pay,
    s.maf_pay,
    s.oth_pay,
  ]);
  const account = accountPart(s, options);
  const rules: readonly [SumRule, bigint, bigint][] = [
    [
      "total_by_share",
      s.medfee_sumamt,
      s.fulamt_ownpay_amt + s.overlmt_selfpay + s.preselfpay_amt + s.inscp_scp_amt,
    ],
    ["fund_parts", s.fund_pay_sumamt, funds],
    ["person_parts", s.psn_part_amt, account + s.psn_cash_pay],
    ["total_by_payer", s.medfee_sumamt, s.fund_pay_sumamt + s.psn_part_amt + s.hosp_part_amt],
  ];
  return rules.filter(([, whole, parts]) => whole !== parts).map(([rule]) => rule);
}

/** What personal accounts pay: the patient's own and, where it is not inside it, the family's. */
export function accountPart(
  settlement: Settlement,
  options: { readonly mulaidInsideAccount: boolean },
): bigint {
  return settlement.acct_pay + (options.mulaidInsideAccount ? 0n : settlement.acct_mulaid_pay);
}
