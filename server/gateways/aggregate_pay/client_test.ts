import assert from "node:assert/strict";
import { createAggregatePaySandbox } from "../../../sandbox/aggregate_pay/create_aggregate_pay_sandbox.ts";
import { paymentCode } from "../../../sandbox/aggregate_pay/payment_code.ts";
import { Faults, inProcessFetch } from "../../../sandbox/faults.ts";
import { businessDay, OffsetClock } from "../../platform/clock.ts";
import { newId } from "../../platform/ids.ts";
import { asFen } from "../../platform/money.ts";
import { openParty } from "../../platform/party.ts";
import { type BankOrder, openAggregatePay } from "./client.ts";
import { orderNumberOf } from "./order_number.ts";

const SECRETS = { appId: "TESTAPP", appKey: "test-key", notifyKey: "test-notify" };
const TITLE = "门诊缴费";
const DAY_MS = 86_400_000;

function openBank(appKey = SECRETS.appKey) {
  const clock = new OffsetClock();
  const faults = new Faults();
  const sandbox = createAggregatePaySandbox({
    store: ":memory:",
    clock,
    faults,
    secrets: SECRETS,
    publicUrl: () => "http://bank.test",
    fetch: () => Promise.reject(new TypeError("no platform here")),
  });
  const bank = openAggregatePay({
    party: openParty({
      name: "aggregate_pay",
      baseUrl: "http://bank.test",
      timeoutMs: 5_000,
      clock,
      fetch: inProcessFetch((request) => sandbox.app.fetch(request)),
    }),
    config: { ...SECRETS, appKey, orderPrefix: "3194", notifyUrl: "http://us.test/notify" },
    clock,
  });
  const phone = async (order: BankOrder, deed: "pay" | "refuse") => {
    const path = `/sandbox/orders/${orderNumberOf("3194", order.tradeId)}/${deed}`;
    const reply = await sandbox.app.request(path, { method: "POST" });
    assert.equal(reply.status, 200);
  };
  const shown = () => ({ title: TITLE, expiresAt: new Date(clock.now().getTime() + 120_000) });
  const order = (): BankOrder => ({
    tradeId: newId(clock.now()),
    merchant: "898441900000001",
    terminalNumber: "0001",
    amount: asFen(4879n),
  });
  return {
    clock,
    faults,
    sandbox,
    bank,
    phone,
    shown,
    order,
    [Symbol.dispose]: () => sandbox[Symbol.dispose](),
  };
}

const PAYS = { title: TITLE, code: paymentCode("WXPAY", "pays", 1) };

Deno.test("precreate() gives a code that the customer's phone can pay", async () => {
  using own = openBank();
  const order = own.order();
  const made = await own.bank.precreate(order, own.shown());
  assert.equal(made.kind, "done");
  assert.ok(made.kind === "done" && made.value.state === "waiting");
  assert.match(made.value.codeText ?? "", /^http:\/\/bank\.test\/pay\/[0-9a-f]{16}$/);
  assert.deepEqual(await own.bank.precreate(order, own.shown()), made);

  await own.phone(order, "pay");
  const found = await own.bank.query(order);
  assert.ok(found.kind === "done" && found.value.state === "paid");
  assert.equal(found.value.amount, 4879n);
  assert.equal(found.value.asAsked, true);
  assert.equal(found.value.wallet, "WXPAY");
});

Deno.test("micropay() is done, waits for a password, or is refused, as the code has it", async () => {
  using own = openBank();
  const pay = async (code: string) => {
    const order = own.order();
    return { order, reply: await own.bank.micropay(order, { title: TITLE, code }) };
  };
  const atOnce = await pay(paymentCode("ALIPAY", "pays", 2));
  assert.ok(atOnce.reply.kind === "done" && atOnce.reply.value.state === "paid");
  assert.equal(atOnce.reply.value.wallet, "ALIPAY");

  const typed = await pay(paymentCode("WXPAY", "password", 3));
  assert.deepEqual(typed.reply, { kind: "done", value: { state: "password" } });
  own.clock.jump(6_000);
  const later = await own.bank.query(typed.order);
  assert.ok(later.kind === "done" && later.value.state === "paid");

  const stays = await pay(paymentCode("UNIONPAY", "password_waits", 4));
  own.clock.jump(46_000);
  const expired = await own.bank.query(stays.order);
  assert.deepEqual([expired.kind, expired.kind === "refused" && expired.code], [
    "refused",
    "ORDER_EXPIRED",
  ]);

  for (
    const [story, code] of [
      ["insufficient", "INSUFFICIENT_BALANCE"],
      ["expired", "CODE_EXPIRED"],
    ] as const
  ) {
    const { order, reply } = await pay(paymentCode("WXPAY", story, 5));
    assert.ok(reply.kind === "refused");
    assert.equal(reply.code, code);
    assert.deepEqual(await own.bank.query(order), reply);
  }
});

Deno.test("micropay() is unknown when the answer is lost, and query() then tells the truth", async () => {
  using own = openBank();
  const paid = own.order();
  own.faults.plan("aggregate_pay", "micropay", { kind: "lose_answer" });
  assert.equal((await own.bank.micropay(paid, PAYS)).kind, "unknown");
  const found = await own.bank.query(paid);
  assert.ok(found.kind === "done" && found.value.state === "paid");

  const never = own.order();
  own.faults.plan("aggregate_pay", "micropay", { kind: "lose_request" });
  assert.equal((await own.bank.micropay(never, PAYS)).kind, "unknown");
  assert.deepEqual(await own.bank.query(never), { kind: "done", value: { state: "absent" } });
});

