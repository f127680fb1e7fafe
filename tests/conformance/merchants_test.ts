import assert from "node:assert/strict";
import { shellActor } from "../../server/modules/audit/actor.ts";
import { changeSetting } from "../../server/modules/settings/read_settings.ts";
import { testAudit } from "../audit.ts";
import { testRowTags } from "../sealer.ts";
import { act, orderAllBills, payShownCode, settle } from "../visit.ts";
import { openWorld, type World } from "../world.ts";

const SUB_MERCHANT = "898441900000017";

Deno.test("an institution's money goes to its own merchant at the channel (R-PAY-07)", async () => {
  await using world = await openWorld();
  await setMerchant(world, SUB_MERCHANT);
  let order = await orderAllBills(world, "two_bills");
  assert.ok(order.quote);
  order = await act(world, order, "confirm", { quoteVersion: order.quote.version });
  order = await act(world, order, "tender", { id: world.id(), mode: "show_code" });
  await payShownCode(world, order);
  // What is under way stays where it was opened.
  await setMerchant(world, "898441900000099");
  world.clock.advance(5_000);
  assert.equal((await settle(world, order)).state, "completed");
  const { orders } = await (await world.control("/aggregate-pay/sandbox/orders")).json();
  assert.deepEqual(orders.map((one: { merchant: string }) => one.merchant), [SUB_MERCHANT]);
});

async function setMerchant(world: World, merchant: string): Promise<void> {
  const none = { card_host: null, citizen_code: null, medical_mix: null };
  const value = { ...none, aggregate_pay: { merchant, settlementAccount: "2010021109200000000" } };
  const scopeId = world.terminal.institutionId;
  const change = { scopeId, name: "payment.merchants" as const, value };
  const deps = { clock: world.clock, audit: testAudit(world.clock), rowTags: testRowTags() };
  await world.own.db.transaction().execute((tx) =>
    changeSetting(deps, tx, { change, actor: shellActor("test") })
  );
}
