import { parseYuan } from "../../server/platform/money.ts";
import type { CityPerson, InsuranceRow } from "../city/city.ts";
import {
  type Certificate,
  type Desk,
  insuredRow,
  nextNumber,
  nowText,
  openVisit,
  personOf,
  readInput,
  Refusal,
  today,
} from "./desk.ts";
import {
  packNumbers,
  type SettlementRow,
  unpackFigures,
  type VisitRow,
} from "./insurance_store.ts";
import { bookRelative, relativeOf, relativeOfVoid, type RelativePayer } from "./relative_payer.ts";
import { balanceOf } from "./people.ts";
import { type Envelope, inputs } from "./requests.ts";
import { addSplits, type Figures, negate, settleFigures, shiftToCash } from "./rules.ts";
import { settlementAnswer } from "./settlement_answer.ts";

/** 2206, 2206A */
export function presettle(desk: Desk, envelope: Envelope): unknown {
  const { data } = readInput(inputs.presettle, envelope);
  const quote = compute(desk, data, envelope);
  return settlementAnswer(desk, { ...quote, row: null, call: "2206" });
}

/** 2207, 2207A: computed anew; balances may have moved since the quote. */
export function settle(desk: Desk, envelope: Envelope): unknown {
  const { data } = readInput(inputs.settle, envelope);
  if (desk.store.find("select 1 from reversal where omsgid = ?", envelope.msgid)) {
    throw new Refusal("该报文已冲正");
  }
  const quote = compute(desk, data, envelope);
  checkShares(data, quote.figures);
  const differs = desk.faults.take("insurance", "2207", "settle_differs");
  const figures = differs ? shiftToCash(quote.figures, BigInt(differs.byFen)) : quote.figures;
  const row = insertSettlement(desk, {
    mdtrt_id: data.mdtrt_id,
    psn_no: data.psn_no,
    insutype: data.insutype,
    fixmedins_code: envelope.fixmedins_code,
    msgid: envelope.msgid,
    chrg_bchno: data.chrg_bchno,
    voids_setl_id: null,
    figures: packNumbers(figures),
  });
  desk.store.run(
    "update detail set setl_id = ? where mdtrt_id = ? and chrg_bchno = ?",
    row.setl_id,
    data.mdtrt_id,
    data.chrg_bchno,
  );
  book(desk, row, figures);
  if (quote.payer) {
    bookRelative(desk, { settlement: row, payer: quote.payer, by: figures.relative });
  }
  return settlementAnswer(desk, { ...quote, figures, row, call: "2207" });
}

/** 2208: the whole settlement, as a new row below zero. */
export function voidSettlement(desk: Desk, envelope: Envelope): unknown {
  const { data } = readInput(inputs.voidSettlement, envelope);
  const original = desk.store.find<SettlementRow>(
    "select * from settlement where setl_id = ? and mdtrt_id = ? and psn_no = ?",
    data.setl_id,
    data.mdtrt_id,
    data.psn_no,
  );
  if (!original || original.voids_setl_id || original.fixmedins_code !== envelope.fixmedins_code) {
    throw new Refusal("未查询到结算信息");
  }
  if (original.voided_by) throw new Refusal("该结算已撤销");
  if (isCleared(desk, original)) throw new Refusal("该结算所属清算期已清算，不能撤销");
  return voidRow(desk, original, envelope);
}

/**
 * 2601, idempotent by omsgid. An unknown omsgid is remembered, so that the lost request is
 * refused should it arrive after all.
 */
export function reverse(desk: Desk, envelope: Envelope): unknown {
  const { data } = readInput(inputs.reverse, envelope);
  if (data.oinfno !== "2207") throw new Refusal(`交易${data.oinfno}不支持冲正`);
  const original = desk.store.find<SettlementRow>(
    "select * from settlement where msgid = ? and psn_no = ?",
    data.omsgid,
    data.psn_no,
  );
  if (!original) {
    desk.store.run("insert or ignore into reversal values (?)", data.omsgid);
    throw new Refusal("未查询到原交易", { keeps: true });
  }
  if (!original.voided_by) voidRow(desk, original, envelope);
  return null;
}

/** After 清算申请 (3203) a settlement of its month stands; the 经办机构 has to be asked. */
function isCleared(desk: Desk, settlement: SettlementRow): boolean {
  return desk.store.find(
    "select 1 from cleared_month where fixmedins_code = ? and month = ?",
    settlement.fixmedins_code,
    settlement.setl_time.slice(0, 7),
  ) !== null;
}

interface SettleInput extends Certificate {
  readonly mdtrt_id: string;
  readonly psn_no: string;
  readonly insutype: string;
  readonly med_type: string;
  readonly medfee_sumamt: string;
  readonly chrg_bchno: string;
  readonly acct_used_flag: "0" | "1";
  readonly expContent?: string | Readonly<Record<string, unknown>> | null | undefined;
}

interface Quote {
  readonly visit: VisitRow;
  readonly person: CityPerson;
  readonly insured: InsuranceRow;
  readonly figures: Figures;
  readonly payer: RelativePayer | null;
}

