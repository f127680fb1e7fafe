import assert from "node:assert/strict";
import { PLANTED_BUGS, type PlantedBug } from "../simulation/core/planted_bugs.ts";
import { runCore } from "../simulation/core/run_core.ts";
import { scenarioOf } from "../simulation/scenario.ts";
import { coreLevel, failureText, simulate } from "../simulation/simulate.ts";

/** Level a of the simulation (docs/simulation.md): the decisions alone, against simulated parties. */

const VISITS = 50_000;
const VISITS_PER_SEED = 20;
/** Each planted bug is found in the first so many visits. */
const VISITS_TO_FIND_MAX = 200;

Deno.test(`${VISITS} simulated visits end completed or unwound, every party's books as ours`, async () => {
  const { failures, ends, visits } = await simulate(coreLevel(), { from: 1, visits: VISITS });
  assert.deepEqual(failures.map(failureText), []);
  assert.equal(visits, VISITS);
  for (const end of ["completed", "unwound"]) {
    assert.ok((ends.get(end) ?? 0) > VISITS / 10, JSON.stringify([...ends]));
  }
  assert.ok((ends.get("refund completed") ?? 0) > VISITS / 100, JSON.stringify([...ends]));
});

for (const bug of Object.keys(PLANTED_BUGS) as PlantedBug[]) {
  Deno.test(`a platform that ${bug.replaceAll("_", " ")} is found out`, async () => {
    const range = { from: 1, visits: VISITS_TO_FIND_MAX };
    const level = coreLevel({ decisions: PLANTED_BUGS[bug] });
    const { failures } = await simulate(level, range);
    const [found] = failures;
    assert.ok(found, `${bug} goes unseen`);
    assert.ok(found.smallest.visits.length <= VISITS_PER_SEED / 2, "the failure is made smaller");
    const sound = await simulate(coreLevel(), range);
    assert.deepEqual(sound.failures, [], "the same seeds do the sound platform no harm");
  });
}

Deno.test("two runs of one seed have the same log, another seed another one", () => {
  for (const seed of [1, 2, 404]) {
    const once = runCore(scenarioOf(seed, VISITS_PER_SEED), { keepsLines: true });
    const again = runCore(scenarioOf(seed, VISITS_PER_SEED), { keepsLines: true });
    assert.deepEqual(once.lines, again.lines);
    assert.equal(once.digest, again.digest);
    const other = runCore(scenarioOf(seed + 1, VISITS_PER_SEED));
    assert.notEqual(once.digest, other.digest);
  }
});
