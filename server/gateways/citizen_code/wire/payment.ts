import { z } from "zod";

/**
 * Paying with the consumption code of an electronic social-security card (电子社保卡消费码,
 * R-PAY-05), at the same code platform and in the same signed envelope as decoding; shapes and
 * refusals are our own profile, as the platform's are not public. Amounts are fen. Order and refund
 * numbers are ours: the same number with the same content is answered the same again.
 */
export const PAYMENT_PATHS = {
  pay: "/citizen-code/v1/payments",
  query: "/citizen-code/v1/payments/query",
  close: "/citizen-code/v1/payments/close",
  refund: "/citizen-code/v1/refunds",
  query_refund: "/citizen-code/v1/refunds/query",
} as const;

export type CodePaymentCall = keyof typeof PAYMENT_PATHS;

const amount = z.int().min(1).max(10_000_000_000);
const number = z.string().regex(/^[0-9a-f]{32}$/);
const merchant = z.string().min(1).max(64);

export const paySchema = z.strictObject({
  orderNumber: number,
  merchant,
  terminal: z.string().min(1).max(64),
  amountFen: amount,
  title: z.string().max(128),
  code: z.string().min(8).max(512),
});
/** Closing what was never asked for leaves a mark, so that it is refused if it comes late. */
export const orderSchema = z.strictObject({ orderNumber: number, merchant });
export const refundSchema = z.strictObject({
  orderNumber: number,
  merchant,
  refundNumber: number,
  amountFen: amount,
});
export const refundQuerySchema = z.strictObject({
  orderNumber: number,
  merchant,
  refundNumber: number,
});

export const PAYMENT_REFUSALS = [
  "unknown_code",
  "expired_code",
  "insufficient",
  "declined",
  "closed",
  "order_paid",
  "unknown_order",
  "unknown_refund",
  "refund_exceeds",
  "refund_declined",
  "account_closed",
  "number_taken",
  "bad_request",
  "bad_signature",
] as const;

export type PaymentRefusal = (typeof PAYMENT_REFUSALS)[number];

export const paymentSchema = z.object({
  orderNumber: number,
  state: z.enum(["paid", "closed", "refused"]),
  amountFen: z.int().min(0),
  reference: z.string().min(1).max(64).nullable(),
  paidAt: z.iso.datetime().nullable(),
  /** Why it was refused. */
  refusal: z.enum(PAYMENT_REFUSALS).nullable(),
});

export const refundedSchema = z.object({
  refundNumber: number,
  state: z.enum(["refunded", "processing"]),
  amountFen: z.int().min(1),
  reference: z.string().min(1).max(64),
});

/** Every answer; `data` is there with `ok`. */
export const paymentAnswer = z.object({
  code: z.enum(["ok", ...PAYMENT_REFUSALS]),
  message: z.string().max(200).optional(),
  data: z.unknown().optional(),
});

export type PayByCode = z.infer<typeof paySchema>;
export type CodeOrder = z.infer<typeof orderSchema>;
export type RefundByCode = z.infer<typeof refundSchema>;
export type CodeRefundQuery = z.infer<typeof refundQuerySchema>;
export type CodePayment = z.infer<typeof paymentSchema>;
export type CodeRefund = z.infer<typeof refundedSchema>;
