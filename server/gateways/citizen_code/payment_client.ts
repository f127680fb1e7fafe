import type { z } from "zod";
import { done, notSent, type Outcome, refused, unknown } from "../../platform/outcome.ts";
import { callCodePlatform, type CodePlatformLine } from "./signed_call.ts";
import {
  type CodeOrder,
  type CodePayment,
  type CodePaymentCall,
  type CodeRefund,
  type CodeRefundQuery,
  type PayByCode,
  PAYMENT_PATHS,
  paymentAnswer,
  type PaymentRefusal,
  paymentSchema,
  type RefundByCode,
  refundedSchema,
} from "./wire/payment.ts";

/** A refusal's code is the platform's; a call under known numbers is answered the same again. */
export interface CodePaymentClient {
  pay(order: PayByCode): Promise<Outcome<CodePayment>>;
  /** Null: the platform never saw the order. */
  query(order: CodeOrder): Promise<Outcome<CodePayment | null>>;
  /** Refused `order_paid` when the money is there already. */
  close(order: CodeOrder): Promise<Outcome<CodePayment>>;
  refund(refund: RefundByCode): Promise<Outcome<CodeRefund>>;
  queryRefund(refund: CodeRefundQuery): Promise<Outcome<CodeRefund | null>>;
}

export function openCodePaymentClient(line: CodePlatformLine): CodePaymentClient {
  return {
    pay: (order) => change(line, { call: "pay", asked: order }, paymentSchema),
    query: (order) =>
      look(line, { call: "query", asked: order, none: "unknown_order" }, paymentSchema),
    close: (order) => change(line, { call: "close", asked: order }, paymentSchema),
    refund: (refund) => change(line, { call: "refund", asked: refund }, refundedSchema),
    queryRefund: (refund) =>
      look(line, { call: "query_refund", asked: refund, none: "unknown_refund" }, refundedSchema),
  };
}

/** The platform did not look at this very call; an earlier one under the same number may have gone through. */
const NOT_LOOKED_AT: ReadonlySet<PaymentRefusal> = new Set(["bad_request", "bad_signature"]);

async function change<Data>(
  line: CodePlatformLine,
  { call, asked }: { readonly call: CodePaymentCall; readonly asked: unknown },
  schema: z.ZodType<Data>,
): Promise<Outcome<Data>> {
  const sent = { path: PAYMENT_PATHS[call], asked, readOnly: false };
  const answer = await callCodePlatform(line, sent, paymentAnswer);
  if (answer.kind !== "done") return answer;
  const { code, message, data } = answer.value;
  if (code === "ok") return readData(schema, data);
  if (NOT_LOOKED_AT.has(code)) return notSent(`the code platform says ${code}`);
  // Another order has our number: whatever happened to ours, this does not say it.
  return code === "number_taken"
    ? unknown("the number belongs to another order")
    : refused(code, message ?? "");
}

async function look<Data>(
  line: CodePlatformLine,
  { call, asked, none }: {
    readonly call: CodePaymentCall;
    readonly asked: unknown;
    readonly none: PaymentRefusal;
  },
  schema: z.ZodType<Data>,
): Promise<Outcome<Data | null>> {
  const sent = { path: PAYMENT_PATHS[call], asked, readOnly: true };
  const answer = await callCodePlatform(line, sent, paymentAnswer);
  if (answer.kind !== "done") return answer;
  const { code, data } = answer.value;
  if (code === "ok") return readData(schema, data);
  return code === none ? done(null) : unknown(`the code platform says ${code}`);
}

function readData<Data>(schema: z.ZodType<Data>, data: unknown): Outcome<Data> {
  const read = schema.safeParse(data);
  return read.success ? done(read.data) : unknown("the answer is not of the agreed form");
}
