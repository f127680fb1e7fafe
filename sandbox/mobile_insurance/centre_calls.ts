import { z } from "zod";
import { chinaTime } from "../../server/platform/clock.ts";
import { formatYuan, parseYuan, sumFen } from "../../server/platform/money.ts";
import type { CentreAnswer } from "../insurance/ask_centre.ts";
import { findOrder, type Mobile, type OrderRow, putOrder } from "./centre_book.ts";
import { feeSchema, orderKeySchema, placeSchema, refundSchema, uploadSchema } from "./data.ts";
import { queueReport } from "./reports.ts";

/** 6201 to 6401 as the centre does them; null: the settlement side left it without an answer. */

export type Result =
  | { readonly kind: "done"; readonly data: Readonly<Record<string, unknown>> }
  | { readonly kind: "refused"; readonly text: string };

export function done(data: Readonly<Record<string, unknown>>): Result {
  return { kind: "done", data };
}

export function refuse(text: string): Result {
  return { kind: "refused", text };
}

const NUMBER_DIGITS = 12;

/** 6201: the same number with the same content is the same order. */
export function upload(mobile: Mobile, raw: unknown): Result | null {
  const parsed = uploadSchema.safeParse(raw);
  if (!parsed.success) return refuse(`入参校验失败：${parsed.error.issues[0]?.path.join(".")}`);
  const data = parsed.data;
  const total = parseYuan(data.medfeeSumamt);
  const lines = sumFen(data.feedetailList.map((line) => parseYuan(line.detItemFeeSumamt)));
  const shares = [data.fulamtOwnpayAmt, data.overlmtSelfpay, data.preselfpayAmt, data.inscpScpAmt];
  if (lines !== total) return refuse("明细金额之和与医疗费总额不符");
  if (sumFen(shares.map(parseYuan)) !== total) return refuse("费用分割之和与医疗费总额不符");
  const { ecToken, payAuthNo } = data;
  if ((ecToken === undefined) === (payAuthNo === undefined)) {
    return refuse("令牌与授权码须且只能有一个");
  }
  const known = findOrder(mobile, "med_org_ord", data.medOrgOrd);
  if (known) return uploadedAgain(known, data);
  const visit = openVisit(mobile, data);
  if (visit === null || visit.kind === "refused") return visit;
  const serial = Number(mobile.store.find("select count(*) as n from mobile_order")?.["n"]) + 1;
  const day = chinaTime(mobile.clock.now()).replace(/\D/g, "");
  const row = putOrder(mobile, {
    pay_ord_id: `ORD441900${day}${String(serial).padStart(NUMBER_DIGITS, "0")}`,
    med_org_ord: data.medOrgOrd,
    org: data.orgCodg,
    pay_token: `PT${crypto.randomUUID().replaceAll("-", "")}`,
    content: contentOf(data),
    data: JSON.stringify(data),
    psn_no: data.psnNo,
    insutype: data.insutype,
    insuplc: data.insuplcAdmdvs,
    mdtrt_id: visit.mdtrtId,
    ord_stas: 0,
    quote: null,
    setl_id: null,
    figures: null,
    revs_token: null,
    refund_number: null,
    at: mobile.clock.now().getTime(),
  });
  return uploaded(row);
}

/** 6202: presettles; again as long as nothing was paid. */
export function place(mobile: Mobile, raw: unknown): Result | null {
  const data = placeSchema.safeParse(raw).data;
  const order = data && findOrder(mobile, "pay_ord_id", data.payOrdId);
  if (!data || !order || order.pay_token !== data.payToken) return refuse("订单不存在");
  if (order.ord_stas > 1) return refuse("订单状态不允许下单");
  const answer = ask(mobile, order, { infno: "2206", input: settleInput(order) });
  if (answer?.kind !== "done") return answer && refuse(answer.text);
  const quote = JSON.stringify(answer.output.setlinfo);
  return done(orderData(putOrder(mobile, { ...order, ord_stas: 1, quote })));
}

