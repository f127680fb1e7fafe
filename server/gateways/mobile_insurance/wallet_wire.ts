import { z } from "zod";
import { asFen } from "../../platform/money.ts";

/** The wallet's mixed order (微信医保支付, nhsa.md §2.6); amounts in whole fen. */

const fen = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).transform((n) => asFen(BigInt(n)));

export const mixOrderSchema = z.object({
  mix_trade_no: z.string().min(1).max(64),
  mix_pay_status: z.enum(["MIX_PAY_CREATED", "MIX_PAY_SUCCESS", "MIX_PAY_REFUND", "MIX_PAY_FAIL"])
    .or(z.enum(["SUCCESS", "REFUND", "FAIL"]))
    .transform((status) => status.replace("MIX_PAY_", "")),
  mix_pay_type: z.enum(["CASH_ONLY", "INSURANCE_ONLY", "CASH_AND_INSURANCE"]).optional(),
  self_pay_status: z.string().optional(),
  med_ins_pay_status: z.string().optional(),
  med_ins_cash_fee: fen.optional(),
  wechat_pay_cash_fee: fen.optional(),
  paid_time: z.string().optional(),
  /** What a phone scans to pay. */
  code_url: z.string().max(512).optional(),
});

export const walletRefundSchema = z.object({
  refund_id: z.string().min(1).max(64),
  out_refund_no: z.string(),
  status: z.enum(["SUCCESS", "PROCESSING", "ABNORMAL", "CLOSED"]),
  amount: z.object({ refund: fen }),
});

export const walletErrorSchema = z.object({ code: z.string(), message: z.string().default("") });

export type MixOrder = z.infer<typeof mixOrderSchema>;
export type WalletRefund = z.infer<typeof walletRefundSchema>;
export type MixType = "CASH_ONLY" | "INSURANCE_ONLY" | "CASH_AND_INSURANCE";
