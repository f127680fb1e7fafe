import { Hono } from "hono";
import { z } from "zod";
import { type Wallet, WALLETS } from "../../server/gateways/aggregate_pay/wire.ts";
import { listLimit } from "../list_limit.ts";
import type { OrderRow } from "./bank_store.ts";
import { type Bank, type BankRefusal, isRefusal } from "./order_book.ts";
import { PAY_CSS, payPage, STATE_TEXTS } from "./pay_page.ts";
import { payByPhone, refuseByPhone } from "./payments.ts";

/**
 * What is not the bank's interface: the customer's phone, for people and for tests.
 *
 * | call | does |
 * |---|---|
 * | `GET  /sandbox/orders?limit=` | the newest orders |
 * | `POST /sandbox/orders/{number}/pay` `{ wallet? }` | the phone pays; `refuse` likewise |
 * | `POST /sandbox/orders/{number}/notify` `{ inMs? }` | one more notice of a paid order |
 * | `POST /sandbox/phone` `{ do: "pay" \| "refuse", codeText }` | by the text of the shown QR |
 * | `GET  /pay/{token}` | the page behind the QR |
 */

const ORDERS_SHOWN_MAX = 100;
const NOTICE_DELAY_MS_MAX = 86_400_000;

const payBody = z.strictObject({ wallet: z.enum(WALLETS).optional() });
const notifyBody = z.strictObject({
  inMs: z.int().min(0).max(NOTICE_DELAY_MS_MAX).optional(),
});
const phoneBody = z.strictObject({
  do: z.enum(["pay", "refuse"]),
  codeText: z.string().min(1).max(512),
});

export function bankControls(bank: Bank): Hono {
  const app = new Hono();
  app.get("/sandbox/orders", (c) => {
    const limit = listLimit(c.req.query("limit"), ORDERS_SHOWN_MAX);
    return c.json({ orders: bank.store.newestOrders(limit).map(overview) });
  });
  app.post("/sandbox/orders/:number/pay", async (c) => {
    const body = payBody.safeParse(await c.req.json().catch(() => ({})));
    if (!body.success) return c.json(BAD_BODY, 400);
    const order = payByPhone(bank, c.req.param("number"), body.data.wallet ?? "WXPAY");
    return c.json(phoneReply(order), isRefusal(order) ? 409 : 200);
  });
  app.post("/sandbox/orders/:number/refuse", (c) => {
    const order = refuseByPhone(bank, c.req.param("number"));
    return c.json(phoneReply(order), isRefusal(order) ? 409 : 200);
  });
  app.post("/sandbox/orders/:number/notify", async (c) => {
    const body = notifyBody.safeParse(await c.req.json().catch(() => ({})));
    if (!body.success) return c.json(BAD_BODY, 400);
    const order = bank.store.findOrder("number", c.req.param("number"));
    if (!order?.paid_ms || !order.notify_url) return c.json(NOT_PAID, 409);
    bank.store.addNotice(order.number, bank.clock.now().getTime() + (body.data.inMs ?? 0));
    return c.json({ kind: "done" });
  });
  app.post("/sandbox/phone", async (c) => {
    const body = phoneBody.safeParse(await c.req.json().catch(() => null));
    if (!body.success) return c.json(BAD_BODY, 400);
    const token = body.data.codeText.split("/").pop() ?? "";
    const number = bank.store.findOrder("token", token)?.number ?? "";
    const order = body.data.do === "pay"
      ? payByPhone(bank, number, "WXPAY")
      : refuseByPhone(bank, number);
    return c.json(phoneReply(order));
  });
  app.get("/pay.css", (c) => c.body(PAY_CSS, 200, { "content-type": "text/css" }));
  app.get(
    "/pay/:token",
    (c) => c.html(payPage(bank.store.findOrder("token", c.req.param("token")))),
  );
  app.post("/pay/:token", async (c) => {
    const order = bank.store.findOrder("token", c.req.param("token"));
    const wallet = String((await c.req.parseBody())["wallet"] ?? "");
    if (order && isWallet(wallet)) payByPhone(bank, order.number, wallet);
    else if (order && wallet === "refuse") refuseByPhone(bank, order.number);
    return c.redirect(c.req.param("token"), 303);
  });
  return app;
}

const BAD_BODY = { kind: "not_done", reason: "请求不合规范" };
const NOT_PAID = { kind: "not_done", reason: "订单未支付或没有通知地址" };

function phoneReply(order: OrderRow | BankRefusal): { kind: string; reason?: string } {
  return isRefusal(order) ? { kind: "not_done", reason: order.errMsg } : { kind: "done" };
}

function isWallet(text: string): text is Wallet {
  return WALLETS.some((wallet) => wallet === text);
}

function overview(order: OrderRow): Record<string, unknown> {
  return {
    number: order.number,
    channelNumber: order.channel_number,
    mode: order.mode,
    merchant: order.merchant,
    terminal: order.terminal,
    title: order.title,
    amountFen: String(order.amount_fen),
    paidFen: order.paid_fen === null ? null : String(order.paid_fen),
    refundedFen: String(order.refunded_fen),
    status: order.status,
    statusText: order.status_text ?? STATE_TEXTS[order.status],
    wallet: order.wallet,
    openedAt: new Date(order.opened_ms).toISOString(),
    token: order.token,
  };
}