/** 6301: by the centre's number or ours. */
export function query(mobile: Mobile, raw: unknown): Result {
  const data = orderKeySchema.safeParse(raw).data;
  const order = data && findAnyhow(mobile, data);
  if (!order) return refuse("订单不存在");
  if (mobile.faults.take("mobile_insurance", "6301", "no_amounts")) {
    return done({ payOrdId: order.pay_ord_id, ordStas: "18" });
  }
  return done(orderData(order));
}

/** 6401: before payment, and with it the visit. */
export function revoke(mobile: Mobile, raw: unknown): Result | null {
  const data = orderKeySchema.safeParse(raw).data;
  const order = data && findAnyhow(mobile, data);
  if (!order) return refuse("订单不存在");
  if (order.ord_stas === 12) return done({ success: true, message: "已撤销" });
  if (order.ord_stas > 1) return refuse("订单已支付，不能撤销");
  closeVisit(mobile, order);
  putOrder(mobile, { ...order, ord_stas: 12 });
  return done({ success: true, message: "成功" });
}

/** 6203 of the insurance part. `EXP` is said of a refund that is done all the same. */
export function refund(mobile: Mobile, raw: unknown): Result | null {
  const data = refundSchema.safeParse(raw).data;
  const order = data && findOrder(mobile, "pay_ord_id", data.payOrdId);
  if (!data || !order) return refuse("订单不存在");
  if (order.refund_number === data.appRefdSn) return refunded(data);
  if (order.ord_stas !== 6) return refuse("订单状态不允许退费");
  if (!isAuthorised(order, data)) return refuse("退费授权无效");
  const figures = figuresOf(order.figures);
  const isWhole = parseYuan(data.fundRefdAmt) === figures.fund &&
    parseYuan(data.psnAcctRefdAmt) === figures.account && parseYuan(data.cashRefdAmt) === 0n &&
    parseYuan(data.totlRefdAmt) === figures.fund + figures.account;
  if (data.refdType !== "HI" || !isWhole) return refuse("退费金额与原结算不符");
  const { psn_no, mdtrt_id, setl_id } = order;
  const answer = ask(mobile, order, {
    infno: "2208",
    input: { data: { psn_no, mdtrt_id, setl_id } },
  });
  if (answer?.kind !== "done") return answer && refuse(answer.text);
  closeVisit(mobile, order);
  putOrder(mobile, { ...order, ord_stas: 8, refund_number: data.appRefdSn });
  queueReport(mobile, order.pay_ord_id, 8);
  return mobile.faults.take("mobile_insurance", "6203", "exp")
    ? done({ refStatus: "EXP" })
    : refunded(data);
}

/** The wallet says that the patient paid: insurance settles, or the order fails for good. */
export function settleOrder(mobile: Mobile, order: OrderRow): "settled" | "failed" {
  const answer = ask(mobile, order, { infno: "2207", input: settleInput(order, true) });
  if (answer?.kind !== "done") {
    closeVisit(mobile, order);
    putOrder(mobile, { ...order, ord_stas: 15 });
    queueReport(mobile, order.pay_ord_id, 15);
    return "failed";
  }
  const { setlinfo } = answer.output;
  putOrder(mobile, {
    ...order,
    ord_stas: 6,
    setl_id: setlinfo.setl_id,
    figures: JSON.stringify(setlinfo),
    revs_token: `RV${crypto.randomUUID().replaceAll("-", "")}`,
  });
  queueReport(mobile, order.pay_ord_id, 6);
  return "settled";
}

/** 6202 and 6301, and 6302 with its own spelling of the cash part. */
export function orderData(order: OrderRow): Readonly<Record<string, unknown>> {
  const said = order.figures ?? order.quote;
  const head = {
    payOrdId: order.pay_ord_id,
    payToken: order.pay_token,
    ordStas: String(order.ord_stas),
    medOrgOrd: order.med_org_ord,
    orgCode: order.org,
  };
  if (said === null) return head;
  const setlinfo = setlinfoSchema.parse(JSON.parse(said));
  return {
    ...head,
    feeSumamt: yuan(setlinfo.medfee_sumamt),
    ownPayAmt: yuan(setlinfo.psn_cash_pay),
    psnAcctPay: yuan(setlinfo.acct_pay),
    fundPay: yuan(setlinfo.fund_pay_sumamt),
    acctMulaidPay: yuan(setlinfo.acct_mulaid_pay),
    hospPartAmt: yuan(setlinfo.hosp_part_amt),
    othFeeAmt: "0.00",
    hiDocSn: order.setl_id,
    hiRgstSn: order.mdtrt_id,
    revsToken: order.revs_token,
    extData: { preSetl: JSON.parse(said) },
  };
}

