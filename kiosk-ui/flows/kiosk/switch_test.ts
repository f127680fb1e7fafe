import assert from "node:assert/strict";
import { SCENES } from "../../preview/scenes.ts";
import type { Stage } from "../../preview/stage.ts";
import { orderOf, WAITING_TENDER } from "../../testing/orders.ts";
import { CARD, KNOWN, ORDER_ID, PATIENT, RELATIVES, SESSION_ID } from "../../testing/people.ts";
import { no, type Script, yes } from "../../testing/scripted_terminal.ts";
import { asked, stageAtHome } from "../../testing/stage.ts";
import { ACTIVATE_MS_MAX } from "./idle.ts";
import type { OrderStage } from "./step.ts";

const OTHER_ID = "019aa914-9a60-7000-8000-000000000009";
const ALONE = { settlement: "self_pay", scheme: null } as const;
const CALLED_OFF = yes({ id: ORDER_ID, view: orderOf("returned") });

async function at(scene: string, change: Script = {}): Promise<Stage> {
  const stage = await stageAtHome();
  await SCENES[scene]?.(stage);
  stage.terminal.script(change);
  return stage;
}

function orderIn({ kiosk }: Stage): OrderStage {
  const step = kiosk.step.value;
  assert.ok(step.kind === "order");
  return step;
}

function lastOrder({ terminal }: Stage): unknown {
  return terminal.calls.findLast(([name]) => name === "createOrder")?.[1];
}

function tendered({ terminal }: Stage): readonly unknown[] {
  return terminal.calls.filter(([name]) => name === "tender").map(([, , choice]) => choice);
}

Deno.test("KioskModel begins an order anew under the same identification when the fee category changes (R-BIL-15)", async () => {
  const stage = await at("order-confirm", { cancel: [CALLED_OFF] });
  await orderIn(stage).flow.change({ kind: "settlement", ...ALONE });
  assert.deepEqual(lastOrder(stage), {
    identificationId: SESSION_ID,
    payable: { kind: "bills", billIds: ["B0", "B1", "B2"] },
    settlement: "self_pay",
  });
  assert.equal(orderIn(stage).settlement, "self_pay");
  assert.equal(asked(stage).filter((name) => name === "identify").length, 1);
});

Deno.test("KioskModel waits till the order is called off before the next one begins", async () => {
  const stage = await at("order-confirm", {
    cancel: [yes({ id: ORDER_ID, view: orderOf("returning") })],
  });
  await orderIn(stage).flow.change({ kind: "settlement", ...ALONE });
  assert.equal(orderIn(stage).flow.step.value.kind, "changing");
  assert.equal(asked(stage).filter((name) => name === "createOrder").length, 1);
  stage.terminal.emit({ kind: "order", order: orderOf("returned") });
  assert.equal(asked(stage).filter((name) => name === "createOrder").length, 2);
});

Deno.test("KioskModel shows what became of an order that could not be called off", async () => {
  const stage = await at("order-confirm", { cancel: [no("checkout.too_late")] });
  await orderIn(stage).flow.change({ kind: "medium" });
  const step = orderIn(stage).flow.step.value;
  assert.ok(step.kind === "confirm" && step.trouble === "checkout.too_late");
  stage.terminal.script({ cancel: [yes({ id: ORDER_ID, view: orderOf("working") })] });
  await orderIn(stage).flow.change({ kind: "medium" });
  assert.equal(orderIn(stage).flow.step.value.kind, "working");
});

Deno.test("KioskModel goes on with card, code or face of the same patient, and does not begin at home (R-BIL-14, R-KIO-23)", async () => {
  const stage = await at("identify-again", { identify: [yes({ ...KNOWN, id: OTHER_ID })] });
  stage.terminal.emit({
    kind: "credential",
    credential: { kind: "scanned_code", code: "1".repeat(28) },
  });
  await stage.timers.advance(0);
  const { session, settlement } = orderIn(stage);
  assert.deepEqual([session.identificationId, session.medium], [OTHER_ID, "scanned_code"]);
  assert.equal(settlement, "insurance");
  assert.ok(!asked(stage).includes("endSession"));
});

Deno.test("KioskModel takes nobody else's card in the middle of a visit", async () => {
  const stage = await at("identify-again-stranger");
  const step = stage.kiosk.step.value;
  assert.ok(step.kind === "identify" && step.again?.isStranger);
  assert.equal(step.again.session.patient, PATIENT);
  stage.terminal.script({ identify: [yes(KNOWN)] });
  stage.terminal.emit({ kind: "credential", credential: CARD });
  await stage.timers.advance(0);
  assert.equal(stage.kiosk.step.value.kind, "order");
});

Deno.test("KioskModel asks to show the code again when its token ran out, and then goes on by itself", async () => {
  const stage = await at("order-token-over");
  stage.kiosk.presentAgain();
  stage.terminal.emit({ kind: "credential", credential: CARD });
  await stage.timers.advance(0);
  assert.equal(asked(stage).filter((name) => name === "createOrder").length, 2);
});

Deno.test("KioskModel shows a code again that ran out while the patient thought it over", async () => {
  const stage = await at("order-confirm-token-over", { cancel: [CALLED_OFF] });
  await orderIn(stage).flow.change({ kind: "medium" });
  const step = stage.kiosk.step.value;
  assert.ok(step.kind === "identify" && step.again?.ordered?.settlement === "insurance");
});

