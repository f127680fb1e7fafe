import assert from "node:assert/strict";
import { SCENES } from "../../preview/scenes.ts";
import type { Stage } from "../../preview/stage.ts";
import { DISCHARGE, DISCHARGE_ID } from "../../testing/inpatient.ts";
import { KNOWN, ORDER_ID, SESSION_ID } from "../../testing/people.ts";
import { no, type Script, yes } from "../../testing/scripted_terminal.ts";
import { asked, stageAtHome } from "../../testing/stage.ts";
import { DISCHARGE_MS_MAX, type InpatientModelInstance } from "./model.ts";

async function at(scene: string, change: Script = {}): Promise<[Stage, InpatientModelInstance]> {
  const stage = await stageAtHome();
  await SCENES[scene]?.(stage);
  stage.terminal.script(change);
  const step = stage.kiosk.step.value;
  assert.ok(step.kind === "inpatient");
  return [stage, step.flow];
}

function ordered({ terminal }: Stage): unknown {
  return terminal.calls.find(([name]) => name === "createOrder")?.[1];
}

Deno.test("InpatientModel orders by the choice's id, never by an amount (R-PAY-18)", async () => {
  const [stage, flow] = await at("inpatient-stay", {
    createOrder: [yes({ id: ORDER_ID, view: null })],
  });
  flow.choose("preset-50000");
  assert.deepEqual(ordered(stage), {
    identificationId: SESSION_ID,
    payable: { kind: "deposit", amount: { choice: "preset-50000" } },
    settlement: "self_pay",
  });
  const step = stage.kiosk.step.value;
  assert.ok(step.kind === "order" && step.summary.kind === "deposit");
});

Deno.test("InpatientModel lets another amount be typed between the limits only", async () => {
  const [stage, flow] = await at("inpatient-stay", {
    createOrder: [yes({ id: ORDER_ID, view: null })],
  });
  flow.type();
  for (const digit of "0099") flow.press(digit);
  flow.check();
  const outside = flow.step.value;
  assert.ok(outside.kind === "typing" && outside.digits === "99" && outside.isOutside);
  flow.erase();
  flow.press("8");
  flow.press("8");
  flow.check();
  const { payable } = ordered(stage) as { payable: unknown };
  assert.deepEqual(payable, { kind: "deposit", amount: { typedFen: "98800" } });
});

Deno.test("InpatientModel asks for what is due once, and prints when it is back (R-REF-07)", async () => {
  const [stage, flow] = await at("inpatient-confirm", {
    requestDischarge: [yes({ id: DISCHARGE_ID, view: { ...DISCHARGE, state: "returning" } })],
    discharge: [yes({ id: DISCHARGE_ID, view: DISCHARGE })],
    printDischarge: [yes({ kind: "printed" })],
  });
  await flow.confirm();
  await flow.confirm();
  await stage.timers.advance(3_000);
  const step = flow.step.value;
  assert.ok(step.kind === "ended" && step.slip.kind === "printed");
  assert.equal(asked(stage).filter((name) => name === "requestDischarge").length, 1);
});

Deno.test("InpatientModel lets the patient go while the money is on its way", async () => {
  const [stage, flow] = await at("inpatient-confirm", {
    requestDischarge: [yes({ id: DISCHARGE_ID, view: null })],
    discharge: [no("terminal.busy")],
  });
  await flow.confirm();
  await stage.timers.advance(DISCHARGE_MS_MAX + 5_000);
  const step = flow.step.value;
  assert.ok(step.kind === "ended" && step.view === null);
  assert.ok(!asked(stage).includes("printDischarge"));
});

Deno.test("KioskModel goes back from a stay's pages to the services, without a word of insurance", async () => {
  const [stage, flow] = await at("inpatient-confirm");
  stage.kiosk.back();
  assert.equal(flow.step.value.kind, "stay");
  stage.kiosk.back();
  assert.equal(stage.kiosk.step.value.kind, "services");
});

Deno.test("KioskModel shows stays where insurance does not know the patient", async () => {
  const stage = await stageAtHome({
    identify: [yes({ ...KNOWN, insurance: { status: "not_covered" } })],
  });
  await SCENES["inpatient-stay"]?.(stage);
  assert.equal(stage.kiosk.step.value.kind, "inpatient");
});
