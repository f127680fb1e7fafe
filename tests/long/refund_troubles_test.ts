import assert from "node:assert/strict";
import type { SandboxParty } from "../../sandbox/faults.ts";
import { assertBooksAgree, assertNothingForgotten } from "../books.ts";
import { askRefund, endOfRefund, hasEnded, payNewBills, readRefund, refund } from "../refund.ts";
import { Crash, Crashed } from "../crash.ts";
import { openWorld, type World } from "../world.ts";

/** A refund of one line of an insured order: every call lost, every commit a kill. */

const CALLS: readonly (readonly [party: SandboxParty, call: string])[] = [
  ["his", "return"],
  ["his", "bills"],
  ["his", "post"],
  ["insurance", "2208"],
  ["insurance", "2201"],
  ["insurance", "2204"],
  ["insurance", "2206"],
  ["insurance", "2207"],
  ["aggregate_pay", "refund"],
];
const CLAIM_MS = 20_000;
const ROUNDS_MAX = 60;
const COMMITS_MIN = 12;

Deno.test("a refund whose calls or answers are lost ends with every book in agreement", async () => {
  await using world = await openWorld();
  for (const [party, call] of CALLS) {
    for (const kind of ["lose_request", "lose_answer"] as const) {
      const what = `${party} ${call} ${kind}`;
      const paid = await payNewBills(world);
      world.faults.plan(party, call, { kind });
      const view = await refund(world, paid, [0]);
      assert.equal(view.state, "returned", `${what}: ${JSON.stringify(view)}`);
      await assertBooksAgree(world, what);
      await assertNothingForgotten(world, what);
      world.faults.clear();
    }
  }
});

for (const lines of [null, [0]]) {
  const title = `a kill after each commit of a refund loses nothing: ${lines ? "part" : "whole"}`;
  Deno.test(title, async () => {
    const crash = new Crash();
    await using world = await openWorld({ wrap: (dialect) => crash.wrap(dialect) });
    let commits = 1;
    for (let isKilled = true; isKilled; commits++) {
      isKilled = await refundKilledAfter(world, crash, { commits, lines });
    }
    assert.ok(commits > (lines ? COMMITS_MIN : COMMITS_MIN / 3), `${commits} commits`);
  });
}

/** False when the refund was over before so many commits. */
async function refundKilledAfter(
  world: World,
  crash: Crash,
  { commits, lines }: { readonly commits: number; readonly lines: readonly number[] | null },
): Promise<boolean> {
  const paid = await payNewBills(world);
  const id = world.id();
  let isKilled = false;
  const step = async (work: () => Promise<unknown>) => {
    await survive(crash, work);
    if (!crash.isDead) return;
    isKilled = true;
    await world.services.background.settle();
    crash.restart();
    world.clock.advance(CLAIM_MS);
  };
  crash.afterCommits(commits);
  await step(() => askRefund(world, paid, { id, lines }));
  const again = await askRefund(world, paid, { id, lines });
  assert.ok(again.status === 200 || again.status === 201, await again.text());
  for (let round = 0; round < ROUNDS_MAX && !hasEnded(await readRefund(world, { id })); round++) {
    world.clock.advance(3_000);
    await step(() => world.work());
  }
  crash.restart();
  const end = await endOfRefund(world, { id });
  assert.equal(end.state, "returned", `${commits}: ${JSON.stringify(end)}`);
  await assertBooksAgree(world, `killed after commit ${commits}`);
  await assertNothingForgotten(world, `killed after commit ${commits}`);
  return isKilled;
}

async function survive(crash: Crash, step: () => Promise<unknown>): Promise<void> {
  try {
    await step();
  } catch (thrown) {
    if (!crash.isDead && !(thrown instanceof Crashed)) throw thrown;
  }
}
