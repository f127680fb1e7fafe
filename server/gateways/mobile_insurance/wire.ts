import { z } from "zod";
import { asFen, type Fen, parseYuan, sumFen } from "../../platform/money.ts";
import { settlementSchema } from "../insurance/wire.ts";

/**
 * The national centre for mobile payment (医保移动支付中心) as it is on the wire: spellings are the
 * standard's, also where they differ between transactions (ownPayAmt of 6202, ownpayAmt of 6302).
 */

export type MobileNumber = "6201" | "6202" | "6203" | "6301" | "6401";

export const MOBILE_PATHS: Readonly<Record<MobileNumber, string>> = {
  "6201": "/org/local/api/hos/uldFeeInfo",
  "6202": "/org/local/api/hos/pay_order",
  "6203": "/org/local/api/hos/refund_Order",
  "6301": "/org/local/api/hos/query_order_info",
  "6401": "/org/local/api/hos/revoke_order",
};

/** What an `ordStas` means for us; nothing but 6 is a settlement for certain. */
export type OrdClass =
  | "processing"
  /** 3 to 5: one half is done, the other not confirmed. */
  | "candidate"
  | "settled"
  | "refunded"
  | "failed"
  /** Refunding, and numbers nobody has explained (18 to 25). */
  | "in_flight";

const SETTLED = 6;
const REFUNDED = [7, 8, 9, 10, 11, 12, 13];
const FAILED = [14, 15, 16];

export function ordClass(ordStas: number): OrdClass {
  if (ordStas >= 0 && ordStas <= 2) return "processing";
  if (ordStas >= 3 && ordStas < SETTLED) return "candidate";
  if (ordStas === SETTLED) return "settled";
  if (REFUNDED.includes(ordStas)) return "refunded";
  return FAILED.includes(ordStas) ? "failed" : "in_flight";
}

/** Statuses after which insurance holds nothing of an order: 7, 8, 11, 12, 13. */
export function isInsuranceBack(ordStas: number): boolean {
  return ordClass(ordStas) === "refunded" && ordStas !== 9 && ordStas !== 10;
}

const RANKS: readonly OrdClass[] = [
  "processing",
  "in_flight",
  "failed",
  "candidate",
  "settled",
  "refunded",
];

/** How far a status has come: reports arrive twice and out of order, and never take one back. */
export function ordRank(ordStas: number): number {
  return RANKS.indexOf(ordClass(ordStas)) * 100 + ordStas;
}

const text = z.union([z.string(), z.number()]).transform(String);
const optionalText = z.union([z.string(), z.number()]).nullish()
  .transform((value) => value === null || value === undefined || value === "" ? null : `${value}`);
const status = z.union([z.string().regex(/^\d{1,2}$/), z.number().int().min(0).max(99)])
  .transform(Number);
const yuan = z.union([z.string(), z.number()]).transform((value, context): Fen => {
  try {
    return parseYuan(value);
  } catch {
    context.addIssue({ code: "custom", message: "expected yuan with two decimals" });
    return z.NEVER;
  }
});
const optionalYuan = z.union([yuan, z.literal("").transform(() => null), z.null()]).optional()
  .transform((value): Fen | null => value ?? null);

export const uploadedSchema = z.object({
  payOrdId: text,
  payToken: text,
  extData: z.object({ mdtrtId: optionalText }).nullish(),
});

const orderFields = {
  ordStas: status,
  feeSumamt: optionalYuan,
  psnAcctPay: optionalYuan,
  fundPay: optionalYuan,
  othFeeAmt: optionalYuan,
  acctMulaidPay: optionalYuan,
  hospPartAmt: optionalYuan,
  hiDocSn: optionalText,
  revsToken: optionalText,
};

/** 6202 and 6301. */
export const orderSchema = z.object({
  payOrdId: text,
  ...orderFields,
  ownPayAmt: optionalYuan,
  extData: z.object({ preSetl: settlementSchema.partial().nullish() }).nullish(),
});

/** 6302: what the centre reports by itself. */
export const reportSchema = z.object({
  payOrdId: text,
  medOrgOrd: text,
  ...orderFields,
  ownpayAmt: optionalYuan,
});

export const refundedSchema = z.object({
  refStatus: z.enum(["SUCC", "FAIL", "EXP"]),
  totlRefdAmt: optionalYuan,
});

export type MobileOrder = z.infer<typeof orderSchema>;
export type MobileReport = z.infer<typeof reportSchema>;

export interface MobileAmounts {
  readonly total: Fen;
  readonly fund: Fen;
  readonly account: Fen;
  readonly other: Fen;
  readonly cash: Fen;
}

/** Null when the answer has none, as of states that are not final. */
export function amountsOf(
  order: MobileOrder,
  rule: { readonly mulaidInsideAccount: boolean },
): MobileAmounts | null {
  const { feeSumamt, fundPay, psnAcctPay, ownPayAmt } = order;
  if (feeSumamt === null || fundPay === null || psnAcctPay === null || ownPayAmt === null) {
    return null;
  }
  const mulaid = rule.mulaidInsideAccount ? 0n : order.acctMulaidPay ?? 0n;
  return {
    total: feeSumamt,
    fund: fundPay,
    account: asFen(psnAcctPay + mulaid),
    other: sumFen([order.othFeeAmt ?? 0n, order.hospPartAmt ?? 0n]),
    cash: ownPayAmt,
  };
}

/** The invariant of 6202, to the fen. */
export function addsUp({ total, fund, account, other, cash }: MobileAmounts): boolean {
  return total === sumFen([fund, account, other, cash]);
}
