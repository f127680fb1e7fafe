import assert from "node:assert/strict";
import { readCounts } from "./test_counts.ts";

Deno.test("readCounts() reads the line that ends a run of Deno's tests", () => {
  const cases: [string, number, number][] = [
    ["ok | 12 passed | 0 failed (28ms)", 12, 0],
    ["ok | 2 passed (3 steps) | 0 failed (1s)", 2, 0],
    ["FAILED | 3 passed (3 steps) | 2 failed (1 step) (1m2s)", 3, 2],
    ["ok | 0 passed | 0 failed (0ms)", 0, 0],
  ];
  for (const [line, passed, failed] of cases) {
    assert.deepEqual(readCounts(line), { passed, failed }, line);
  }
});

Deno.test("readCounts() counts tests that did not run as failed", () => {
  const counts = readCounts("ok | 4 passed | 0 failed | 2 ignored | 1 filtered out (5ms)");
  assert.deepEqual(counts, { passed: 4, failed: 3 });
});

Deno.test("readCounts() sees no counts in any other line", () => {
  for (const line of ["running 4 tests from ./a_test.ts", "a ... ok (1ms)", "", "FAILED (1ms)"]) {
    assert.equal(readCounts(line), null, line);
  }
});