export interface OrderFigures {
  readonly fund: bigint;
  readonly account: bigint;
  readonly other: bigint;
  readonly cash: bigint;
}

export function figuresOf(packed: string | null): OrderFigures {
  const setlinfo = setlinfoSchema.parse(JSON.parse(packed ?? "null"));
  return {
    fund: parseYuan(setlinfo.fund_pay_sumamt),
    account: parseYuan(setlinfo.acct_pay) + parseYuan(setlinfo.acct_mulaid_pay),
    other: parseYuan(setlinfo.hosp_part_amt),
    cash: parseYuan(setlinfo.psn_cash_pay),
  };
}

const setlinfoSchema = z.looseObject({
  medfee_sumamt: z.number(),
  psn_cash_pay: z.number(),
  acct_pay: z.number(),
  acct_mulaid_pay: z.number(),
  fund_pay_sumamt: z.number(),
  hosp_part_amt: z.number(),
  fulamt_ownpay_amt: z.number(),
  overlmt_selfpay: z.number(),
  preselfpay_amt: z.number(),
  inscp_scp_amt: z.number(),
});

type Upload = z.infer<typeof uploadSchema>;

function uploadedAgain(known: OrderRow, data: Upload): Result {
  if (known.ord_stas > 1) return refuse("订单已支付或已撤销");
  return known.content === contentOf(data) ? uploaded(known) : refuse("同一订单号内容不同");
}

function uploaded(row: OrderRow): Result {
  const { pay_ord_id: payOrdId, pay_token: payToken, mdtrt_id: mdtrtId } = row;
  return done({ payOrdId, payToken, extData: { mdtrtId } });
}

/** A token scanned anew is no other content. */
function contentOf({ ecToken: _, ...content }: Upload): string {
  return JSON.stringify(content);
}

interface OpenedVisit {
  readonly kind: "done";
  readonly mdtrtId: string;
}

/** 2201, 2203, 2204 */
function openVisit(
  mobile: Mobile,
  data: Upload,
): OpenedVisit | Result & { kind: "refused" } | null {
  const at = { psn_no: data.psnNo, insuplc: data.insuplcAdmdvs, org: data.orgCodg };
  const registered = ask(mobile, at, {
    infno: "2201",
    input: {
      data: {
        psn_no: data.psnNo,
        insutype: data.insutype,
        begntime: data.begntime,
        mdtrt_cert_type: "01",
        mdtrt_cert_no: data.ecToken ?? data.payAuthNo,
        ipt_otp_no: data.iptOtpNo,
        atddr_no: data.atddrNo,
        dr_name: data.drName,
        dept_code: data.deptCode,
        dept_name: data.deptName,
        caty: data.caty,
      },
    },
  });
  if (registered?.kind !== "done") return registered && { kind: "refused", text: registered.text };
  const mdtrtId: string = registered.output.data.mdtrt_id;
  const key = { mdtrt_id: mdtrtId, psn_no: data.psnNo };
  const diseinfo = data.diseinfoList.map((one) => ({
    diag_type: one.diagType,
    diag_srt_no: one.diagSrtNo,
    diag_code: one.diagCode,
    diag_name: one.diagName,
    diag_dept: one.diagDept,
    dise_dor_no: one.diseDorNo,
    dise_dor_name: one.diseDorName,
    diag_time: one.diagTime,
    vali_flag: one.valiFlag,
  }));
  const mdtrtinfo = { ...key, med_type: data.medType, begntime: data.begntime };
  const messages = [
    { infno: "2203", input: { mdtrtinfo, diseinfo } },
    {
      infno: "2204",
      input: { feedetail: data.feedetailList.map((line) => feeOf(data, key, line)) },
    },
  ];
  for (const message of messages) {
    const answer = ask(mobile, at, message);
    if (answer?.kind !== "done") return answer && { kind: "refused", text: answer.text };
  }
  return { kind: "done", mdtrtId };
}

