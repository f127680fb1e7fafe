import assert from "node:assert/strict";
import { scenarioOf } from "../scenario.ts";
import { failureText, platformLevel, simulate } from "../simulate.ts";
import { openReusedDatabase } from "./reused_database.ts";

/** Of both halves together 2,000. */
const VISITS = 1_000;
const SEEDS_APART = 1_000;
const VISITS_REPEATED = 8;
const RARER_ENDS = [
  "refund completed",
  "registration completed",
  "paid by card",
  "paid by citizen_code",
];

/** Level b: the platform itself on an embedded database, the sandbox's parties, virtual time. */
export function simulatePlatform(half: "odd" | "even"): void {
  const from = half === "odd" ? 1 : 1 + SEEDS_APART;
  Deno.test(`${VISITS} visits of the real platform, seeds from ${from}: every book agrees`, async () => {
    await using database = await openReusedDatabase();
    const { failures, ends } = await simulate(platformLevel(database), { from, visits: VISITS });
    assert.deepEqual(failures.map(failureText), []);
    for (const end of ["completed", "unwound"]) {
      assert.ok((ends.get(end) ?? 0) > VISITS / 10, JSON.stringify([...ends]));
    }
    for (const rarer of RARER_ENDS) {
      assert.ok((ends.get(rarer) ?? 0) > VISITS / 50, JSON.stringify([...ends]));
    }
  });

  Deno.test(`two runs of seed ${from} on the real platform have the same log`, async () => {
    await using database = await openReusedDatabase();
    const level = platformLevel(database);
    const scenario = scenarioOf(from, VISITS_REPEATED);
    const once = await level.run(scenario, { keepsLines: true });
    const again = await level.run(scenario, { keepsLines: true });
    assert.deepEqual(again.lines, once.lines);
    assert.equal(again.digest, once.digest);
  });
}
