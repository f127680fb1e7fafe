import { toYuan } from "../../server/gateways/insurance/wire.ts";
import type { CityPerson, InsuranceRow } from "../city/city.ts";
import type { Desk } from "./desk.ts";
import type { SettlementRow, VisitRow } from "./insurance_store.ts";
import type { Figures } from "./rules.ts";

export interface AnswerParts {
  readonly visit: VisitRow;
  readonly person: CityPerson;
  readonly insured: InsuranceRow;
  readonly figures: Figures;
  /** Null on a presettlement: what only a settlement has is null there. */
  readonly row: SettlementRow | null;
  readonly call: string;
}

export interface SettlementAnswer {
  readonly setlinfo: Readonly<Record<string, string | number | null>>;
  readonly setldetail: readonly unknown[];
}

/** clr_type 11: outpatients. */
const OUTPATIENT_CLEARING = "11";
const SHARE_WHOLE = 10_000;

/** `setlinfo` and `setldetail`; a planned wrong amount breaks the sums here and only here. */
export function settlementAnswer(desk: Desk, parts: AnswerParts): SettlementAnswer {
  const { visit, person, insured, figures, row } = parts;
  const wrong = desk.faults.take("insurance", parts.call, "wrong_amount");
  const setlinfo = {
    mdtrt_id: visit.mdtrt_id,
    setl_id: row?.setl_id ?? null,
    psn_no: person.psnNo,
    psn_name: person.name,
    psn_cert_type: "01",
    certno: person.idNumber,
    gend: person.gender,
    brdy: person.birth,
    insutype: visit.insutype,
    psn_type: insured.psnType,
    cvlserv_flag: "0",
    setl_time: row?.setl_time ?? null,
    med_type: visit.med_type,
    medfee_sumamt: toYuan(figures.amount),
    fulamt_ownpay_amt: toYuan(figures.fullOwnPay),
    overlmt_selfpay: toYuan(figures.overLimit),
    preselfpay_amt: toYuan(figures.preSelfPay),
    inscp_scp_amt: toYuan(figures.inScope),
    act_pay_dedc: toYuan(figures.threshold),
    hifp_pay: toYuan(figures.fund),
    pool_prop_selfpay: Number(figures.share) / SHARE_WHOLE,
    cvlserv_pay: 0,
    hifes_pay: 0,
    hifmi_pay: 0,
    hifob_pay: 0,
    hifdm_pay: 0,
    maf_pay: 0,
    oth_pay: 0,
    fund_pay_sumamt: toYuan(figures.fund),
    hosp_part_amt: 0,
    psn_part_amt: toYuan(figures.amount - figures.fund),
    acct_pay: toYuan(
      figures.account + (desk.region.relativeInsideAccount ? figures.relative : 0n),
    ),
    acct_mulaid_pay: toYuan(figures.relative),
    psn_cash_pay: toYuan(figures.cash + BigInt(wrong?.byFen ?? 0)),
    balc: toYuan(figures.balance),
    medins_setl_id: row?.msgid ?? null,
    clr_optins: row ? desk.region.admdvs : null,
    clr_way: row ? "1" : null,
    clr_type: row ? OUTPATIENT_CLEARING : null,
  };
  return { setlinfo, setldetail: settlementDetail(desk, parts) };
}

/** The account is listed beside the funds, yet is no part of fund_pay_sumamt (§5.5). */
function settlementDetail(desk: Desk, parts: AnswerParts): readonly unknown[] {
  const scheme = desk.region.schemes[parts.visit.insutype];
  if (!scheme) return [];
  const { figures } = parts;
  const fund = {
    fund_pay_type: scheme.fundType,
    inscp_scp_amt: toYuan(figures.inScope),
    crt_payb_lmt_amt: 0,
    fund_payamt: toYuan(figures.fund),
    fund_pay_type_name: `${scheme.name}统筹基金`,
    setl_proc_info: null,
  };
  if (scheme.accountType === null) return [fund];
  return [fund, {
    ...fund,
    fund_pay_type: scheme.accountType,
    inscp_scp_amt: 0,
    fund_payamt: toYuan(figures.account),
    fund_pay_type_name: `${scheme.name}个人账户`,
  }];
}