function feeOf(
  data: Upload,
  key: { readonly mdtrt_id: string; readonly psn_no: string },
  line: z.infer<typeof feeSchema>,
) {
  return {
    feedetl_sn: line.feedetlSn,
    ...key,
    chrg_bchno: data.chrgBchno,
    rx_circ_flag: line.rxCircFlag,
    fee_ocur_time: line.feeOcurTime,
    med_list_codg: line.medListCodg,
    medins_list_codg: line.medinsListCodg,
    det_item_fee_sumamt: line.detItemFeeSumamt,
    cnt: line.cnt,
    pric: line.pric,
    bilg_dept_codg: line.bilgDeptCodg,
    bilg_dept_name: line.bilgDeptName,
    bilg_dr_codg: line.bilgDrCodg,
    bilg_dr_name: line.bilgDrName,
    hosp_appr_flag: line.hospApprFlag,
  };
}

function settleInput(order: OrderRow, isFinal = false) {
  const data = uploadSchema.parse(JSON.parse(order.data));
  const quote = isFinal ? setlinfoSchema.parse(JSON.parse(order.quote ?? "null")) : null;
  return {
    data: {
      psn_no: order.psn_no,
      mdtrt_cert_type: "01",
      mdtrt_cert_no: data.ecToken ?? data.payAuthNo,
      med_type: data.medType,
      medfee_sumamt: data.medfeeSumamt,
      psn_setlway: data.psnSetlway,
      mdtrt_id: order.mdtrt_id,
      chrg_bchno: data.chrgBchno,
      acct_used_flag: data.acctUsedFlag,
      insutype: order.insutype,
      ...(quote && {
        fulamt_ownpay_amt: quote.fulamt_ownpay_amt,
        overlmt_selfpay: quote.overlmt_selfpay,
        preselfpay_amt: quote.preselfpay_amt,
        inscp_scp_amt: quote.inscp_scp_amt,
      }),
    },
  };
}

/** Lines and visit go, so that the number is free for another try. */
function closeVisit(mobile: Mobile, order: OrderRow): void {
  const { psn_no, mdtrt_id } = order;
  const { iptOtpNo } = uploadSchema.parse(JSON.parse(order.data));
  const key = { psn_no, mdtrt_id };
  ask(mobile, order, { infno: "2205", input: { data: { ...key, chrg_bchno: "0000" } } });
  ask(mobile, order, { infno: "2202", input: { data: { ...key, ipt_otp_no: iptOtpNo } } });
}

function findAnyhow(
  mobile: Mobile,
  key: { readonly payOrdId?: string | undefined; readonly medOrgOrd?: string | undefined },
): OrderRow | null {
  if (key.payOrdId) return findOrder(mobile, "pay_ord_id", key.payOrdId);
  return key.medOrgOrd ? findOrder(mobile, "med_org_ord", key.medOrgOrd) : null;
}

/** A fresh authorisation, or the one that the settlement itself handed out for a reversal. */
function isAuthorised(
  order: OrderRow,
  data: { readonly ecToken?: string | undefined; readonly payAuthNo?: string | undefined },
): boolean {
  if ((data.ecToken === undefined) === (data.payAuthNo === undefined)) return false;
  return data.payAuthNo === undefined || data.payAuthNo === order.revs_token;
}

function refunded(data: z.infer<typeof refundSchema>): Result {
  const { totlRefdAmt, cashRefdAmt, fundRefdAmt, psnAcctRefdAmt } = data;
  return done({ refStatus: "SUCC", totlRefdAmt, cashRefdAmt, fundRefdAmt, psnAcctRefdAmt });
}

function ask(
  { centre }: Mobile,
  order: { readonly org: string; readonly insuplc: string },
  message: { readonly infno: string; readonly input: Readonly<Record<string, unknown>> },
): CentreAnswer | null {
  return centre({ ...message, institution: order.org, insuplc: order.insuplc });
}

function yuan(amount: number): string {
  return formatYuan(parseYuan(amount));
}
