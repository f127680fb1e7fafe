import assert from "node:assert/strict";
import { createOrderWatch } from "../server/modules/checkout/alarms/watch_orders.ts";
import type { OrderPage } from "../server/modules/checkout/console/contract.ts";
import { orderRules } from "../server/modules/checkout/order.ts";
import { waitsOf } from "../server/modules/checkout/saga.ts";
import { SETTING_DEFAULTS } from "../server/modules/settings/setting.ts";
import { createLog } from "../server/platform/log.ts";
import { addPerson } from "./console.ts";
import { answered, callerOf, consoleAs } from "./console_callers.ts";
import { act, orderAllBills, payShownCode, readOrder } from "./visit.ts";
import { openWorld } from "./world.ts";

const MINUTE_MS = 60_000;

Deno.test("a leg waits as its own channel says, any other as its kind does (R-PAY-19)", () => {
  const profile = SETTING_DEFAULTS["checkout.profile"];
  const schedules = { ...SETTING_DEFAULTS["payment.schedules"], card_host: [1_000, 2_000] };
  const choices = new Map(
    [
      [1, { tradeId: "a", mode: "card" }],
      [2, { tradeId: "b", mode: "show_code" }],
    ] as const,
  );
  const rules = orderRules({ profile, schedules }, { choices });
  assert.deepEqual(waitsOf({ n: 1, kind: "tender" }, rules), [1_000, 2_000]);
  assert.deepEqual(waitsOf({ n: 2, kind: "tender" }, rules), profile.waitsMs.tender);
  assert.deepEqual(waitsOf({ n: 0, kind: "insurance" }, rules), profile.waitsMs.insurance);
  const fast = profile.waitsMs.fulfilment.slice(0, 6);
  assert.deepEqual(fast, [5_000, 5_000, 5_000, 5_000, 5_000, 5_000]);
});

Deno.test("an order that stands: asked by whoever looks, told once at each level (R-PAY-19)", async (t) => {
  await using world = await openWorld();
  const lines: { readonly level: string; readonly message: string }[] = [];
  const watch = createOrderWatch({
    ...world.services.platform,
    log: createLog({
      level: "info",
      write: (line) => lines.push(JSON.parse(line)),
      now: () => world.clock.now(),
    }),
    alarms: () => Promise.resolve(SETTING_DEFAULTS["checkout.alarms"]),
  });
  let order = await orderAllBills(world, "two_bills");
  order = await act(world, order, "confirm", { quoteVersion: 1 });
  order = await act(world, order, "tender", { id: world.id(), mode: "show_code" });
  world.faults.plan("his", "*", { kind: "lose_request" }, 100);
  await payShownCode(world, order);
  await world.work();
  assert.equal((await readOrder(world, order)).stage, "unknown");

  await addPerson(world, { login: "cashier", permissions: ["order.read"] });
  const staff = consoleAs(world, await callerOf(world, "cashier"));
  const alarmListed = async () =>
    (await answered<OrderPage>(staff("GET", "/orders"))).orders[0]?.alarm;

  await t.step("a warning, then an alarm, each once, and seen in the list", async () => {
    await watch();
    assert.equal(lines.length, 0);
    assert.equal(await alarmListed(), null);
    world.clock.advance(20 * MINUTE_MS);
    await watch();
    await watch();
    assert.deepEqual(lines.map(({ level }) => level), ["warn", "warn"]);
    assert.equal(await alarmListed(), "warning");
    assert.ok(lines.some(({ message }) => message.includes("do not charge again")));
    world.clock.advance(120 * MINUTE_MS);
    await watch();
    assert.deepEqual(lines.map(({ level }) => level), ["warn", "warn", "error", "error"]);
    assert.equal(await alarmListed(), "alarm");
    const text = world.services.platform.metrics.text();
    assert.match(text, /yikatong_order_alarms\{kind="held",level="alarm"\} 1/);
  });

  await t.step("who reads it asks at once, with no worker there", async () => {
    world.faults.clear();
    // HIS says it never saw it; it is posted at the next turn.
    assert.equal((await readOrder(world, order)).stage, "unknown");
    world.clock.advance(60 * MINUTE_MS);
    assert.equal((await readOrder(world, order)).stage, "completed");
    await watch();
    assert.equal(await alarmListed(), null);
    const text = world.services.platform.metrics.text();
    assert.match(text, /yikatong_order_alarms\{kind="held",level="alarm"\} 0/);
  });
});
