import assert from "node:assert/strict";
import { openCodePaymentClient } from "../../../gateways/citizen_code/payment_client.ts";
import type { PaymentRefusal } from "../../../gateways/citizen_code/wire/payment.ts";
import { newId } from "../../../platform/ids.ts";
import { asFen } from "../../../platform/money.ts";
import type { ChannelTrade, TenderChannel } from "../channel.ts";
import { citizenCodeChannel } from "./citizen_code.ts";

const NOW = new Date("2026-11-23T01:00:00Z");
const TRADE: ChannelTrade = {
  tradeId: newId(NOW),
  orderId: newId(NOW),
  institutionId: newId(NOW),
  mode: "citizen_code",
  merchant: "H44190000001",
  terminalNumber: "T0001",
  amount: asFen(5_420n),
};

/** A platform that gives every call the same answer. */
function answering(code: "ok" | PaymentRefusal, data?: unknown): TenderChannel {
  const body = JSON.stringify({ code, data });
  const send = () => Promise.resolve({ kind: "answered", status: 200, body } as const);
  const key = { app: "yikatong", secret: "of tests" };
  const party = { name: "citizen_code", send };
  return citizenCodeChannel(openCodePaymentClient({ party, key, clock: { now: () => NOW } }));
}

function payment(state: "paid" | "closed" | "refused", tradeId = TRADE.tradeId) {
  return {
    orderNumber: tradeId.replaceAll("-", ""),
    state,
    amountFen: 5_420,
    reference: state === "paid" ? "R1" : null,
    paidAt: null,
    refusal: null,
  };
}

Deno.test("close() is done only by the word that this very order is not paid", async () => {
  assert.equal((await answering("ok", payment("closed")).close(TRADE)).kind, "done");
  assert.equal((await answering("ok", payment("refused")).close(TRADE)).kind, "done");
  const paid = await answering("ok", payment("paid")).close(TRADE);
  assert.ok(paid.kind === "refused" && paid.code === "payment.already_paid");
  const other = await answering("ok", payment("closed", newId(NOW))).close(TRADE);
  assert.equal(other.kind, "unknown");
  assert.equal((await answering("declined").close(TRADE)).kind, "unknown");
});

Deno.test("collect() is refused only by what ends a payment", async () => {
  const how = { presented: { kind: "code", code: "SSP0" }, title: "缴费", expiresAt: NOW } as const;
  const ended = await answering("insufficient").collect(TRADE, how);
  assert.ok(ended.kind === "refused" && ended.code === "payment.insufficient");
  for (const code of ["order_paid", "unknown_order", "refund_exceeds"] as const) {
    assert.equal((await answering(code).collect(TRADE, how)).kind, "unknown", code);
  }
});