Deno.test("KioskModel goes back from a second medium to the bills of the same patient", async () => {
  const stage = await at("identify-again");
  stage.kiosk.back();
  assert.equal(stage.kiosk.step.value.kind, "bills");
});

Deno.test("KioskModel does not end a session while a code is activated on the phone (R-KIO-22)", async () => {
  const stage = await at("identify-again");
  const step = stage.kiosk.step.value;
  assert.ok(step.kind === "identify");
  step.flow.showWay("code");
  await stage.timers.advance(ACTIVATE_MS_MAX - 60_000);
  assert.equal(stage.kiosk.step.value.kind, "identify");
  assert.equal(stage.kiosk.overlay.value.kind, "none");
  await stage.timers.advance(60_000);
  assert.equal(stage.kiosk.step.value.kind, "farewell");
});

Deno.test("KioskModel asks a face again for what its token was not made for", async () => {
  const stage = await at("identify-face-number", { identifyByFace: [yes(KNOWN)] });
  const step = stage.kiosk.step.value;
  assert.ok(step.kind === "identify");
  for (const key of "12") step.flow.type(key);
  await step.flow.showFace();
  stage.kiosk.back();
  stage.kiosk.choose("register");
  const again = stage.kiosk.step.value;
  assert.ok(again.kind === "identify" && again.service === "register");
});

Deno.test("KioskModel confirms the same quote once a code that ran out was shown again", async () => {
  const stage = await at("order-present-again", {
    present: [yes(KNOWN.insurance)],
    confirm: [yes({ id: ORDER_ID, view: orderOf("choose_tender") })],
  });
  stage.terminal.emit({ kind: "credential", credential: CARD });
  await stage.timers.advance(0);
  assert.equal(orderIn(stage).flow.step.value.kind, "choose_tender");
  const names = asked(stage);
  assert.equal(names.filter((name) => name === "createOrder").length, 1);
  assert.deepEqual(stage.terminal.calls.findLast(([name]) => name === "confirm"), [
    "confirm",
    ORDER_ID,
    1,
  ]);
  assert.ok(!names.includes("cancel"));
});

Deno.test("KioskModel goes back from the code to the same order, which was not called off", async () => {
  const stage = await at("order-present-again");
  stage.kiosk.back();
  assert.equal(orderIn(stage).flow.step.value.kind, "confirm");
  assert.ok(!asked(stage).includes("cancel"));
});

Deno.test("KioskModel calls an order off that was left behind while a code was looked for", async () => {
  const stage = await at("order-present-again", { cancel: [CALLED_OFF] });
  stage.kiosk.end();
  await stage.timers.advance(0);
  assert.ok(asked(stage).includes("cancel"));
});

Deno.test("KioskModel begins the order anew with the relative who agreed (R-PAY-03)", async () => {
  const stage = await at("relatives-medium", {
    giveConsent: [yes({ ...RELATIVES[0], accountBalanceFen: "5000" })],
    cancel: [CALLED_OFF],
  });
  stage.terminal.emit({ kind: "credential", credential: CARD });
  await stage.timers.advance(0);
  const { consentId } = RELATIVES[0];
  assert.deepEqual(Object(lastOrder(stage)).payer, { consentId });
  assert.equal(asked(stage).filter((name) => name === "identify").length, 1);
});

Deno.test("KioskModel sends the scheme that was chosen, and the usual one unnamed (R-BIL-13)", async () => {
  const stage = await at("order-confirm-schemes", { cancel: [CALLED_OFF] });
  assert.equal(Object(lastOrder(stage)).scheme, "410");
  await orderIn(stage).flow.change({ kind: "settlement", settlement: "insurance", scheme: null });
  assert.ok(!("scheme" in Object(lastOrder(stage))));
});

Deno.test("OrderModel keeps the one code while the phone pays, and follows the order then (R-PAY-10)", async () => {
  const stage = await at("order-one-code-paying");
  const { flow } = orderIn(stage);
  const paying = flow.step.value;
  assert.ok(paying.kind === "one_code" && paying.isPaying);
  stage.terminal.emit({ kind: "order", order: orderOf("working") });
  assert.equal(flow.step.value.kind, "working");
});

Deno.test("OrderModel shows the wallets' code where the platform has no page for phones (R-PAY-10)", async () => {
  const stage = await at("order-tender-phone", {
    payLink: [no("checkout.no_pay_page")],
    tender: [yes({ id: ORDER_ID, view: orderOf("pay", { tender: WAITING_TENDER }) })],
  });
  await orderIn(stage).flow.showOneCode();
  assert.deepEqual(stage.kiosk.hidden.value, ["one_code"]);
  assert.deepEqual(tendered(stage), [{ mode: "show_code" }]);
});

Deno.test("OrderModel puts the wallets' code in the place of a page that does not open (R-PAY-10)", async () => {
  const stage = await at("order-one-code", {
    tender: [yes({ id: ORDER_ID, view: orderOf("pay", { tender: WAITING_TENDER }) })],
  });
  const { flow } = orderIn(stage);
  await flow.showCode();
  assert.deepEqual(tendered(stage), [{ mode: "show_code" }]);
  assert.equal(flow.step.value.kind, "pay");
});

Deno.test("OrderModel shows a code that only a wallet can scan, though the phone chose it", async () => {
  const stage = await at("order-one-code");
  const tender = { ...WAITING_TENDER, codeText: "weixin://wxpay/bizpayurl?pr=1" };
  stage.terminal.emit({ kind: "order", order: orderOf("pay", { tender }) });
  assert.equal(orderIn(stage).flow.step.value.kind, "pay");
});
