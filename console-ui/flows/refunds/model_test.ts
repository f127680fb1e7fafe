import assert from "node:assert/strict";
import {
  BOOKS_SESSION,
  ORDER,
  REFUND,
  REFUND_LINE,
  REFUNDABLE,
  STUCK_REFUND,
} from "../../testing/books.ts";
import { settle } from "../../testing/manual_timers.ts";
import { shownPage } from "../../testing/open_page.ts";
import { no, type Script, yes } from "../../testing/scripted_port.ts";
import { startedStage } from "../../testing/stage.ts";
import { valueOf } from "../loaded.ts";
import { actsFor } from "./refund_deeds.ts";

async function opened(address: string, script: Script) {
  const stage = await startedStage({
    address: `/console/refunds${address}`,
    script: { "GET /session": [yes(BOOKS_SESSION)], ...script },
  });
  const flow = shownPage(stage, "refunds")?.flow;
  assert.ok(flow);
  return { stage, flow };
}

Deno.test("RefundsModel asks for what the address narrows to, and leaves out what is no choice", async () => {
  const { stage } = await opened("?state=asked&hours=2&organisationId=o1", {
    "GET /refunds": [yes({ refunds: [REFUND_LINE], next: null })],
  });
  stage.console.go({ section: "refunds", query: { state: "nonsense", hours: "x" } });
  await settle();
  const asked = stage.port.asked.filter(({ name }) => name === "GET /refunds");
  assert.deepEqual(asked.map(({ request }) => request), [
    { query: { state: "asked", organisationId: "o1", olderThanMinutes: 120 } },
    { query: {} },
  ]);
});

Deno.test("RefundsModel sends one refund at the window however often it is sent (R-REF-05)", async () => {
  const { stage, flow } = await opened(`/new?order=${ORDER.id}`, {
    "GET /orders/{id}/refundable": [yes(REFUNDABLE)],
    "POST /refunds": [no("console.outcome_unknown"), yes(REFUND)],
    "GET /refunds/{id}": [yes(REFUND)],
  });
  const { newRefund } = flow;
  newRefund.choosePart(true);
  await newRefund.send({ why: "wrong_item" });
  assert.equal(newRefund.sending.refusal.value?.code, "console.no_lines");
  const fields = { why: "wrong_item", lines: "0,1", note: "" };
  await newRefund.send(fields);
  await newRefund.send(fields);
  await settle();
  const [first, again, ...more] = stage.port.asked.filter(({ name }) => name === "POST /refunds");
  assert.deepEqual(first, again);
  assert.deepEqual(more, []);
  assert.equal(flow.shownId.value, REFUND.refund.id);
  assert.equal(valueOf(flow.detail)?.refund.state, "asked");
});

Deno.test("RefundsModel gives a refund a new id where the form stood open too long", async () => {
  const { stage, flow } = await opened(`/new?order=${ORDER.id}`, {
    "GET /orders/{id}/refundable": [yes(REFUNDABLE)],
    "POST /refunds": [no("checkout.id_time"), no("console.outcome_unknown"), yes(REFUND)],
  });
  for (let time = 0; time < 3; time++) await flow.newRefund.send({ why: "wrong_item" });
  const ids = stage.port.asked.filter(({ name }) => name === "POST /refunds")
    .map(({ request }) => Object(request).body.id);
  assert.notEqual(ids[0], ids[1]);
  assert.equal(ids[1], ids[2]);
});

Deno.test("RefundsModel shows how a refund stands that another decided first", async () => {
  const { flow } = await opened(`/${REFUND.refund.id}`, {
    "GET /refunds/{id}": [yes(REFUND), yes(STUCK_REFUND)],
    "POST /refunds/{id}/decide": [no("refund.decided")],
  });
  flow.deeds.open({ kind: "decide", verdict: "approved" });
  await flow.deeds.send({});
  await settle();
  assert.equal(flow.deeds.sending.refusal.value?.code, "refund.decided");
  assert.equal(valueOf(flow.detail)?.refund.state, "needs_attention");
});

Deno.test("actsFor() offers what fits where the money stands", () => {
  assert.deepEqual(actsFor(REFUND), []);
  assert.deepEqual(actsFor(STUCK_REFUND), [
    "suspend",
    "cash_done",
    "cash_not_done",
    "give_everything",
  ]);
  const parts = STUCK_REFUND.refund.parts.map((part) => ({ ...part, state: "suspended" as const }));
  const refund = { ...STUCK_REFUND.refund, state: "returned" as const, parts };
  assert.deepEqual(actsFor({ ...STUCK_REFUND, refund }), ["pay_out"]);
  const stated = {
    part: "cash",
    outcome: "done",
    answer: "contradicted",
    actId: "a",
    nextAskAt: null,
  } as const;
  const given = {
    ...STUCK_REFUND.refund,
    parts: parts.map((part) => ({ ...part, state: "returned" as const })),
  };
  assert.deepEqual(actsFor({ ...STUCK_REFUND, refund: given, statements: [stated] }), [
    "cash_corrected",
    "give_everything",
  ]);
});
