import assert from "node:assert/strict";
import { seededRandom } from "../../../tests/random.ts";
import { apply, type Settlement, settlementsOf } from "./apply.ts";
import { decide } from "./decide.ts";
import type { Ask, LegAnswer, Split } from "./leg.ts";
import {
  isFulfilled,
  isSettledBack,
  type Leg,
  type LegKind,
  newSaga,
  type Saga,
  type SagaRules,
  stateOf,
} from "./saga.ts";

/**
 * Random runs of the saga against parties that keep their own truth: requests and answers get lost,
 * patients come and go, the process forgets which asks were open. What counts is judged on the
 * parties' side at the end.
 */

const RUNS = 20_000;
const STEPS_MAX = 400;
const ORDERS: readonly (readonly LegKind[])[] = [
  ["insurance", "tender", "fulfilment"],
  ["tender", "insurance", "fulfilment"],
  ["tender", "fulfilment"],
];
const WAITS = [1_000, 2_000, 5_000, 10_000, 60_000];
const RULES: SagaRules = {
  waitsMs: { insurance: WAITS, tender: WAITS, fulfilment: WAITS, surplus: WAITS },
  confirmWaitMs: 60_000,
  payWaitMs: 60_000,
};

/** What one party really holds of one leg. */
interface Truth {
  moved: bigint;
  tombstone: boolean;
  waitingForPatient: boolean;
}

class World {
  readonly truths = new Map<number, Truth>();
  readonly #random: () => number;
  /** Chance of each fault; 0 in the calm after the storm. */
  faultRate: number;
  readonly claim: Split;
  readonly settled: Split;

  constructor(random: () => number, faultRate: number) {
    this.#random = random;
    this.faultRate = faultRate;
    const cash = BigInt(Math.floor(random() * 3)) * 1000n;
    this.claim = { total: 9000n, fund: 8000n - cash, account: 1000n, other: 0n, cash };
    const differs = random() < 0.15 ? BigInt(Math.floor(random() * 5) - 2) * 100n : 0n;
    const settledCash = cash + differs < 0n ? 0n : cash + differs;
    this.settled = { ...this.claim, cash: settledCash, fund: 8000n - settledCash };
  }

  of(leg: Leg): Truth {
    const truth = this.truths.get(leg.n) ??
      { moved: 0n, tombstone: false, waitingForPatient: false };
    this.truths.set(leg.n, truth);
    return truth;
  }

  chance(rate: number): boolean {
    return this.#random() < rate;
  }

  answer(leg: Leg, ask: Ask): LegAnswer {
    if (this.chance(this.faultRate)) return { kind: "not_sent", reason: "refused" };
    if (this.chance(this.faultRate)) return { kind: "unknown", reason: "request lost" };
    const answer = this.#process(leg, ask);
    return this.chance(this.faultRate) ? { kind: "unknown", reason: "answer lost" } : answer;
  }

  #process(leg: Leg, ask: Ask): LegAnswer {
    const truth = this.of(leg);
    switch (ask) {
      case "prepare":
        if (this.chance(this.faultRate / 2)) return no();
        return yes(leg.kind === "insurance" ? this.claim : { ...NOTHING, total: 9000n });
      case "perform":
        return this.#perform(leg, truth);
      case "find":
        if (truth.moved > 0n) return yes(this.#split(leg, truth));
        if (truth.tombstone) return no();
        return truth.waitingForPatient ? { kind: "pending" } : { kind: "absent" };
      case "close":
        if (truth.moved > 0n) return no();
        truth.tombstone = true;
        truth.waitingForPatient = false;
        return yes(null);
      case "undo":
        if (this.chance(this.faultRate / 4)) return no();
        truth.moved = 0n;
        truth.tombstone = true;
        return yes(null);
      case "find_undo":
        return truth.moved === 0n ? yes(null) : { kind: "absent" };
      case "release":
        return yes(null);
      default:
        return ask satisfies never;
    }
  }

