import { z } from "zod";
import { type PresettleClaim, presettleClaimSchema } from "../../server/gateways/his/wire.ts";
import { formatYuan, parseYuan } from "../../server/platform/money.ts";
import type { Sqlite } from "../sqlite.ts";
import type { His } from "./his_calls.ts";

/** A claim as HIS keeps it: what was asked, and the centre's names for it. */
export interface Claim {
  readonly claim_id: string;
  readonly institution: string;
  /** `asked`: 2207 went out and its answer is not in. */
  readonly state: "registered" | "quoted" | "asked" | "settled" | "voided";
  readonly request: string | null;
  readonly certificate: string | null;
  readonly mdtrt_id: string | null;
  readonly psn_no: string | null;
  readonly insutype: string | null;
  readonly insuplc: string | null;
  readonly quote: string | null;
  readonly settlement_id: string | null;
  readonly void_id: string | null;
  readonly answer: string | null;
}

const COLUMNS = [
  "claim_id",
  "institution",
  "state",
  "request",
  "certificate",
  "mdtrt_id",
  "psn_no",
  "insutype",
  "insuplc",
  "quote",
  "settlement_id",
  "void_id",
  "answer",
] as const;

const text = z.string().nullable();
const claimSchema = z.object({
  claim_id: z.string(),
  institution: z.string(),
  state: z.enum(["registered", "quoted", "asked", "settled", "voided"]),
  request: text,
  certificate: text,
  mdtrt_id: text,
  psn_no: text,
  insutype: text,
  insuplc: text,
  quote: text,
  settlement_id: text,
  void_id: text,
  answer: text,
});

export function findClaimRow(his: His, claimId: string): Claim | null {
  const row = his.store.find("select * from claim where claim_id = ?", claimId);
  return row && claimSchema.parse(row);
}

export function putClaim(store: Sqlite, claim: Claim): Claim {
  store.run(
    `insert or replace into claim (${COLUMNS.join(", ")})
     values (${COLUMNS.map(() => "?").join(", ")})`,
    ...COLUMNS.map((column) => claim[column]),
  );
  return claim;
}

export function emptyClaim(claimId: string, institution: string): Claim {
  const nothing = Object.fromEntries(COLUMNS.map((column) => [column, null]));
  return claimSchema.parse({ ...nothing, claim_id: claimId, institution, state: "registered" });
}

export function requestOf(claim: Claim): PresettleClaim {
  return presettleClaimSchema.parse(JSON.parse(claim.request ?? "null"));
}

const number = z.number();
export const setlinfoSchema = z.object({
  setl_id: z.string().nullable(),
  refd_setl_flag: z.string().optional(),
  medfee_sumamt: number,
  fund_pay_sumamt: number,
  acct_pay: number,
  acct_mulaid_pay: number,
  hosp_part_amt: number,
  psn_cash_pay: number,
  balc: number.nullable(),
  fulamt_ownpay_amt: number,
  overlmt_selfpay: number,
  preselfpay_amt: number,
  inscp_scp_amt: number,
});
export type Setlinfo = z.infer<typeof setlinfoSchema>;

/** The centre's figures in HIS's words. */
export function figuresOf(setlinfo: Setlinfo): Record<string, string | null> {
  const account = parseYuan(setlinfo.acct_pay) + parseYuan(setlinfo.acct_mulaid_pay);
  return {
    total: yuan(setlinfo.medfee_sumamt),
    fund: yuan(setlinfo.fund_pay_sumamt),
    account: formatYuan(account),
    other: yuan(setlinfo.hosp_part_amt),
    cash: yuan(setlinfo.psn_cash_pay),
    balance: setlinfo.balc === null ? null : yuan(setlinfo.balc),
  };
}

export function sharesOf(setlinfo: Setlinfo): Record<string, string> {
  return {
    fullOwnPay: yuan(setlinfo.fulamt_ownpay_amt),
    overLimit: yuan(setlinfo.overlmt_selfpay),
    preSelfPay: yuan(setlinfo.preselfpay_amt),
    inScope: yuan(setlinfo.inscp_scp_amt),
  };
}

function yuan(amount: number): string {
  return formatYuan(parseYuan(amount));
}
