import assert from "node:assert/strict";
import { BOOKS_SESSION, ORDER, ORDER_WITH_ACTS, REFUND_LINE } from "../../testing/books.ts";
import { settle } from "../../testing/manual_timers.ts";
import { shownPage } from "../../testing/open_page.ts";
import { no, type Script, yes } from "../../testing/scripted_port.ts";
import { startedStage } from "../../testing/stage.ts";
import { valueOf } from "../loaded.ts";
import { orderQuery } from "./order_filter.ts";
import { timeLine } from "./time_line.ts";

Deno.test("OrdersModel lists a queue of the address, and asks the parties of one order again", async () => {
  const stage = await startedStage({
    address: "/console/orders?queue=attention",
    script: {
      "GET /session": [yes(BOOKS_SESSION)],
      "GET /orders": [yes({ orders: [ORDER], next: null })],
      "GET /orders/{id}": [yes(ORDER), yes(ORDER)],
      "POST /orders/{id}/ask-again": [
        no("checkout.busy"),
        yes({ ...ORDER, state: "completed" }),
      ],
    },
  });
  const flow = shownPage(stage, "orders")?.flow;
  assert.ok(flow);
  const asked = stage.port.asked.filter(({ name }) => name === "GET /orders");
  assert.deepEqual(asked.map(({ request }) => request), [{ query: { queue: "attention" } }]);
  stage.console.go({ section: "orders", id: ORDER.id });
  await settle();
  assert.equal(valueOf(flow.detail)?.state, "needs_attention");
  await flow.askAgain();
  await settle();
  assert.equal(valueOf(flow.detail)?.state, "needs_attention");
  await flow.askAgain();
  assert.equal(valueOf(flow.detail)?.state, "completed");
});

Deno.test("OrdersModel asks for the refunds of the order it shows, of those who may see them", async () => {
  const stage = await opened({ "GET /refunds": [yes({ refunds: [REFUND_LINE], next: null })] });
  const flow = shownPage(stage, "orders")?.flow;
  assert.ok(flow);
  const asked = () => stage.port.asked.filter(({ name }) => name === "GET /refunds");
  assert.deepEqual(asked().map(({ request }) => request), [{ query: { orderId: ORDER.id } }]);
  assert.deepEqual(valueOf(flow.refunds)?.refunds.map(({ id }) => id), [REFUND_LINE.id]);
  const { permissions } = BOOKS_SESSION;
  const blind = await opened({
    "GET /session": [
      yes({
        ...BOOKS_SESSION,
        permissions: permissions.filter(({ permission }) => permission !== "refund.read"),
      }),
    ],
  });
  assert.ok(blind.port.asked.every(({ name }) => name !== "GET /refunds"));
});

Deno.test("orderQuery() takes what the address says, and leaves out what is no choice", () => {
  const filter = {
    number: ORDER.number,
    queue: "attention",
    state: "unwinding",
    channel: "card_host",
    stop: "shortage",
    minutes: "30",
    organisationId: ORDER.id,
  };
  const { minutes: _, ...same } = filter;
  assert.deepEqual(orderQuery(filter), { ...same, olderThanMinutes: 30 });
  const rubbish = {
    number: "单号",
    queue: "",
    state: "toString",
    channel: "x",
    stop: "1",
    minutes: "-1.5",
  };
  assert.deepEqual(orderQuery(rubbish), {});
});

Deno.test("timeLine() puts everything in the order of its time, and what waits is said to wait", () => {
  const events = timeLine(ORDER);
  assert.deepEqual(events.map(({ what, outcome }) => `${what}｜${outcome}`), [
    "医保接口 2207｜成功",
    "医保结算：办理｜成功",
    "记账｜108.52 元",
    "付款：办理｜等待应答",
  ]);
});

const PROOF = { evidence: "银行回单已核对", evidenceNumber: "B1", evidenceDigest: "" };

function opened(script: Script) {
  return startedStage({
    address: `/console/orders/${ORDER.id}`,
    script: {
      "GET /session": [yes(BOOKS_SESSION)],
      "GET /orders/{id}": [yes(ORDER), yes({ ...ORDER, state: "completed" })],
      ...script,
    },
  });
}

Deno.test("OrdersModel asks once for an outcome with its evidence, however often it is sent (R-PAY-19)", async () => {
  const stage = await opened({
    "POST /orders/{id}/acts": [no("console.outcome_unknown"), yes(ORDER_WITH_ACTS)],
  });
  const flow = shownPage(stage, "orders")?.flow;
  const leg = ORDER.legs[1];
  assert.ok(flow && leg);
  flow.acts.askSettle(leg);
  await flow.acts.send({ outcome: "done", ...PROOF, evidence: "" });
  assert.equal(flow.acts.sending.refusal.value?.code, "console.no_evidence");
  await flow.acts.send({ outcome: "done", ...PROOF, evidence: "电话 13800138000" });
  assert.equal(flow.acts.sending.refusal.value?.code, "console.evidence_numbers");
  await flow.acts.send({ outcome: "done", ...PROOF });
  assert.ok(flow.acts.deed.value, "nobody knows whether it was asked for: it stays open");
  await flow.acts.send({ outcome: "done", ...PROOF });
  assert.equal(flow.acts.deed.value, null);
  assert.equal(valueOf(flow.detail)?.acts.length, 2);
  const [first, again, ...more] = stage.port.asked.filter(({ name }) =>
    name === "POST /orders/{id}/acts"
  );
  assert.deepEqual(first, again);
  assert.deepEqual(more, []);
});

Deno.test("OrdersModel shows what became of an order that moved on before it was decided", async () => {
  const stage = await opened({
    "POST /orders/{id}/acts/{actId}/approve": [no("checkout.act_decided")],
    "POST /orders/{id}/acts/{actId}/reject": [yes(ORDER)],
  });
  const flow = shownPage(stage, "orders")?.flow;
  const act = ORDER_WITH_ACTS.acts.find(({ state }) => state === "asked");
  assert.ok(flow && act);
  flow.acts.askDecision(act, "approve");
  await flow.acts.send({});
  await settle();
  assert.equal(flow.acts.sending.refusal.value?.code, "checkout.act_decided");
  assert.equal(valueOf(flow.detail)?.state, "completed");
  flow.acts.askDecision(act, "reject");
  assert.equal(flow.acts.sending.refusal.value, null);
  await flow.acts.send({});
  assert.equal(flow.acts.deed.value, null);
});
