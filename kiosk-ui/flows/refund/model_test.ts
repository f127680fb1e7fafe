import assert from "node:assert/strict";
import { SCENES } from "../../preview/scenes.ts";
import type { Stage } from "../../preview/stage.ts";
import { ORDER_ID, SESSION_ID } from "../../testing/people.ts";
import { REFUND, REFUND_ID, REFUNDABLE } from "../../testing/refunds.ts";
import { no, type Script, yes } from "../../testing/scripted_terminal.ts";
import { asked, stageAtHome } from "../../testing/stage.ts";
import { type RefundModelInstance, RETURN_MS_MAX, valueOf } from "./model.ts";

async function at(scene: string, change: Script = {}): Promise<[Stage, RefundModelInstance]> {
  const stage = await stageAtHome();
  await SCENES[scene]?.(stage);
  stage.terminal.script(change);
  const step = stage.kiosk.step.value;
  assert.ok(step.kind === "refund");
  return [stage, step.flow];
}

function requested({ terminal }: Stage): unknown {
  return terminal.calls.find(([name]) => name === "requestRefund")?.[1];
}

Deno.test("RefundModel has everything chosen that can be given back, and asks for the whole (R-REF-06)", async () => {
  const [stage, flow] = await at("refund-choose", {
    requestRefund: [yes({ id: REFUND_ID, view: REFUND })],
  });
  const chosen = flow.step.value;
  assert.ok(chosen.kind === "choose");
  assert.deepEqual([chosen.chosen, valueOf(chosen)], [[0, 1], 6580n]);
  flow.next();
  flow.because("not_wanted");
  await flow.confirm();
  assert.deepEqual(requested(stage), {
    identificationId: SESSION_ID,
    orderId: ORDER_ID,
    lines: null,
    why: "not_wanted",
  });
  assert.equal(flow.step.value.kind, "ended");
});

Deno.test("RefundModel asks for the chosen lines alone, and for none that was handed out", async () => {
  const [stage, flow] = await at("refund-choose", { requestRefund: ["never"] });
  flow.toggle(0);
  flow.toggle(2);
  const chosen = flow.step.value;
  assert.ok(chosen.kind === "choose" && valueOf(chosen) === 2960n);
  flow.next();
  flow.because("duplicate");
  void flow.confirm();
  const { lines } = requested(stage) as { lines: unknown };
  assert.deepEqual(lines, [1]);
});

Deno.test("RefundModel goes on with nothing chosen no further", async () => {
  const [, flow] = await at("refund-choose");
  flow.toggle(0);
  flow.toggle(1);
  flow.next();
  assert.equal(flow.step.value.kind, "choose");
});

Deno.test("RefundModel asks no reason for a registration that is given up (R-REG-13)", async () => {
  const [, flow] = await at("refund-list", {
    refundable: [yes({ ...REFUNDABLE, kind: "registration", wholeOnly: true })],
  });
  await flow.open(ORDER_ID);
  flow.next();
  const step = flow.step.value;
  assert.ok(step.kind === "confirm" && step.why === "registration_cancelled");
});

Deno.test("RefundModel says why not, and where else, instead of a button that fails", async () => {
  for (const change of [{ bars: ["rendered"] as const }, { needsApproval: true }]) {
    const { bars = [], ...rest } = { ...REFUNDABLE, ...change };
    const [, flow] = await at("refund-list", {
      refundable: [yes({ ...rest, bars: [...bars] })],
    });
    await flow.open(ORDER_ID);
    assert.equal(flow.step.value.kind, "barred");
    assert.ok(flow.back());
    assert.equal(flow.step.value.kind, "list");
  }
});

Deno.test("RefundModel asks on till the money is back, then prints by itself", async () => {
  const [stage, flow] = await at("refund-returning", {
    refund: [yes({ id: REFUND_ID, view: REFUND })],
  });
  await stage.timers.advance(3_000);
  const step = flow.step.value;
  assert.ok(step.kind === "ended" && step.slip.kind === "printed");
  assert.equal(asked(stage).filter((name) => name === "printRefund").length, 1);
});

Deno.test("RefundModel lets the patient go while the money is on its way", async () => {
  const [stage, flow] = await at("refund-returning", { refund: [no("terminal.busy")] });
  await stage.timers.advance(RETURN_MS_MAX + 5_000);
  const step = flow.step.value;
  assert.ok(step.kind === "ended" && step.view?.state === "returning");
  assert.equal(asked(stage).filter((name) => name === "printRefund").length, 0);
});

Deno.test("RefundModel says what was refused, and nothing was given back", async () => {
  const [, flow] = await at("refund-confirm", { requestRefund: [no("refund.rendered")] });
  await flow.confirm();
  assert.deepEqual(flow.step.value, { kind: "refused", code: "refund.rendered" });
});

Deno.test("KioskModel goes back from a refund page by page, then to the services", async () => {
  const [stage, flow] = await at("refund-confirm");
  stage.kiosk.back();
  assert.equal(flow.step.value.kind, "choose");
  stage.kiosk.back();
  assert.equal(flow.step.value.kind, "list");
  stage.kiosk.back();
  assert.equal(stage.kiosk.step.value.kind, "services");
});
