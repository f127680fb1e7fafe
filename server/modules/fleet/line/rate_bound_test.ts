import assert from "node:assert/strict";
import { RateBound, RateBounds } from "./rate_bound.ts";

Deno.test("RateBound lets so many through at once, and then so many a second", () => {
  let ms = 0;
  const clock = { now: () => new Date(ms) };
  const bound = new RateBound({ clock, atOnce: 3, perSecond: 2 });
  const taken = (tries: number) =>
    Array.from({ length: tries }, () => bound.take()).filter(Boolean);
  assert.equal(taken(5).length, 3);
  ms += 499;
  assert.equal(taken(5).length, 0);
  ms += 1;
  assert.equal(taken(5).length, 1);
  ms += 3_600_000;
  assert.equal(taken(5).length, 3, "no more than at once");
  ms -= 60_000;
  assert.equal(taken(5).length, 0, "a clock set back gives nothing");
  ms += 1_000;
  assert.equal(taken(5).length, 2);
});

Deno.test("RateBounds bounds each by itself", () => {
  const clock = { now: () => new Date(0) };
  const bounds = new RateBounds({ clock, atOnce: 1, perSecond: 1 });
  assert.deepEqual([bounds.take("a"), bounds.take("a"), bounds.take("b")], [true, false, true]);
});
