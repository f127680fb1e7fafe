import assert from "node:assert/strict";
import { driveDueOrders } from "../server/modules/checkout/jobs.ts";
import { SETTING_DEFAULTS } from "../server/modules/settings/setting.ts";
import { act, orderAllBills } from "./visit.ts";
import { openWorld, type World } from "./world.ts";

/** Longer than a claim lives: to the process ahead, every claim of the other has lapsed. */
const APART_MS = 20_000;
/** Between two asks, and longer than that. */
const WAIT_MS = 60_000;
const LOST_CLOSES = 3;
/** The patient has left by then. */
const PATIENCE_MS = 600_000;

Deno.test("R-PAY-19 an answer counts though a process whose clock is ahead looked in between", async () => {
  const { waitsMs } = SETTING_DEFAULTS["checkout.profile"];
  await using world = await openWorld({ profile: { waitsMs: { ...waitsMs, tender: [WAIT_MS] } } });
  let line: "cut" | "open" = "open";
  const behind = world.another({
    fetch: async (input, init) => {
      if (line === "cut") throw new TypeError("connection reset");
      await driveDueOrders(ahead.checkout);
      return await world.fetch(input, init);
    },
  });
  const ahead = world.another({
    clock: { now: () => new Date(world.clock.now().getTime() + APART_MS) },
    fetch: () => Promise.reject(new TypeError("the process ahead has nothing to ask yet")),
  });
  const order = await orderWithCode(world);
  world.clock.advance(PATIENCE_MS);
  line = "cut";
  for (let lost = 0; lost < LOST_CLOSES; lost++) {
    world.clock.advance(WAIT_MS);
    await driveDueOrders(behind.checkout);
  }
  assert.equal(await tenderOf(world, order), "closing");
  line = "open";
  world.clock.advance(WAIT_MS);
  await driveDueOrders(behind.checkout);
  const open = await world.own.db.selectFrom("checkout_attempt").select("ask")
    .where("answer", "is", null).execute();
  assert.deepEqual(open, [], "every ask has its answer");
  assert.equal(await tenderOf(world, order), "refused");
});

async function orderWithCode(world: World) {
  const order = await orderAllBills(world, "two_bills", "self_pay");
  await act(world, order, "confirm", { quoteVersion: 1 });
  return await act(world, order, "tender", { id: world.id(), mode: "show_code" });
}

/** As it is kept: reading the order through the platform would go on with it. */
async function tenderOf(world: World, { id }: { readonly id: string }): Promise<string> {
  const { state } = await world.own.db.selectFrom("checkout_leg").select("state")
    .where("order_id", "=", id).where("kind", "=", "tender").executeTakeFirstOrThrow();
  return state;
}
