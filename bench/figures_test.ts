import assert from "node:assert/strict";
import { latenciesOf, table } from "./figures.ts";

Deno.test("latenciesOf() gives percentiles that were measured", () => {
  const tookMs = Array.from({ length: 200 }, (_, n) => 200 - n);
  assert.deepEqual(latenciesOf(tookMs), { count: 200, p50Ms: 100, p99Ms: 198, maxMs: 200 });
});

Deno.test("latenciesOf() of nothing has no percentile", () => {
  assert.ok(Number.isNaN(latenciesOf([]).p99Ms));
});

Deno.test("table() lines its columns up", () => {
  assert.equal(
    table(["name", "n"], [["a", "10"], ["long name", "7"]]),
    ["name        n", "---------  --", "a          10", "long name   7"].join("\n"),
  );
});
