import assert from "node:assert/strict";
import { DomainError } from "../../platform/errors.ts";
import { ageDays, readPeriod } from "./period.ts";

const NOW = new Date("2026-11-22T10:00:00Z");

Deno.test("readPeriod() takes Beijing days with both ends inside", () => {
  const period = readPeriod({ from: "2026-11-01", to: "2026-11-22" }, NOW);
  assert.equal(period.from.toISOString(), "2026-10-31T16:00:00.000Z");
  assert.equal(period.until.toISOString(), "2026-11-22T16:00:00.000Z");
  assert.equal(ageDays(new Date("2026-11-21T16:00:00Z"), period), 1);
});

Deno.test("readPeriod() refuses what is no day, in the wrong order, to come, or too long", () => {
  const refused = [
    ["2026-11-02", "2026-11-01", /之后/],
    ["2026-11-01", "2026-11-23", /还没有到/],
    ["2025-01-01", "2026-11-01", /太长/],
    ["2026-02-30", "2026-11-01", /不是/],
    ["2026-11-1", "2026-11-02", /不是/],
    ["../../etc", "2026-11-02", /不是/],
  ] as const;
  for (const [from, to, why] of refused) {
    assert.throws(
      () => readPeriod({ from, to }, NOW),
      (thrown: unknown) => thrown instanceof DomainError && why.test(thrown.detail ?? ""),
      `${from} ${to}`,
    );
  }
});