  #perform(leg: Leg, truth: Truth): LegAnswer {
    if (truth.tombstone) return no();
    if (truth.moved > 0n) return yes(this.#split(leg, truth));
    if (this.chance(this.faultRate / 2)) return no();
    if (leg.kind === "tender" && this.chance(0.6)) {
      truth.waitingForPatient = true;
      return { kind: "pending" };
    }
    truth.moved = leg.amount ?? 9000n;
    return yes(this.#split(leg, truth));
  }

  #split(leg: Leg, truth: Truth): Split {
    if (leg.kind === "insurance") return this.settled;
    return { ...NOTHING, total: truth.moved, cash: truth.moved };
  }

  /** What staff may truly state of a leg, made lasting at the party as they state it; else null. */
  stated(leg: Leg): Settlement["outcome"] | null {
    const truth = this.of(leg);
    const possible = settlementsOf(leg);
    // Figures that differ from the quoted ones are no outcome that two persons can state.
    const isAsQuoted = leg.kind !== "insurance" || leg.split?.cash === this.settled.cash;
    if (truth.moved > 0n && possible.includes("done") && isAsQuoted) return "done";
    if (truth.moved === 0n && possible.includes("not_done")) {
      truth.tombstone = true;
      truth.waitingForPatient = false;
      return "not_done";
    }
    if (leg.kind === "surplus" && possible.includes("done")) {
      truth.moved = leg.amount ?? 0n;
      return "done";
    }
    if (!possible.includes("undone")) return null;
    truth.moved = 0n;
    truth.tombstone = true;
    return "undone";
  }

  /** The patient's phone pays the code on the screen, perhaps after it was closed at our side. */
  phonePays(leg: Leg): boolean {
    const truth = this.of(leg);
    if (!truth.waitingForPatient || truth.tombstone || truth.moved > 0n) return false;
    truth.moved = leg.amount ?? 0n;
    return true;
  }
}

const NOTHING: Split = { total: 0n, fund: 0n, account: 0n, other: 0n, cash: 0n };

function yes(split: Split | null): LegAnswer {
  return { kind: "done", split, reference: "r" };
}

function no(): LegAnswer {
  return { kind: "refused", code: "no", text: "no" };
}

/** How many outcomes of each kind staff stated, over all runs. */
const STATED = new Map<Settlement["outcome"], number>();

function runOnce(seed: number): { saga: Saga; world: World } {
  const random = seededRandom(seed);
  const world = new World(random, random() * 0.25);
  const order = ORDERS[Math.floor(random() * ORDERS.length)] ?? ["fulfilment"];
  let saga = newSaga(order);
  let now = 1_000;
  for (let step = 0; step < STEPS_MAX; step++) {
    if (step === 120) world.faultRate = 0;
    const at = { rules: RULES, now };
    saga = nudge({ saga, world, random, now });
    const next = decide(saga, RULES, now);
    if (next.kind === "rest") {
      if (step > 120) return { saga, world };
      now += 1_000;
    } else if (next.kind === "turn_back") {
      saga = apply(saga, { kind: "stopped", stop: next.stop }, at);
    } else if (next.kind === "patient") {
      saga = patientActs({ saga, random, now });
      now += Math.floor(random() * 20_000);
    } else {
      now = Math.max(now, next.notBefore);
      const asking = apply(saga, { kind: "asked", leg: next.leg, ask: next.ask }, { ...at, now });
      const leg = asking.legs.find((candidate) => candidate.n === next.leg);
      assert.ok(leg);
      const answer = world.answer(leg, next.ask);
      // A crash here: the answer reaches nobody and the ask stays open.
      const crashed = random() < world.faultRate / 3;
      saga = crashed
        ? asking
        : apply(asking, { kind: "answered", leg: next.leg, ask: next.ask, answer }, { ...at, now });
    }
  }
  return { saga, world };
}

