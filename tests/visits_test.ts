import assert from "node:assert/strict";
import { paymentCode } from "../sandbox/aggregate_pay/payment_code.ts";
import { orderBalance } from "../server/modules/ledger/post_movement.ts";
import { timeOfId } from "../server/platform/ids.ts";
import { act, orderAllBills, payShownCode, settle } from "./visit.ts";
import { openWorld } from "./world.ts";

Deno.test("a patient pays two bills with insurance and a shown code (R-BIL-03…05)", async () => {
  await using world = await openWorld();
  let order = await orderAllBills(world, "two_bills");
  assert.equal(order.stage, "confirm", JSON.stringify(order));
  assert.ok(order.quote);
  const { totalFen, fundFen, accountFen, otherFen, cashFen } = order.quote;
  const parts = [fundFen, accountFen, otherFen, cashFen].reduce(
    (sum, fen) => sum + BigInt(fen),
    0n,
  );
  assert.equal(parts, BigInt(totalFen));
  order = await act(world, order, "confirm", { quoteVersion: order.quote.version });
  assert.equal(order.stage, "choose_tender");
  order = await act(world, order, "tender", { id: world.id(), mode: "show_code" });
  assert.equal(order.stage, "pay");
  await payShownCode(world, order);
  order = await settle(world, order);
  assert.equal(order.stage, "completed", JSON.stringify(order));
  assert.ok(order.receipt?.insuranceReference);
  assert.ok(order.receipt.tenderReference);
  const key = { orderId: order.id, orderAt: timeOfId(order.id) };
  assert.equal(await orderBalance({ db: world.own.db }, key, "patient:hold"), 0n);
  assert.equal(await orderBalance({ db: world.own.db }, key, "his:posted"), -BigInt(totalFen));
});

Deno.test("cash first: the terminal scans the patient's code, then insurance settles", async () => {
  await using world = await openWorld({
    profile: { legOrder: ["tender", "insurance", "fulfilment"] },
  });
  let order = await orderAllBills(world, "two_bills");
  order = await act(world, order, "confirm", { quoteVersion: 1 });
  const code = paymentCode("WXPAY", "pays", 1);
  order = await act(world, order, "tender", { id: world.id(), mode: "scan_code", code });
  order = await settle(world, order);
  assert.equal(order.stage, "completed", JSON.stringify(order));
});
