import assert from "node:assert/strict";
import { NO_ANSWER } from "../../devices.ts";
import { SCENES } from "../../preview/scenes.ts";
import { orderOf, QUOTE, RECEIPT, WAITING_TENDER } from "../../testing/orders.ts";
import { ORDER_ID } from "../../testing/people.ts";
import { no, type Script, yes } from "../../testing/scripted_terminal.ts";
import { asked, stageAtHome } from "../../testing/stage.ts";
import type { Stage } from "../../preview/stage.ts";
import type { CardPaymentStep } from "../../../terminal/contract.ts";
import { ASK_PERIOD_MS, type OrderModelInstance, WORK_MS_MAX } from "./model.ts";

async function orderAt(scene: string, change: Script = {}): Promise<[Stage, OrderModelInstance]> {
  const stage = await stageAtHome();
  await SCENES[scene]?.(stage);
  stage.terminal.script(change);
  const step = stage.kiosk.step.value;
  assert.ok(step.kind === "order");
  return [stage, step.flow];
}

function countOf(stage: Stage, call: string): number {
  return asked(stage).filter((each) => each === call).length;
}

Deno.test("OrderModel.confirm() says which quote was on the screen, once", async () => {
  const [stage, flow] = await orderAt("order-confirm", { confirm: ["never"] });
  void flow.confirm();
  void flow.confirm();
  assert.deepEqual(stage.terminal.calls.filter(([name]) => name === "confirm"), [
    ["confirm", ORDER_ID, 1],
  ]);
  assert.ok(flow.step.value.kind === "confirm" && flow.step.value.sending);
});

Deno.test("OrderModel.confirm() waits for the outcome when the answer is lost", async () => {
  const [, flow] = await orderAt("order-confirm", { confirm: [no(NO_ANSWER)] });
  await flow.confirm();
  assert.equal(flow.step.value.kind, "working");
});

Deno.test("OrderModel.confirm() keeps the screen and says why after a refusal", async () => {
  const [, flow] = await orderAt("order-confirm", { confirm: [no("checkout.quote_changed")] });
  await flow.confirm();
  const step = flow.step.value;
  assert.ok(step.kind === "confirm" && step.trouble === "checkout.quote_changed");
});

Deno.test("OrderModel shows a wait past its bound as not known, never as failed", async () => {
  const [stage, flow] = await orderAt("order-working");
  await stage.timers.advance(70_000);
  assert.equal(flow.step.value.kind, "unknown");
  stage.terminal.emit({ kind: "order", order: orderOf("completed", { receipt: RECEIPT }) });
  assert.equal(flow.step.value.kind, "completed");
});

Deno.test("OrderModel asks by itself when no news come", async () => {
  const [stage, flow] = await orderAt("order-working", {
    order: [yes({ id: ORDER_ID, view: orderOf("completed", { receipt: RECEIPT }) })],
  });
  await stage.timers.advance(5_000);
  assert.equal(flow.step.value.kind, "completed");
});

Deno.test("OrderModel ignores orders of others", async () => {
  const [stage, flow] = await orderAt("order-confirm");
  const other = orderOf("completed", { id: "019aa914-9a60-7000-8000-00000000ffff" });
  stage.terminal.emit({ kind: "order", order: other });
  assert.equal(flow.step.value.kind, "confirm");
});

Deno.test("OrderModel sends the scanned payment code once and waits", async () => {
  const [stage, flow] = await orderAt("order-scan", { tender: ["never"] });
  stage.terminal.emit({ kind: "payment_code", mode: "scan_code", code: "134567890123456789" });
  stage.terminal.emit({ kind: "payment_code", mode: "scan_code", code: "134567890123456789" });
  assert.equal(countOf(stage, "tender"), 1);
  assert.ok(flow.step.value.kind === "scan" && flow.step.value.sending);
});

Deno.test("OrderModel goes back to the ways of paying when no code is scanned", async () => {
  const [stage, flow] = await orderAt("order-scan");
  await stage.timers.advance(95_000);
  assert.equal(flow.step.value.kind, "choose_tender");
});

Deno.test("OrderModel.otherWay() closes the code at the bank first", async () => {
  const [stage, flow] = await orderAt("order-pay", {
    closeTender: [yes({
      id: ORDER_ID,
      view: orderOf("choose_tender", { tender: { ...WAITING_TENDER, state: "refused" } }),
    })],
  });
  await flow.otherWay();
  assert.equal(countOf(stage, "closeTender"), 1);
  const step = flow.step.value;
  assert.ok(step.kind === "choose_tender" && step.refused === null);
});

Deno.test("OrderModel.askNow() asks at once whether the money came", async () => {
  const [, flow] = await orderAt("order-pay", {
    order: [yes({ id: ORDER_ID, view: orderOf("working", { tender: WAITING_TENDER }) })],
  });
  await flow.askNow();
  assert.equal(flow.step.value.kind, "working");
});

