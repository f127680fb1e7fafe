import { z } from "zod";
import { findMix, findOrder, type MixRow, type Mobile, putMix, putOrder } from "./centre_book.ts";
import { figuresOf, settleOrder } from "./centre_calls.ts";

/** The wallet's mixed orders (nhsa.md §2.6). Insurance settles when the patient's part is paid. */

export interface WalletReply {
  readonly status: 200 | 204 | 400 | 404;
  readonly body: Readonly<Record<string, unknown>> | null;
}

const fen = z.number().int().min(0);
const orderSchema = z.looseObject({
  mix_pay_type: z.enum(["CASH_ONLY", "INSURANCE_ONLY", "CASH_AND_INSURANCE"]),
  appid: z.string().min(1),
  sub_mchid: z.string().min(1),
  payer: z.strictObject({ name: z.string(), id_digest: z.string(), card_type: z.string() }),
  out_trade_no: z.string().min(1).max(64),
  serial_no: z.string().min(1).max(40),
  pay_order_id: z.string().min(1),
  pay_auth_no: z.string().min(1),
  total_fee: fen,
  med_ins_gov_fee: fen,
  med_ins_self_fee: fen,
  med_ins_other_fee: fen,
  med_ins_cash_fee: fen,
  wechat_pay_cash_fee: fen,
});
const refundSchema = z.looseObject({
  out_trade_no: z.string(),
  out_refund_no: z.string().min(1).max(64),
  amount: z.object({ refund: fen, total: fen }),
});
const medicalSchema = z.looseObject({
  out_refund_no: z.string().min(1).max(64),
  med_refund_total_fee: fen,
});

export function placeMix(mobile: Mobile, raw: unknown): WalletReply {
  const parsed = orderSchema.safeParse(raw);
  if (!parsed.success) return no("PARAM_ERROR", parsed.error.issues[0]?.path.join(".") ?? "");
  const body = parsed.data;
  const known = findMix(mobile, "out_trade_no", body.out_trade_no);
  const content = JSON.stringify([body.mix_pay_type, body.pay_order_id, body.total_fee]);
  if (known) return known.content === content ? shown(known) : no("OUT_TRADE_NO_USED", "单号已用");
  const flaw = flawOf(mobile, body);
  if (flaw !== null) return no("PARAM_ERROR", flaw);
  const mix = putMix(mobile, {
    out_trade_no: body.out_trade_no,
    mix_trade_no: `MIX${body.out_trade_no}`,
    kind: body.mix_pay_type,
    content,
    pay_ord_id: body.pay_order_id,
    status: "MIX_PAY_CREATED",
    cash_fen: body.med_ins_cash_fee,
    refunded_fen: 0,
    at: mobile.clock.now().getTime(),
  });
  return shown(mix.kind === "INSURANCE_ONLY" ? paid(mobile, mix) : mix);
}

/** The patient pays on the phone. */
export function payMix(mobile: Mobile, outTradeNo: string): MixRow | null {
  const mix = findMix(mobile, "out_trade_no", outTradeNo);
  return mix?.status === "MIX_PAY_CREATED" ? paid(mobile, mix) : mix;
}

export function queryMix(mobile: Mobile, outTradeNo: string): WalletReply {
  const mix = findMix(mobile, "out_trade_no", outTradeNo);
  return mix
    ? shown(mix)
    : { status: 404, body: { code: "ORDER_NOT_EXIST", message: "订单不存在" } };
}

/** Of an order never seen it leaves nothing: the wallet knows no tombstones. */
export function closeMix(mobile: Mobile, outTradeNo: string): WalletReply {
  const mix = findMix(mobile, "out_trade_no", outTradeNo);
  if (!mix) return { status: 404, body: { code: "ORDER_NOT_EXIST", message: "订单不存在" } };
  if (mix.status === "SUCCESS" || mix.status === "REFUND") return no("ORDERPAID", "订单已支付");
  putMix(mobile, { ...mix, status: "FAIL" });
  return { status: 204, body: null };
}

