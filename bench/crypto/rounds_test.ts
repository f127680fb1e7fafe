import assert from "node:assert/strict";
import { median, medianRatio, takeTurns } from "./rounds.ts";
import { now } from "./work.ts";

Deno.test("median() of odd and even counts, and of nothing", () => {
  assert.equal(median([5, 1, 3]), 3);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.ok(Number.isNaN(median([])));
});

Deno.test("medianRatio() compares within a round, so that a slow moment hits both", () => {
  assert.equal(medianRatio([20, 2, 30], [10, 1, 10]), 2);
});

Deno.test("takeTurns() gives each contender one figure a round", async () => {
  let calls = 0;
  const quick = now(() => calls++);
  const pace = { rounds: 3, windowMs: 0.5, warmUpMs: 0.5, collect: () => {} };
  const rates = await takeTurns(new Map([["one", quick], ["other", quick]]), pace);
  assert.deepEqual([...rates].map(([name, figures]) => [name, figures.length]), [
    ["one", 3],
    ["other", 3],
  ]);
  assert.ok(calls > 6);
});
