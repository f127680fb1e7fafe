import { z } from "zod";

/**
 * The partner bank's aggregate interface (R-PAY-07), modelled on ChinaUMS OPEN-BODY-SIG
 * (nhsa.md §4.2). Request fields are ChinaUMS's; **response shapes, error codes, and that both kinds
 * of order share query, close and refund are our bank profile**, as the provider's are not public.
 * Amounts are fen, times Beijing `yyyy-MM-dd HH:mm:ss`.
 */
export const PATHS = {
  micropay: "/v4/poslink/transaction/pay",
  query: "/v4/poslink/transaction/query",
  revoke: "/v4/poslink/transaction/reversepayment",
  refund: "/v4/poslink/transaction/refund",
  query_refund: "/v4/poslink/transaction/query-refund",
  precreate: "/v1/netpay/bills/get-qrcode",
  close: "/v1/netpay/bills/close-qrcode",
  bill: "/v1/netpay/bills/download",
} as const;

export type BankCall = keyof typeof PATHS;

const code = z.string().min(1).max(64);
const orderNumber = z.string().regex(/^[0-9A-Za-z]{6,40}$/);
const amount = z.int().min(1).max(10_000_000_000);
const time = z.string().regex(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/)
  .refine(
    (text) => !Number.isNaN(Date.parse(text.replace(" ", "T"))),
    "expected a time that exists",
  );
const day = z.iso.date();

export const micropayRequest = z.strictObject({
  merchantCode: code,
  terminalCode: code,
  transactionAmount: amount,
  transactionCurrencyCode: z.literal("156"),
  merchantOrderId: orderNumber,
  merchantRemark: z.string().max(128),
  payMode: z.literal("CODE_SCAN"),
  payCode: z.string().regex(/^\d{16,24}$/),
});

export const precreateRequest = z.strictObject({
  msgId: code,
  requestTimestamp: time,
  mid: code,
  tid: code,
  instMid: z.literal("QRPAYDEFAULT"),
  billNo: orderNumber,
  billDate: day,
  billDesc: z.string().max(128),
  totalAmount: amount,
  expireTime: time,
  notifyUrl: z.url().max(512),
});

/** Also of a revocation, which ends a scanned order whatever the customer is doing with it. */
export const queryRequest = z.strictObject({
  merchantCode: code,
  terminalCode: code,
  merchantOrderId: orderNumber,
});

/** Of an order the bank does not know it leaves a mark, so that the order is refused if it comes late. */
export const closeRequest = z.strictObject({
  msgId: code,
  requestTimestamp: time,
  mid: code,
  tid: code,
  instMid: z.literal("QRPAYDEFAULT"),
  billNo: orderNumber,
  billDate: day,
});

export const refundRequest = z.strictObject({
  merchantCode: code,
  terminalCode: code,
  merchantOrderId: orderNumber,
  refundRequestId: orderNumber,
  transactionAmount: amount,
});

export const queryRefundRequest = z.strictObject({
  merchantCode: code,
  merchantOrderId: orderNumber,
  refundRequestId: orderNumber,
});

export const billRequest = z.strictObject({ mid: code, billDate: day });

export const BILL_STATUSES = [
  "UNPAID",
  "PAYING",
  "PAID",
  "REFUND",
  /** A scanned payment that was taken back whole before the day's settlement. */
  "REVOKED",
  "CLOSED",
  "FAILED",
] as const;
export const REFUND_STATUSES = ["SUCCESS", "PROCESSING", "FAILED"] as const;
export const WALLETS = ["WXPAY", "ALIPAY", "UNIONPAY"] as const;

/** Integers come as numbers or digits in a string, depending on the bank's release. */
const echoedFen = z.union([z.int(), z.string().regex(/^\d{1,15}$/)]).transform(BigInt);

/** Answer to pay, get-qrcode, query and close; what is there depends on the status. */
export const orderReply = z.object({
  errCode: z.string().min(1).max(64),
  errMsg: z.string().nullish(),
  merchantOrderId: z.string().nullish(),
  /** The bank's own number. */
  orderId: z.string().min(1).max(64).nullish(),
  transactionAmount: echoedFen.nullish(),
  billStatus: z.enum(BILL_STATUSES).nullish(),
  /** Why an order is FAILED or CLOSED. */
  statusCode: z.string().max(64).nullish(),
  statusMsg: z.string().nullish(),
  billQRCode: z.string().min(1).max(512).nullish(),
  expireTime: time.nullish(),
  payWallet: z.enum(WALLETS).nullish(),
  payTime: time.nullish(),
});

export const refundReply = z.object({
  errCode: z.string().min(1).max(64),
  errMsg: z.string().nullish(),
  merchantOrderId: z.string().nullish(),
  refundRequestId: z.string().nullish(),
  /** The bank's own number of the refund. */
  refundOrderId: z.string().min(1).max(64).nullish(),
  transactionAmount: echoedFen.nullish(),
  refundStatus: z.enum(REFUND_STATUSES).nullish(),
  statusCode: z.string().max(64).nullish(),
  statusMsg: z.string().nullish(),
});

/** Sent by the bank to `notifyUrl` under the same signature; we answer `SUCCESS` or `FAILED`. */
export const notifyBody = z.object({
  merchantCode: code,
  merchantOrderId: orderNumber,
  orderId: code,
  transactionAmount: echoedFen,
  billStatus: z.enum(BILL_STATUSES),
  payWallet: z.enum(WALLETS).nullish(),
  payTime: time.nullish(),
});

/** Header row of the T+1 file; a `合计` row ends it. UTF-8, yuan with two decimals, refunds negative. */
export const BILL_COLUMNS = [
  "交易时间",
  "商户号",
  "终端号",
  "交易类型",
  "商户订单号",
  "银行订单号",
  "商户退款单号",
  "支付方式",
  "金额",
] as const;

export type MicropayRequest = z.infer<typeof micropayRequest>;
export type PrecreateRequest = z.infer<typeof precreateRequest>;
export type QueryRequest = z.infer<typeof queryRequest>;
export type CloseRequest = z.infer<typeof closeRequest>;
export type RefundRequest = z.infer<typeof refundRequest>;
export type QueryRefundRequest = z.infer<typeof queryRefundRequest>;
export type BillRequest = z.infer<typeof billRequest>;
export type Wallet = (typeof WALLETS)[number];
/** As sent, so with amounts as the bank writes them: integers. */
export type OrderReply = z.input<typeof orderReply>;
export type RefundReply = z.input<typeof refundReply>;
export type NotifyBody = z.input<typeof notifyBody>;