export function refundMix(mobile: Mobile, raw: unknown): WalletReply {
  const body = refundSchema.safeParse(raw).data;
  const mix = body && findMix(mobile, "out_trade_no", body.out_trade_no);
  if (!body || !mix) return no("RESOURCE_NOT_EXISTS", "订单不存在");
  const known = mobile.store.find(
    "select amount_fen from mix_refund where out_refund_no = ?",
    body.out_refund_no,
  );
  if (!known) {
    const refuse = mobile.faults.take("mobile_insurance", "refund", "refuse");
    if (refuse) return no("REFUND_REFUSED", refuse.text);
    const left = mix.cash_fen - mix.refunded_fen;
    const isPaid = mix.status === "SUCCESS" || mix.status === "REFUND";
    if (!isPaid || body.amount.refund > left) return no("NOT_ENOUGH", "可退金额不足");
    mobile.store.run(
      "insert into mix_refund values (?, ?, ?)",
      body.out_refund_no,
      mix.out_trade_no,
      body.amount.refund,
    );
    const refunded_fen = mix.refunded_fen + body.amount.refund;
    putMix(mobile, { ...mix, status: "REFUND", refunded_fen });
  }
  return queryRefund(mobile, body.out_refund_no);
}

export function queryRefund(mobile: Mobile, outRefundNo: string): WalletReply {
  const row = mobile.store.find(
    "select amount_fen from mix_refund where out_refund_no = ?",
    outRefundNo,
  );
  if (!row) return { status: 404, body: { code: "RESOURCE_NOT_EXISTS", message: "退款单不存在" } };
  return {
    status: 200,
    body: {
      refund_id: `RFD${outRefundNo}`,
      out_refund_no: outRefundNo,
      status: "SUCCESS",
      amount: { refund: Number(row["amount_fen"]) },
    },
  };
}

/** What insurance gave back, for the wallet to show. */
export function reportMedicalRefund(mobile: Mobile, mixTradeNo: string, raw: unknown): WalletReply {
  const body = medicalSchema.safeParse(raw).data;
  if (!body || !findMix(mobile, "mix_trade_no", mixTradeNo)) return no("PARAM_ERROR", "");
  mobile.store.run(
    "insert or ignore into medical_refund values (?, ?, ?)",
    body.out_refund_no,
    mixTradeNo,
    body.med_refund_total_fee,
  );
  return { status: 204, body: null };
}

/** Sums and numbers must be those of the order at the centre. */
function flawOf(mobile: Mobile, body: z.infer<typeof orderSchema>): string | null {
  const order = findOrder(mobile, "pay_ord_id", body.pay_order_id);
  if (!order || order.med_org_ord !== body.serial_no) return "pay_order_id";
  const isInsured = body.mix_pay_type !== "CASH_ONLY";
  if (order.ord_stas !== (isInsured ? 1 : 6)) return "pay_order_id";
  const parts = body.med_ins_gov_fee + body.med_ins_self_fee + body.med_ins_other_fee;
  if (parts + body.med_ins_cash_fee !== body.total_fee) return "total_fee";
  if (body.wechat_pay_cash_fee !== body.med_ins_cash_fee) return "wechat_pay_cash_fee";
  const figures = figuresOf(order.figures ?? order.quote);
  if (isInsured && BigInt(body.med_ins_gov_fee) !== figures.fund) return "med_ins_gov_fee";
  if (isInsured && BigInt(body.med_ins_self_fee) !== figures.account) return "med_ins_self_fee";
  const cash = body.mix_pay_type === "INSURANCE_ONLY" ? 0n : figures.cash;
  return BigInt(body.med_ins_cash_fee) === cash ? null : "med_ins_cash_fee";
}

/** Cash taken for a settlement that fails goes back by itself, and the order is over. */
function paid(mobile: Mobile, mix: MixRow): MixRow {
  if (mix.kind === "CASH_ONLY") return putMix(mobile, { ...mix, status: "SUCCESS" });
  const order = findOrder(mobile, "pay_ord_id", mix.pay_ord_id);
  if (!order || order.ord_stas !== 1) return putMix(mobile, { ...mix, status: "FAIL" });
  const state = settleOrder(mobile, putOrder(mobile, { ...order, ord_stas: 2 }));
  return putMix(mobile, { ...mix, status: state === "settled" ? "SUCCESS" : "FAIL" });
}

function shown(mix: MixRow): WalletReply {
  const isCash = mix.kind !== "INSURANCE_ONLY";
  const isInsured = mix.kind !== "CASH_ONLY";
  return {
    status: 200,
    body: {
      mix_trade_no: mix.mix_trade_no,
      mix_pay_type: mix.kind,
      mix_pay_status: mix.status,
      self_pay_status: isCash ? `SELF_PAY_${mix.status}` : "NO_SELF_PAY",
      med_ins_pay_status: isInsured ? `MED_INS_${mix.status}` : "NO_MED_INS_PAY",
      med_ins_cash_fee: mix.cash_fen,
      ...(isCash && { code_url: `https://wallet.test/med-ins/${mix.mix_trade_no}` }),
    },
  };
}

function no(code: string, message: string): WalletReply {
  return { status: 400, body: { code, message } };
}