function nudge(
  { saga, world, random, now }: { saga: Saga; world: World; random: () => number; now: number },
): Saga {
  const tender = saga.legs.find((leg) => leg.kind === "tender" && world.of(leg).waitingForPatient);
  if (tender && random() < 0.3 && world.phonePays(tender) && random() < 0.7) {
    return apply(saga, { kind: "reported", leg: tender.n }, { rules: RULES, now });
  }
  return random() < 0.15 ? staffActs({ saga, world, random, now }) : saga;
}

function staffActs(
  { saga, world, random, now }: { saga: Saga; world: World; random: () => number; now: number },
): Saga {
  const at = { rules: RULES, now };
  const pick = random();
  if (pick < 0.5) return apply(saga, { kind: "hurried" }, at);
  if (pick < 0.55) {
    // What HIS has posted is given back by a refund.
    return isFulfilled(saga) ? saga : apply(saga, { kind: "stopped", stop: "staff_closed" }, at);
  }
  const leg = saga.legs.find((candidate) => settlementsOf(candidate).length > 0);
  const outcome = leg ? world.stated(leg) : null;
  if (!leg || outcome === null) return saga;
  STATED.set(outcome, (STATED.get(outcome) ?? 0) + 1);
  const settlement = { outcome, reference: "paper" };
  return apply(saga, { kind: "settled", leg: leg.n, settlement }, at);
}

function patientActs(
  { saga, random, now }: { saga: Saga; random: () => number; now: number },
): Saga {
  const at = { rules: RULES, now };
  const pick = random();
  if (pick < 0.45) return apply(saga, { kind: "agreed", quoteVersion: saga.quoteVersion }, at);
  if (pick < 0.85) return apply(saga, { kind: "chose_tender" }, at);
  if (pick < 0.9) return apply(saga, { kind: "dropped_tender" }, at);
  return pick < 0.93 ? apply(saga, { kind: "stopped", stop: "cancelled" }, at) : saga;
}

function judge(seed: number, saga: Saga, world: World): string {
  const state = stateOf(saga, RULES);
  const what = `seed ${seed}: ${state} ${saga.legs.map((leg) => `${leg.kind}=${leg.state}`)}`;
  const truth = (kind: LegKind) =>
    saga.legs.filter((leg) => leg.kind === kind)
      .reduce((sum, leg) => sum + world.of(leg).moved, 0n);
  if (state === "completed") {
    assert.equal(truth("fulfilment"), 9000n, what);
    const insured = saga.legs.some((leg) => leg.kind === "insurance");
    const claimed = insured ? 9000n - world.settled.cash : 0n;
    if (insured) assert.equal(truth("insurance"), 9000n, what);
    assert.equal(truth("tender") - truth("surplus"), 9000n - claimed, what);
  } else {
    assert.equal(state, "unwound", what);
    assert.ok(saga.legs.every(isSettledBack), what);
    for (const kind of ["fulfilment", "insurance", "tender"] as const) {
      assert.equal(truth(kind), 0n, `${what}: ${kind} kept money`);
    }
  }
  return state;
}

Deno.test(`${RUNS} seeded random orders end completed or unwound, and no party keeps a fen`, () => {
  const ends = new Map<string, number>();
  for (let seed = 1; seed <= RUNS; seed++) {
    const { saga, world } = runOnce(seed);
    const end = judge(seed, saga, world);
    ends.set(end, (ends.get(end) ?? 0) + 1);
  }
  assert.ok((ends.get("completed") ?? 0) > RUNS / 10, JSON.stringify([...ends]));
  assert.ok((ends.get("unwound") ?? 0) > RUNS / 10, JSON.stringify([...ends]));
  for (const outcome of ["done", "not_done", "undone"] as const) {
    assert.ok((STATED.get(outcome) ?? 0) > RUNS / 400, `${outcome}: ${STATED.get(outcome)}`);
  }
});
