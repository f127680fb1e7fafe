import { type Context, Hono } from "hono";
import type { z } from "zod";
import {
  type BankCall,
  billRequest,
  closeRequest,
  micropayRequest,
  PATHS,
  precreateRequest,
  queryRefundRequest,
  queryRequest,
  refundRequest,
} from "../../server/gateways/aggregate_pay/wire.ts";
import { type BankSecrets, isFromMerchant } from "./bank_signature.ts";
import type { OrderRow } from "./bank_store.ts";
import { billFile } from "./bill_file.ts";
import { type Bank, type BankRefusal, lookUpOrder, NOT_FOUND } from "./order_book.ts";
import { chargeCode, closeOrder, openQrOrder, revokeOrder } from "./payments.ts";
import { currentRefund, refundOrder } from "./refunds.ts";
import { replyOfOrder, replyOfRefund } from "./replies.ts";

export interface BankCallOptions {
  readonly secrets: BankSecrets;
  readonly publicUrl: () => string;
}

/** The call's name for faults; also under a prefix. */
export function callOfPath(path: string): string {
  const calls = Object.entries(PATHS);
  return calls.find(([, ending]) => path.endsWith(ending))?.[0] ?? path;
}

/** The signed interface; everything is answered with HTTP 200 and an error code, as banks do. */
export function bankCalls(bank: Bank, options: BankCallOptions): Hono {
  const app = new Hono();
  const orderReply = (call: BankCall, order: OrderRow | BankRefusal) => {
    const wrong = bank.faults.take("aggregate_pay", call, "wrong_amount");
    return replyOfOrder(order, { publicUrl: options.publicUrl(), offByFen: wrong?.byFen ?? 0 });
  };
  const serve = <Request>(
    call: BankCall,
    schema: z.ZodType<Request>,
    answer: (request: Request) => object,
  ) => app.post(PATHS[call], (c) => serveSigned(c, bank, options.secrets, schema, answer));

  serve(
    "precreate",
    precreateRequest,
    (request) => orderReply("precreate", openQrOrder(bank, request)),
  );
  serve("micropay", micropayRequest, (request) => {
    const order = chargeCode(bank, request);
    return orderReply("micropay", order);
  });
  serve("query", queryRequest, (request) => {
    const order = lookUpOrder(bank, request.merchantOrderId, request.merchantCode);
    return orderReply("query", order ?? NOT_FOUND);
  });
  serve("close", closeRequest, (request) => orderReply("close", closeOrder(bank, request)));
  serve("revoke", queryRequest, (request) => orderReply("revoke", revokeOrder(bank, request)));
  serve("refund", refundRequest, (request) => replyOfRefund(refundOrder(bank, request)));
  serve("query_refund", queryRefundRequest, (request) => {
    const refund = currentRefund(bank, request.refundRequestId);
    const isTheirs = refund?.order_number === request.merchantOrderId;
    return refund && isTheirs ? replyOfRefund(refund) : REFUND_NOT_FOUND;
  });
  app.post(PATHS.bill, (c) =>
    serveSigned(c, bank, options.secrets, billRequest, (request) => {
      const text = billFile(bank, request.mid, request.billDate);
      return text === null
        ? new Response("账单尚未生成", { status: 404 })
        : new Response(text, { headers: { "content-type": "text/csv; charset=utf-8" } });
    }));
  return app;
}

const REFUND_NOT_FOUND: BankRefusal = { errCode: "REFUND_NOT_FOUND", errMsg: "退款单不存在" };

async function serveSigned<Request>(
  c: Context,
  bank: Bank,
  secrets: BankSecrets,
  schema: z.ZodType<Request>,
  answer: (request: Request) => object | Response,
): Promise<Response> {
  const body = await c.req.text();
  const header = c.req.header("authorization") ?? "";
  if (!isFromMerchant(secrets, header, body, bank.clock.now())) {
    return c.json({ errCode: "SIGN_ERROR", errMsg: "验签失败" });
  }
  const request = schema.safeParse(parseJson(body));
  if (!request.success) {
    const field = request.error.issues[0]?.path.join(".") ?? "";
    return c.json({ errCode: "BAD_REQUEST", errMsg: `报文不合规范：${field}` });
  }
  const reply = answer(request.data);
  return reply instanceof Response ? reply : c.json(reply);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