Deno.test("a gateway's error under HTTP 200 is unknown for every call", async () => {
  using own = openBank();
  own.faults.plan("aggregate_pay", "*", { kind: "gateway_error" }, 100);
  const order = own.order();
  const refund = { refundId: newId(own.clock.now()), amount: order.amount };
  const replies = await Promise.all([
    own.bank.precreate(order, own.shown()),
    own.bank.micropay(order, PAYS),
    own.bank.query(order),
    own.bank.close(order),
    own.bank.refund(order, refund),
    own.bank.queryRefund(order, refund),
    own.bank.downloadBill(order.merchant, "2026-01-01"),
  ]);
  assert.deepEqual(replies.map((reply) => reply.kind), Array(7).fill("unknown"));
});

Deno.test("close() of an order that never arrived makes the bank refuse it when it comes late", async () => {
  using own = openBank();
  const order = own.order();
  assert.equal((await own.bank.close(order)).kind, "done");
  const late = await own.bank.micropay(order, PAYS);
  assert.ok(late.kind === "refused");
  assert.equal(late.code, "ORDER_CLOSED");
  const shown = await own.bank.precreate(order, own.shown());
  assert.equal(shown.kind, "refused");
});

Deno.test("close() ends a shown code and refuses once it is paid", async () => {
  using own = openBank();
  const closed = own.order();
  await own.bank.precreate(closed, own.shown());
  assert.equal((await own.bank.close(closed)).kind, "done");
  assert.equal((await own.bank.close(closed)).kind, "done");
  const found = await own.bank.query(closed);
  assert.equal(found.kind === "refused" && found.code, "ORDER_CLOSED");

  const paid = own.order();
  await own.bank.precreate(paid, own.shown());
  await own.phone(paid, "pay");
  const reply = await own.bank.close(paid);
  assert.equal(reply.kind === "refused" && reply.code, "ORDER_PAID");
});

Deno.test("refund() with one id pays back once and never more than was paid", async () => {
  using own = openBank();
  const order = own.order();
  await own.bank.micropay(order, PAYS);
  const refund = { refundId: newId(own.clock.now()), amount: asFen(4000n) };
  assert.deepEqual(await own.bank.queryRefund(order, refund), {
    kind: "done",
    value: { state: "absent" },
  });
  own.faults.plan("aggregate_pay", "refund", { kind: "lose_answer" });
  assert.equal((await own.bank.refund(order, refund)).kind, "unknown");
  const again = await own.bank.refund(order, refund);
  assert.ok(again.kind === "done" && again.value.state === "refunded");
  assert.deepEqual(await own.bank.queryRefund(order, refund), again);

  const more = { refundId: newId(own.clock.now()), amount: asFen(880n) };
  const refused = await own.bank.refund(order, more);
  assert.equal(refused.kind === "refused" && refused.code, "REFUND_EXCEEDS");
  const rest = await own.bank.refund(order, { ...more, amount: asFen(879n) });
  assert.equal(rest.kind, "done");
});

Deno.test("a wrong signature is never taken for the bank's no", async () => {
  using own = openBank("another-key");
  const order = own.order();
  const refund = { refundId: newId(own.clock.now()), amount: order.amount };
  assert.equal((await own.bank.micropay(order, PAYS)).kind, "not_sent");
  assert.equal((await own.bank.query(order)).kind, "not_sent");
  assert.equal((await own.bank.refund(order, refund)).kind, "not_sent");
});

Deno.test("query() reports an amount that is not what was asked", async () => {
  using own = openBank();
  const order = own.order();
  own.faults.plan("aggregate_pay", "pay", { kind: "wrong_amount", byFen: -100 });
  await own.bank.precreate(order, own.shown());
  await own.phone(order, "pay");
  const found = await own.bank.query(order);
  assert.ok(found.kind === "done" && found.value.state === "paid");
  assert.deepEqual([found.value.amount, found.value.asAsked], [4779n, false]);
});

Deno.test("one order id never stands for two amounts", async () => {
  using own = openBank();
  const order = own.order();
  await own.bank.micropay(order, PAYS);
  const other = await own.bank.micropay({ ...order, amount: asFen(1n) }, PAYS);
  assert.equal(other.kind, "unknown");
});

Deno.test("downloadBill() gives yesterday's trades with sums that hold", async () => {
  using own = openBank();
  const order = own.order();
  await own.bank.micropay(order, PAYS);
  await own.bank.refund(order, { refundId: newId(own.clock.now()), amount: asFen(79n) });
  const day = businessDay(own.clock.now());
  const early = await own.bank.downloadBill(order.merchant, day);
  assert.equal(early.kind === "refused" && early.code, "BILL_NOT_READY");
  own.clock.jump(DAY_MS);
  const bill = await own.bank.downloadBill(order.merchant, day);
  assert.ok(bill.kind === "done");
  assert.deepEqual([bill.value.paid, bill.value.refunded], [4879n, 79n]);
  assert.deepEqual(bill.value.lines.map((line) => line.kind), ["payment", "refund"]);
  assert.equal(bill.value.lines[0]?.orderNumber, orderNumberOf("3194", order.tradeId));
});
