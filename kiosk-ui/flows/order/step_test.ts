import assert from "node:assert/strict";
import { orderOf, QUOTE, RECEIPT, WAITING_TENDER } from "../../testing/orders.ts";
import { leaveBy, type OrderMemory, stepOf, waitsForOthers } from "./step.ts";

const MEMORY: OrderMemory = { confirmed: QUOTE, slip: { kind: "none" }, until: 1000 };

const STAGES = [
  "preparing",
  "confirm",
  "confirm_again",
  "choose_tender",
  "pay",
  "working",
  "unknown",
  "completed",
  "returning",
  "returned",
  "attention",
] as const;

Deno.test("stepOf() shows every stage as the screen of its name", () => {
  for (const stage of STAGES) {
    const order = orderOf(stage, { tender: WAITING_TENDER, receipt: RECEIPT });
    assert.equal(stepOf(order, MEMORY).kind, stage);
  }
});

Deno.test("stepOf() waits instead of showing a screen without its facts", () => {
  const bare = { quote: null, tender: null, receipt: null };
  for (const stage of ["confirm", "confirm_again", "choose_tender", "pay", "completed"] as const) {
    assert.equal(stepOf(orderOf(stage, bare), MEMORY).kind, "working");
  }
});

Deno.test("stepOf() offers the other way after the bank refused", () => {
  const order = orderOf("pay", { tender: { ...WAITING_TENDER, state: "refused" } });
  const step = stepOf(order, MEMORY);
  assert.ok(step.kind === "choose_tender" && step.refused === "payment.declined");
});

Deno.test("stepOf() shows the confirmed amounts beside the settled ones", () => {
  const order = orderOf("confirm_again", { quote: { ...QUOTE, version: 2, cashFen: "4515" } });
  const step = stepOf(order, MEMORY);
  assert.ok(step.kind === "confirm_again");
  assert.equal(step.before?.cashFen, "3515");
  assert.equal(step.quote.cashFen, "4515");
});

Deno.test("leaveBy() never leaves moving money without a slip", () => {
  const slip = ["pay", "working", "unknown", "returning"];
  for (const stage of STAGES) {
    const order = orderOf(stage, { tender: WAITING_TENDER, receipt: RECEIPT });
    const how = leaveBy(stepOf(order, MEMORY));
    assert.equal(how === "slip", slip.includes(stage) || stage === "confirm_again", stage);
  }
});

Deno.test("leaveBy() calls an order off only while it can be", () => {
  const free = stepOf(orderOf("choose_tender", { cancellable: true }), MEMORY);
  const bound = stepOf(orderOf("choose_tender", { cancellable: false }), MEMORY);
  assert.equal(leaveBy(free), "cancel");
  assert.equal(leaveBy(bound), "slip");
});

Deno.test("waitsForOthers() lets the idle clock stand while the patient can only wait", () => {
  const standing = STAGES.filter((stage) =>
    waitsForOthers(
      stepOf(orderOf(stage, { tender: WAITING_TENDER, receipt: RECEIPT }), MEMORY),
    )
  );
  assert.deepEqual(standing, ["preparing", "pay", "working", "returning"]);
});
