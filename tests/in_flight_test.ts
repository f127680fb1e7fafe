import assert from "node:assert/strict";
import { shellActor } from "../server/modules/audit/actor.ts";
import { ordersInFlight } from "../server/modules/checkout/in_flight/in_flight.ts";
import { hurryOrders } from "../server/modules/checkout/in_flight/hurry_orders.ts";
import { assertBooksAgree } from "./books.ts";
import { act, orderAllBills, payShownCode, readOrder, settle } from "./visit.ts";
import { openWorld } from "./world.ts";

Deno.test("before a switch: what is on its way is counted, asked at once, and ends (R-BIL-17)", async () => {
  await using world = await openWorld();
  const institutionIds = [world.terminal.institutionId];
  const { db } = world.own;
  assert.deepEqual(await ordersInFlight(db, institutionIds), []);
  const order = await orderAllBills(world, "one_bill_resident", "self_pay");
  assert.ok(order.quote);
  await act(world, order, "confirm", { quoteVersion: order.quote.version });
  await act(world, order, "tender", { id: world.id(), mode: "show_code" });
  world.faults.plan("his", "post", { kind: "lose_answer" });
  world.faults.plan("his", "find_posting", { kind: "lose_answer" }, 12);
  await payShownCode(world, await readOrder(world, order));
  for (let n = 0; n < 4; n++) {
    world.clock.advance(61_000);
    await world.work();
  }
  const [found] = await ordersInFlight(db, institutionIds);
  assert.equal(found?.count, 1);
  assert.ok(found.oldestAt < world.clock.now());
  assert.deepEqual(await ordersInFlight(db, [world.id()]), []);

  const { audit, rowTags: tags, sites } = world.services;
  const deps = {
    db,
    clock: world.clock,
    audit,
    tags,
    async rulesAt({ terminalId }: { readonly terminalId: string }) {
      const { settings } = await sites.get(terminalId);
      return {
        profile: settings.get("checkout.profile"),
        schedules: settings.get("payment.schedules"),
      };
    },
  };
  const asked = { institutionIds, after: null, actor: shellActor("切换小组") };
  for (let n = 0; n < 12; n++) {
    const { changed, next } = await hurryOrders(deps, asked);
    assert.deepEqual([changed, next], [0, null]);
    await world.work();
  }
  assert.equal((await settle(world, order)).state, "completed");
  assert.deepEqual(await ordersInFlight(db, institutionIds), []);
  assert.deepEqual(await hurryOrders(deps, asked), { hurried: 0, left: 0, changed: 0, next: null });
  const events = await db.selectFrom("audit_event").select(["actor_kind", "order_id"])
    .where("kind", "=", "checkout.order_hurried").execute();
  assert.ok(events.length > 0);
  assert.ok(events.every((event) => event.actor_kind === "shell" && event.order_id === order.id));
  await assertBooksAgree(world, "before a switch");
});