Deno.test("OrderModel prints the receipt by itself, and again when asked", async () => {
  const [stage, flow] = await orderAt("order-completed-no-paper");
  const failed = flow.step.value;
  assert.ok(failed.kind === "completed" && failed.slip.kind === "not_printed");
  stage.terminal.script({ print: [yes({ kind: "printed" })] });
  await flow.print();
  const printed = flow.step.value;
  assert.ok(printed.kind === "completed" && printed.slip.kind === "printed");
});

Deno.test("OrderModel.leave() prints the slip to keep while money moves", async () => {
  const [stage, flow] = await orderAt("order-unknown");
  await flow.leave();
  assert.deepEqual(stage.terminal.calls.at(-1), ["print", ORDER_ID, "pending"]);
});

Deno.test("OrderModel.leave() calls off an order that nobody confirmed", async () => {
  const [stage, flow] = await orderAt("order-confirm");
  await flow.leave();
  assert.equal(countOf(stage, "cancel"), 1);
  assert.equal(countOf(stage, "print"), 0);
});

Deno.test("OrderModel says that nothing was begun when the platform refuses the order", async () => {
  const [, flow] = await orderAt("order-refused");
  assert.deepEqual(flow.step.value, { kind: "refused", code: "billing.bill_changed" });
});

Deno.test("OrderModel shows old and new amounts when the settlement differs", async () => {
  const [, flow] = await orderAt("order-confirm-again");
  const step = flow.step.value;
  assert.ok(step.kind === "confirm_again");
  assert.equal(step.before, QUOTE);
});

async function atCard(change: Script = {}): Promise<[Stage, OrderModelInstance]> {
  return await orderAt("order-card-pin", change);
}

function says(stage: Stage, step: CardPaymentStep): void {
  stage.terminal.emit({ kind: "card_payment", orderId: ORDER_ID, step });
}

Deno.test("OrderModel shows how far a bank card is, whatever the order says meanwhile (R-PAY-16)", async () => {
  const [stage, flow] = await atCard();
  stage.terminal.emit({ kind: "order", order: orderOf("choose_tender", { reason: "x" }) });
  const step = flow.step.value;
  assert.ok(step.kind === "card" && step.at.kind === "pin" && step.at.digits === 4);
});

Deno.test("OrderModel waits for the order once a card was presented", async () => {
  const [stage, flow] = await atCard();
  says(stage, { kind: "sending" });
  says(stage, { kind: "ended", reason: null });
  assert.equal(flow.step.value.kind, "working");
  stage.terminal.emit({ kind: "order", order: orderOf("completed", { receipt: RECEIPT }) });
  assert.equal(flow.step.value.kind, "completed");
});

Deno.test("OrderModel says what the bank said, though it came before the card's own end", async () => {
  const [stage, flow] = await atCard();
  says(stage, { kind: "sending" });
  const tender = { ...WAITING_TENDER, mode: "card", state: "refused" } as const;
  const refused = { ...tender, refusal: "payment.insufficient" };
  stage.terminal.emit({ kind: "order", order: orderOf("choose_tender", { tender: refused }) });
  const before = flow.step.value.kind;
  says(stage, { kind: "ended", reason: null });
  const step = flow.step.value;
  assert.equal(before, "card");
  assert.ok(step.kind === "choose_tender" && step.refused === "payment.insufficient");
});

Deno.test("OrderModel goes back to the ways of paying when the card came to nothing", async () => {
  const [stage, flow] = await atCard();
  says(stage, { kind: "ended", reason: "pad_failed" });
  const failed = flow.step.value;
  assert.ok(failed.kind === "choose_tender" && failed.trouble === "card.pad_failed");
  await flow.payByCard();
  says(stage, { kind: "ended", reason: "stopped" });
  const stopped = flow.step.value;
  assert.ok(stopped.kind === "choose_tender" && stopped.trouble === null);
});

Deno.test("OrderModel.payByCard() keeps the ways of paying when the terminal takes no card", async () => {
  const [, flow] = await orderAt("order-tender-all", {
    payByCard: [no("terminal.no_card_payment")],
  });
  await flow.payByCard();
  const step = flow.step.value;
  assert.ok(step.kind === "choose_tender" && step.trouble === "terminal.no_card_payment");
});

Deno.test("OrderModel.leave() stops a card that is being taken, and calls the order off", async () => {
  const [stage, flow] = await atCard();
  await flow.leave();
  assert.deepEqual(stage.terminal.calls.slice(-2), [
    ["actOnCard", ORDER_ID, "stop"],
    ["cancel", ORDER_ID],
  ]);
});

Deno.test("OrderModel tells the consumption code from a wallet's by what was scanned (R-PAY-05)", async () => {
  const [stage] = await orderAt("order-scan", { tender: ["never"] });
  const code = "SSP0123456789";
  stage.terminal.emit({ kind: "payment_code", mode: "citizen_code", code });
  const call = stage.terminal.calls.find(([name]) => name === "tender");
  assert.deepEqual(call?.[2], { mode: "citizen_code", code });
});

Deno.test("OrderModel says honestly that a bank has not answered once a card's wait is over", async () => {
  const [stage, flow] = await atCard();
  says(stage, { kind: "sending" });
  await stage.timers.advance(WORK_MS_MAX + ASK_PERIOD_MS);
  assert.equal(flow.step.value.kind, "unknown");
});
