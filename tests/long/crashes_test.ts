import assert from "node:assert/strict";
import { paymentCode } from "../../sandbox/aggregate_pay/payment_code.ts";
import type { Fault, SandboxParty } from "../../sandbox/faults.ts";
import type { OrderView } from "../../server/modules/checkout/contract.ts";
import { assertBooksAgree, assertNothingForgotten } from "../books.ts";
import { Crash, Crashed } from "../crash.ts";
import { seededRandom } from "../random.ts";
import { act, billsOf, createOrder, identifyByCard, payShownCode, readOrder } from "../visit.ts";
import { openWorld, type World } from "../world.ts";

/**
 * Whole visits on a real database with seeded faults at every party, and the process killed after
 * a commit; then started again. Whatever happened, the order ends by itself and every party's books
 * agree with the ledger.
 */

const SEEDS = 300;
const VISITS_PER_WORLD = 20;
const CLAIM_MS = 20_000;
const ROUNDS_MAX = 120;

const PEOPLE = ["two_bills", "one_bill_resident", "card_v2", "all_fund", "habit"];

const FAULTS: readonly { party: SandboxParty; calls: readonly string[]; faults: Fault[] }[] = [
  {
    party: "insurance",
    calls: ["2201", "2203", "2204", "2206", "2207", "2208", "2601", "5203", "5201", "2205", "2202"],
    faults: [
      { kind: "lose_request" },
      { kind: "lose_answer" },
      { kind: "gateway_error" },
      { kind: "refuse", text: "系统繁忙" },
    ],
  },
  { party: "insurance", calls: ["2207"], faults: [{ kind: "settle_differs", byFen: 100 }] },
  {
    party: "aggregate_pay",
    calls: ["precreate", "micropay", "query", "close", "refund", "query_refund"],
    faults: [{ kind: "lose_request" }, { kind: "lose_answer" }, { kind: "gateway_error" }],
  },
  { party: "aggregate_pay", calls: ["micropay"], faults: [{ kind: "refuse", text: "余额不足" }] },
  {
    party: "aggregate_pay",
    calls: ["notify"],
    faults: [{ kind: "duplicate_notify" }, { kind: "late_notify", ms: 60_000 }],
  },
  {
    party: "his",
    calls: ["hold", "post", "find_posting", "cancel", "release"],
    faults: [{ kind: "lose_request" }, { kind: "lose_answer" }, { kind: "gateway_error" }],
  },
  { party: "his", calls: ["post"], faults: [{ kind: "refuse", text: "退回" }] },
];

for (let first = 1; first <= SEEDS; first += VISITS_PER_WORLD) {
  const last = first + VISITS_PER_WORLD - 1;
  const cashFirst = Math.floor(first / VISITS_PER_WORLD) % 2 === 1;
  Deno.test(`seeds ${first}–${last}, ${cashFirst ? "cash" : "insurance"} first: faults and a kill in every visit`, async () => {
    const crash = new Crash();
    await using world = await openWorld({
      wrap: (dialect) => crash.wrap(dialect),
      ...(cashFirst && { profile: { legOrder: ["tender", "insurance", "fulfilment"] } }),
    });
    for (let seed = first; seed <= last; seed++) await oneVisit(world, crash, seed);
  });
}

async function oneVisit(world: World, crash: Crash, seed: number): Promise<void> {
  const random = seededRandom(seed);
  const pick = <Item>(items: readonly Item[]): Item => {
    const item = items[Math.floor(random() * items.length)];
    assert.ok(item !== undefined);
    return item;
  };
  const story = pick(PEOPLE);
  const identificationId = await identifyByCard(world, story);
  await newBill(world, story);
  const [bill] = (await billsOf(world, identificationId)).slice(-1);
  assert.ok(bill, `seed ${seed}: ${story} has a bill`);
  const count = Math.floor(random() * 4);
  for (let n = 0; n < count; n++) {
    const { party, calls, faults } = pick(FAULTS);
    world.faults.plan(party, pick(calls), pick(faults), 1 + Math.floor(random() * 2));
  }
  crash.afterCommits(1 + Math.floor(random() * 45));
  const id = world.id();
  const patient = { world, random, crash };
  const request = {
    id,
    identificationId,
    payable: { kind: "bills", billIds: [bill.id] },
  };
  await survive(crash, () => createOrder(world, request));
  await restartWhenDead(world, crash);
  // The terminal resends what it does not know to have arrived (rule 1).
  await createOrder(world, request);
  const end = await liveOn(patient, id);
  assert.ok(["completed", "unwound"].includes(end.state), `seed ${seed}: ${JSON.stringify(end)}`);
  world.faults.clear();
  crash.restart();
  await assertBooksAgree(world, `seed ${seed} ${story}`);
  await assertNothingForgotten(world, `seed ${seed}`);
  if (end.state === "unwound") await takeBillAway(world, bill.id);
}

interface Patient {
  readonly world: World;
  readonly random: () => number;
  readonly crash: Crash;
}

/** The patient acts, time passes, workers work, the process dies and comes back. */
async function liveOn(patient: Patient, id: string): Promise<OrderView> {
  const { world, crash } = patient;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    await restartWhenDead(world, crash);
    const view = await readOrder(world, { id });
    if (view.state === "completed" || view.state === "unwound") {
      // Late answers and notices may still come in.
      await survive(crash, () => world.work());
      await restartWhenDead(world, crash);
      const later = await readOrder(world, { id });
      if (later.state === view.state && round > 2) return later;
    }
    await survive(crash, () => actOn(patient, view));
    await restartWhenDead(world, crash);
    world.clock.advance(2_000 + Math.floor(patient.random() * 20_000));
    await survive(crash, () => world.work());
  }
  await restartWhenDead(world, crash);
  return await readOrder(world, { id });
}

async function actOn({ world, random }: Patient, view: OrderView): Promise<void> {
  if (view.stage === "confirm" || view.stage === "confirm_again") {
    if (random() < 0.05) await act(world, view, "cancel");
    else await act(world, view, "confirm", { quoteVersion: view.quote?.version });
  } else if (view.stage === "choose_tender") {
    const isShown = random() < 0.5;
    const code = paymentCode("WXPAY", "pays", Math.floor(random() * 1e9));
    await act(world, view, "tender", {
      id: world.id(),
      ...(isShown ? { mode: "show_code" } : { mode: "scan_code", code }),
    });
  } else if (view.stage === "pay" && view.tender?.codeText) {
    if (random() < 0.15) await act(world, view, "tender/close");
    else if (random() < 0.1) await act(world, view, "cancel");
    else await payShownCode(world, view);
  }
}

async function survive(crash: Crash, step: () => Promise<unknown>): Promise<void> {
  try {
    await step();
  } catch (thrown) {
    if (!crash.isDead && !(thrown instanceof Crashed)) throw thrown;
  }
}

/** A new process finds the claims of the dead one run out. */
async function restartWhenDead(world: World, crash: Crash): Promise<void> {
  if (!crash.isDead) return;
  await world.services.background.settle();
  crash.restart();
  world.clock.advance(CLAIM_MS);
}

async function newBill(world: World, story: string): Promise<void> {
  const { idNumber } = world.person(story);
  const reply = await world.control(`/his/sandbox/persons/${idNumber}/bills`, {});
  assert.equal(reply.status, 200, await reply.text());
}

async function takeBillAway(world: World, billId: string): Promise<void> {
  await world.control(`/his/sandbox/bills/${billId}/withdraw`, {});
}
