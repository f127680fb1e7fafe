import assert from "node:assert/strict";
import { testDb } from "../../tests/db.ts";
import { OffsetClock } from "./clock.ts";
import { SILENT_LOG } from "./log.ts";
import { dispatchOutbox, type EventHandler, publish } from "./outbox.ts";

const HOUR_MS = 3_600_000;
/** Over five hours of them; other systems gave up after six. */
const TRIES = 30;

Deno.test("an event whose handler fails is tried again, ever later, and never given up (D5)", async () => {
  await using world = await openOutbox();
  const tries: number[] = [];
  world.handlers["thing.happened"] = [() => {
    tries.push(world.clock.now().getTime());
    return tries.length < TRIES ? Promise.reject(new Error("down")) : Promise.resolve();
  }];
  await world.publish("one");
  for (let n = 0; n < 400 && tries.length < TRIES; n++) {
    world.clock.jump(HOUR_MS / 60);
    await world.dispatch();
  }
  assert.equal(tries.length, TRIES);
  const waits = tries.slice(1).map((at, n) => at - (tries[n] ?? at));
  assert.ok((waits[0] ?? 0) < (waits.at(-1) ?? 0));
  assert.ok(Math.max(...waits) <= HOUR_MS / 4);
  assert.deepEqual(await world.unhandled(), []);
});

Deno.test("one slow handler does not hold up other events", async () => {
  await using world = await openOutbox();
  const slow = Promise.withResolvers<void>();
  const handled: string[] = [];
  world.handlers["thing.happened"] = [async ({ key }) => {
    if (key === "slow") await slow.promise;
    handled.push(key);
    if (handled.length === 4) slow.resolve();
  }];
  for (const key of ["slow", "a", "b", "c", "d"]) await world.publish(key);
  await world.dispatch();
  assert.deepEqual(handled.toSorted(), ["a", "b", "c", "d", "slow"]);
  assert.equal(handled.at(-1), "slow");
});

Deno.test("an event whose claim ran out while it waited is left to the next who claims it", async () => {
  await using world = await openOutbox();
  const handled: string[] = [];
  world.handlers["thing.happened"] = [({ key }) => {
    handled.push(key);
    world.clock.jump(2 * 60_000);
    return Promise.resolve();
  }];
  for (let n = 0; n < 20; n++) await world.publish(`event ${n}`);
  await world.dispatch();
  assert.ok(handled.length < 20);
  for (let n = 0; n < 40 && (await world.unhandled()).length > 0; n++) {
    world.clock.jump(2 * 60_000);
    await world.dispatch();
  }
  assert.equal(new Set(handled).size, 20);
  assert.equal(handled.length, 20);
});

async function openOutbox() {
  const own = await testDb();
  const clock = new OffsetClock();
  const handlers: Record<string, EventHandler[]> = {};
  return {
    clock,
    handlers,
    publish: (key: string) =>
      own.db.transaction().execute((tx) =>
        publish(tx, { type: "thing.happened", key, payload: {}, at: clock.now() })
      ),
    dispatch: () => dispatchOutbox({ db: own.db, clock, log: SILENT_LOG, handlers }),
    unhandled: () =>
      own.db.selectFrom("outbox_event").select("key").where("handled_at", "is", null).execute(),
    [Symbol.asyncDispose]: () => own[Symbol.asyncDispose](),
  };
}
