import assert from "node:assert/strict";
import { paymentCode } from "../../sandbox/aggregate_pay/payment_code.ts";
import type { OrderView } from "../../server/modules/checkout/contract.ts";
import { assertBooksAgree, assertNothingForgotten } from "../books.ts";
import { Crash, Crashed } from "../crash.ts";
import { act, billsOf, createOrder, identifyByCard, readOrder } from "../visit.ts";
import { openWorld, type World } from "../world.ts";

/** One plain visit, killed after its first commit, its second, and so on through all of them. */

const CLAIM_MS = 20_000;
const ROUNDS_MAX = 60;
/** Of a visit; fewer would mean that this test kills less than there is. */
const COMMITS_MIN = 15;

for (
  const legOrder of [
    ["insurance", "tender", "fulfilment"],
    ["tender", "insurance", "fulfilment"],
  ] as const
) {
  Deno.test(`a kill after each commit of a visit loses nothing: ${legOrder.join(", ")}`, async () => {
    const crash = new Crash();
    await using world = await openWorld({
      wrap: (dialect) => crash.wrap(dialect),
      profile: { legOrder: [...legOrder] },
    });
    let commits = 1;
    for (let isKilled = true; isKilled; commits++) {
      isKilled = await visitKilledAfter(world, crash, commits);
    }
    assert.ok(commits > COMMITS_MIN, `${commits} commits`);
  });
}

/** False when the visit was over before so many commits. */
async function visitKilledAfter(world: World, crash: Crash, commits: number): Promise<boolean> {
  const { idNumber } = world.person("two_bills");
  await world.control(`/his/sandbox/persons/${idNumber}/bills`, {});
  const identificationId = await identifyByCard(world, "two_bills");
  const bill = (await billsOf(world, identificationId)).at(-1);
  assert.ok(bill);
  const id = world.id();
  const payable = { kind: "bills", billIds: [bill.id] };
  let isKilled = false;
  crash.afterCommits(commits);
  const step = async (work: () => Promise<unknown>) => {
    await survive(crash, work);
    if (!crash.isDead) return;
    isKilled = true;
    await world.services.background.settle();
    crash.restart();
    world.clock.advance(CLAIM_MS);
  };
  await step(() => createOrder(world, { id, identificationId, payable }));
  let view = await createOrder(world, { id, identificationId, payable });
  for (let round = 0; round < ROUNDS_MAX && !isFinal(view); round++) {
    const shown = view;
    await step(() => patientActs(world, shown));
    world.clock.advance(3_000);
    await step(() => world.work());
    view = await readOrder(world, { id });
  }
  crash.restart();
  assert.ok(isFinal(view), `${commits}: ${JSON.stringify(view)}`);
  await assertBooksAgree(world, `killed after commit ${commits}`);
  await assertNothingForgotten(world, `killed after commit ${commits}`);
  if (view.state === "unwound") await world.control(`/his/sandbox/bills/${bill.id}/withdraw`, {});
  return isKilled;
}

function isFinal(view: OrderView): boolean {
  return view.state === "completed" || view.state === "unwound";
}

async function patientActs(world: World, view: OrderView): Promise<void> {
  if (view.stage === "confirm") {
    await act(world, view, "confirm", { quoteVersion: view.quote?.version });
  } else if (view.stage === "choose_tender") {
    const code = paymentCode("WXPAY", "pays", world.clock.now().getTime() % 1e9);
    await act(world, view, "tender", { id: world.id(), mode: "scan_code", code });
  }
}

async function survive(crash: Crash, step: () => Promise<unknown>): Promise<void> {
  try {
    await step();
  } catch (thrown) {
    if (!crash.isDead && !(thrown instanceof Crashed)) throw thrown;
  }
}
