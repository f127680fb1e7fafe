import assert from "node:assert/strict";
import { testDb } from "../../tests/db.ts";
import { TestClock } from "../../tests/world.ts";
import { deleteOldLeases, RateLimits } from "./rate_limit.ts";

const OF = { name: "test", perMinute: 25 };

Deno.test("RateLimits", async (t) => {
  const clock = new TestClock(new Date("2026-11-18T01:00:00Z"));
  await using own = await testDb(clock.now());
  const deps = { db: own.db, clock };
  const one = new RateLimits(deps);
  const other = new RateLimits(deps);
  const takeMany = async (limits: RateLimits, caller: string, count: number) => {
    let taken = 0;
    for (let at = 0; at < count; at++) if ((await limits.take(OF, caller)).isTaken) taken += 1;
    return taken;
  };

  await t.step("two processes together give one caller what one minute has", async () => {
    const taken = await takeMany(one, "a", 20) + await takeMany(other, "a", 20);
    assert.equal(taken, 25);
  });

  await t.step("nor do many at the same moment get more or less", async () => {
    const both = await Promise.all(
      [one, other].map((limits) =>
        Promise.all(Array.from({ length: 30 }, () => limits.take(OF, "crowd")))
      ),
    );
    assert.equal(both.flat().filter(({ isTaken }) => isTaken).length, 25);
    // Each process refuses some, and tells so once.
    for (const answers of both) {
      assert.equal(answers.filter((answer) => !answer.isTaken && answer.isFirst).length, 1);
    }
  });

  await t.step("another caller is not touched, and the next minute begins anew", async () => {
    assert.equal(await takeMany(other, "b", 5), 5);
    clock.advance(60_000);
    assert.equal(await takeMany(one, "a", 30), 25);
  });

  await t.step("a refusal says when to come again, and is the first one once", async () => {
    clock.advance(60_000);
    await takeMany(one, "c", 25);
    const [first, second] = [await one.take(OF, "c"), await one.take(OF, "c")];
    assert.ok(!first.isTaken && !second.isTaken);
    assert.deepEqual([first.isFirst, second.isFirst], [true, false]);
    assert.equal(first.retrySeconds, 60);
    assert.ok(one.isOver(OF, "c") && !one.isOver(OF, "d"));
  });

  await t.step("not every request writes", async () => {
    clock.advance(60_000);
    const limits = new RateLimits(deps);
    await limits.take({ name: "test", perMinute: 1_000 }, "e");
    const row = await own.db.selectFrom("rate_lease").selectAll().where("name", "=", "test e")
      .executeTakeFirstOrThrow();
    assert.equal(row.taken, 100);
  });

  await t.step("rows of minutes long gone are deleted", async () => {
    clock.advance(3_600_000);
    await deleteOldLeases(deps);
    assert.equal((await own.db.selectFrom("rate_lease").selectAll().execute()).length, 0);
  });
});