function compute(desk: Desk, data: SettleInput, envelope: Envelope): Quote {
  const visit = openVisit(desk, data, envelope);
  const person = personOf(desk, data);
  if (person.psnNo !== data.psn_no) throw new Refusal("凭证与人员编号不符");
  const insured = insuredRow(person, data.insutype, envelope);
  if (visit.med_type === null) throw new Refusal("请先上传就诊信息");
  if (visit.med_type !== data.med_type) throw new Refusal("医疗类别与就诊信息不符");
  if (data.med_type === "12") throw new Refusal("门诊挂号不能结算");
  const lines = desk.store.list<{ split: string; setl_id: string | null }>(
    "select split, setl_id from detail where mdtrt_id = ? and chrg_bchno = ?",
    data.mdtrt_id,
    data.chrg_bchno,
  );
  if (lines.length === 0) throw new Refusal("没有可结算的费用明细");
  if (lines.some((line) => line.setl_id !== null)) throw new Refusal("该批次已结算");
  const split = addSplits(lines.map((line) => unpackFigures(line.split)));
  if (split.amount !== parseYuan(data.medfee_sumamt)) throw new Refusal("医疗费总额与明细不符");
  const scheme = desk.region.schemes[data.insutype];
  if (!scheme) throw new Refusal("该险种不支持门诊结算");
  const used = cumulativeOf(desk, { ...data, year: yearOf(desk) });
  const payer = relativeOf(desk, { patient: person, expContent: data.expContent });
  const figures = settleFigures(split, {
    share: scheme.shares[insured.psnType.slice(0, 2)] ?? scheme.shareElse,
    thresholdLeft: atLeastZero(scheme.thresholdFen - used.threshold),
    ceilingLeft: atLeastZero(scheme.ceilingFen - used.fund),
    balance: balanceOf(desk, person, insured),
    relativeBalance: payer ? balanceOf(desk, payer.person, payer.insured) : 0n,
    usesAccount: data.acct_used_flag === "1" && scheme.accountType !== null,
    accountScope: desk.region.accountScope,
  });
  return { visit, person, insured, figures, payer };
}

interface Shares {
  readonly fulamt_ownpay_amt: string;
  readonly overlmt_selfpay: string;
  readonly preselfpay_amt: string;
  readonly inscp_scp_amt: string;
}

/** §7.7: the four sums of 2204 come back in 2207, to the fen. */
function checkShares(data: Shares, figures: Figures): void {
  if (
    parseYuan(data.fulamt_ownpay_amt) !== figures.fullOwnPay ||
    parseYuan(data.overlmt_selfpay) !== figures.overLimit ||
    parseYuan(data.preselfpay_amt) !== figures.preSelfPay ||
    parseYuan(data.inscp_scp_amt) !== figures.inScope
  ) throw new Refusal("费用分割与明细不符");
}

function voidRow(desk: Desk, original: SettlementRow, envelope: Envelope): unknown {
  const person = desk.persons.byPsnNo(original.psn_no);
  const insured = person?.insurance.find((row) => row.insutype === original.insutype);
  const visit = desk.store.find<VisitRow>(
    "select * from visit where mdtrt_id = ?",
    original.mdtrt_id,
  );
  if (!person || !insured || !visit) throw new Refusal("未查询到结算信息");
  const before = unpackFigures(original.figures);
  const figures = negate(before, balanceOf(desk, person, insured) + before.account);
  const row = insertSettlement(desk, {
    ...original,
    msgid: envelope.msgid,
    voids_setl_id: original.setl_id,
    figures: packNumbers(figures),
  });
  desk.store.run(
    "update settlement set voided_by = ? where setl_id = ?",
    row.setl_id,
    original.setl_id,
  );
  desk.store.run("update detail set setl_id = null where setl_id = ?", original.setl_id);
  book(desk, original, figures);
  const payer = relativeOfVoid(desk, original);
  if (payer) bookRelative(desk, { settlement: row, payer, by: figures.relative });
  return settlementAnswer(desk, { visit, person, insured, figures, row, call: "2208" });
}

function insertSettlement(
  desk: Desk,
  made: Omit<SettlementRow, "setl_id" | "setl_time" | "voided_by">,
): SettlementRow {
  const row: SettlementRow = {
    ...made,
    setl_id: nextNumber(desk, "S"),
    setl_time: nowText(desk),
    voided_by: null,
  };
  desk.store.run(
    "insert into settlement values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    row.setl_id,
    row.mdtrt_id,
    row.psn_no,
    row.insutype,
    row.fixmedins_code,
    row.msgid,
    row.chrg_bchno,
    row.voids_setl_id,
    row.voided_by,
    row.setl_time,
    row.figures,
  );
  return row;
}

/** Writes balance and yearly sums; `of` tells whose and, for a void, of which year. */
function book(desk: Desk, of: SettlementRow, figures: Figures): void {
  const key = { psn_no: of.psn_no, insutype: of.insutype, year: of.setl_time.slice(0, 4) };
  const used = cumulativeOf(desk, key);
  desk.store.run(
    "insert or replace into account values (?, ?, ?)",
    key.psn_no,
    key.insutype,
    Number(figures.balance),
  );
  desk.store.run(
    "insert or replace into cumulative values (?, ?, ?, ?, ?)",
    key.psn_no,
    key.insutype,
    key.year,
    Number(used.threshold + figures.threshold),
    Number(used.fund + figures.fund),
  );
}

function cumulativeOf(
  desk: Desk,
  key: { readonly psn_no: string; readonly insutype: string; readonly year: string },
): { readonly threshold: bigint; readonly fund: bigint } {
  const row = desk.store.find<{ threshold_fen: number; fund_fen: number }>(
    "select threshold_fen, fund_fen from cumulative where psn_no = ? and insutype = ? and year = ?",
    key.psn_no,
    key.insutype,
    key.year,
  );
  return { threshold: BigInt(row?.threshold_fen ?? 0), fund: BigInt(row?.fund_fen ?? 0) };
}

function yearOf(desk: Desk): string {
  return today(desk).slice(0, 4);
}

function atLeastZero(amount: bigint): bigint {
  return amount < 0n ? 0n : amount;
}
