import assert from "node:assert/strict";
import { asFen } from "../../platform/money.ts";
import type { PartyReply } from "../../platform/party.ts";
import { readRefund, REFUND_REFUSALS } from "./refund_fact.ts";
import { NO_REFUSALS, PAY_REFUSALS, readTrade } from "./trade_fact.ts";

const ASKED = { number: "3194a", amount: asFen(4879n) };
const PAID = {
  errCode: "SUCCESS",
  merchantOrderId: "3194a",
  orderId: "P1",
  transactionAmount: 4879,
  billStatus: "PAID",
};

function answered(body: unknown, status = 200): PartyReply {
  return { kind: "answered", status, body: typeof body === "string" ? body : JSON.stringify(body) };
}

function pay(body: unknown, status = 200) {
  return readTrade(answered(body, status), ASKED, PAY_REFUSALS);
}

Deno.test("readTrade() takes amounts as numbers or digits", () => {
  for (const transactionAmount of [4879, "4879"]) {
    const outcome = pay({ ...PAID, transactionAmount });
    assert.ok(outcome.kind === "done" && outcome.value.state === "paid");
    assert.equal(outcome.value.amount, 4879n);
  }
});

Deno.test("readTrade() knows nothing from answers that are not the bank's own", () => {
  const strange: [unknown, number][] = [
    [PAID, 502],
    ["<html>502 Bad Gateway</html>", 200],
    ["", 200],
    [[], 200],
    [{ ...PAID, errCode: "" }, 200],
    [{ ...PAID, merchantOrderId: "3194b" }, 200],
    [{ ...PAID, merchantOrderId: undefined }, 200],
    [{ ...PAID, transactionAmount: 48.79 }, 200],
    [{ ...PAID, transactionAmount: undefined }, 200],
    [{ ...PAID, transactionAmount: 0 }, 200],
    [{ ...PAID, transactionAmount: -4879 }, 200],
    [{ ...PAID, orderId: undefined }, 200],
    [{ ...PAID, billStatus: "PROBABLY" }, 200],
    [{ ...PAID, billStatus: undefined }, 200],
    [{ ...PAID, payTime: "2026-13-45 99:99:99" }, 200],
    [{ errCode: "SYSTEM_ERROR" }, 200],
    [{ errCode: "ORDER_MISMATCH" }, 200],
    [{ errCode: "ORDER_PAID" }, 200],
  ];
  for (const [body, status] of strange) {
    assert.equal(pay(body, status).kind, "unknown", JSON.stringify(body));
  }
});

Deno.test("a query that is refused says nothing about the order", () => {
  for (const errCode of [...PAY_REFUSALS, "ORDER_PAID", "SYSTEM_ERROR"]) {
    const outcome = readTrade(answered({ errCode }), ASKED, NO_REFUSALS);
    assert.equal(outcome.kind, "unknown", errCode);
  }
});

Deno.test("readRefund() counts a refund only when number, amount and status are right", () => {
  const good = {
    errCode: "SUCCESS",
    refundRequestId: "3194a",
    refundOrderId: "R1",
    transactionAmount: 4879,
    refundStatus: "SUCCESS",
  };
  const refund = (body: unknown) => readRefund(answered(body), ASKED, REFUND_REFUSALS);
  assert.deepEqual(refund(good), {
    kind: "done",
    value: { state: "refunded", amount: 4879n, reference: "R1" },
  });
  assert.deepEqual(refund({ ...good, refundStatus: "PROCESSING" }), {
    kind: "done",
    value: { state: "processing" },
  });
  const failed = refund({ ...good, refundStatus: "FAILED", statusCode: "ACCOUNT_CLOSED" });
  assert.equal(failed.kind === "refused" && failed.code, "ACCOUNT_CLOSED");
  for (
    const change of [
      { transactionAmount: 4878 },
      { refundRequestId: "3194b" },
      { refundOrderId: null },
      { refundStatus: null },
      { errCode: "REFUND_MISMATCH" },
    ]
  ) {
    assert.equal(refund({ ...good, ...change }).kind, "unknown", JSON.stringify(change));
  }
});

Deno.test("readTrade() and readRefund() survive 5,000 broken answers and never invent money", () => {
  const random = seeded(20261122);
  const text = JSON.stringify({ ...PAID, payTime: "2026-03-12 09:30:15", payWallet: "WXPAY" });
  for (let n = 0; n < 5_000; n++) {
    const at = Math.floor(random() * text.length);
    const broken = text.slice(0, at) + String.fromCharCode(32 + random() * 95) +
      text.slice(at + Math.floor(random() * 3));
    const outcome = readTrade(answered(broken), ASKED, PAY_REFUSALS);
    if (outcome.kind === "done" && outcome.value.state === "paid") {
      assert.equal(outcome.value.asAsked, outcome.value.amount === ASKED.amount);
    }
    assert.notEqual(readRefund(answered(broken), ASKED, REFUND_REFUSALS).kind, "done");
  }
});

/** Park–Miller: the same numbers every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = state * 48_271 % 2_147_483_647) / 2_147_483_647;
}
