import assert from "node:assert/strict";
import { SCENES } from "../../preview/scenes.ts";
import { billOf } from "../../testing/people.ts";
import { stageAtHome } from "../../testing/stage.ts";
import type { Stage } from "../../preview/stage.ts";
import {
  type BillsListStep,
  type BillsModelInstance,
  canPay,
  CHOSEN_MAX,
  isInsuranceBarred,
  sumOf,
} from "./model.ts";

async function billsAt(scene: string): Promise<[Stage, BillsModelInstance]> {
  const stage = await stageAtHome();
  await SCENES[scene]?.(stage);
  const step = stage.kiosk.step.value;
  assert.ok(step.kind === "bills");
  return [stage, step.flow];
}

function listOf(flow: BillsModelInstance): BillsListStep {
  const step = flow.step.value;
  assert.ok(step.kind === "list");
  return step;
}

Deno.test("BillsModel starts with everything chosen, up to what one order takes", async () => {
  const [, flow] = await billsAt("bills-many");
  assert.equal(listOf(flow).chosen.length, CHOSEN_MAX);
  flow.toggle("B22");
  assert.equal(listOf(flow).tooMany, true);
  flow.toggle("B0");
  flow.toggle("B22");
  assert.equal(listOf(flow).chosen.length, CHOSEN_MAX);
  assert.equal(listOf(flow).tooMany, false);
});

Deno.test("BillsModel.pay() sends the chosen bills and nothing of their amounts", async () => {
  const [stage, flow] = await billsAt("bills");
  flow.toggle("B1");
  flow.settleBy({ settlement: "self_pay", scheme: null });
  flow.pay();
  const [, request] = stage.terminal.calls.find(([name]) => name === "createOrder") ?? [];
  assert.deepEqual(request, {
    identificationId: "019aa914-9a60-7000-8000-000000000001",
    payable: { kind: "bills", billIds: ["B0", "B2"] },
    settlement: "self_pay",
  });
});

Deno.test("BillsModel.pay() does nothing when nothing is chosen", async () => {
  const [stage, flow] = await billsAt("bills");
  flow.toggleAll();
  flow.pay();
  assert.equal(stage.kiosk.step.value.kind, "bills");
});

Deno.test("BillsModel.pay() sends no bill to insurance that it does not take here (R-BIL-07)", async () => {
  const [stage, flow] = await billsAt("bills-barred");
  assert.ok(isInsuranceBarred(listOf(flow)));
  assert.equal(listOf(flow).bills[0]?.id, "B1");
  flow.pay();
  assert.equal(stage.kiosk.step.value.kind, "bills");
  flow.settleBy({ settlement: "self_pay", scheme: null });
  assert.ok(canPay(listOf(flow)));
  flow.settleBy({ settlement: "insurance", scheme: null });
  flow.toggle("B1");
  assert.ok(!isInsuranceBarred(listOf(flow)));
  flow.pay();
  assert.equal(stage.kiosk.step.value.kind, "order");
});

Deno.test("BillsModel comes back from the item lines with the choice kept", async () => {
  const [, flow] = await billsAt("bills");
  flow.toggle("B0");
  flow.open("B1");
  assert.equal(flow.step.value.kind, "detail");
  flow.close();
  assert.deepEqual(listOf(flow).chosen, ["B1", "B2"]);
});

Deno.test("BillsModel has a screen for no bills and for no answer", async () => {
  const [, empty] = await billsAt("bills-empty");
  assert.equal(empty.step.value.kind, "empty");
  const [, refused] = await billsAt("bills-refused");
  assert.equal(refused.step.value.kind, "refused");
});

Deno.test("sumOf() adds the chosen bills in fen", () => {
  assert.equal(sumOf([billOf(0), billOf(1), billOf(2)], ["B0", "B2"]), 8640n + 11190n);
});
