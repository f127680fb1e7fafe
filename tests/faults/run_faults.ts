import type { CheckoutProfile } from "../../server/modules/settings/setting.ts";
import { Dice, partSeed } from "../simulation/dice.ts";
import { compareBooks } from "./compare_books.ts";
import { drain } from "./drain.ts";
import { settleCardDays } from "./end_card_day.ts";
import { pause } from "./mortal_process.ts";
import { readOwnBooks } from "./own_books.ts";
import { clearFaults, plantFaults } from "./party_faults.ts";
import { readPartyBooks } from "./party_books.ts";
import { withDatabase } from "./database.ts";
import { type FaultStage, openFaultStage } from "./stage.ts";
import { newTold, type Told } from "./told.ts";
import { type Suffered, summaryLines } from "./summary.ts";
import { tellOrders } from "./tell_orders.ts";
import { makeTroubles } from "./troubles.ts";
import { visit } from "./visit.ts";
import { planVisits, type VisitMix, type VisitPlan } from "./visit_plan.ts";

export interface FaultRunOptions {
  readonly seed: number;
  readonly seconds: number;
  /** Visits that begin in a second. */
  readonly perSecond: number;
  /** How long a quote, and then a way to pay, waits for its patient. */
  readonly payWaitMs: number;
  /** Processes that only work, beside the two that serve. */
  readonly working: number;
  readonly faultsPerSecond: number;
  readonly troubleRestMs: readonly [number, number];
  /** How long after the storm patients stay. */
  readonly staySeconds: number;
  readonly drainSecondsMax: number;
  readonly mix: VisitMix;
  readonly logFolder?: string;
  readonly write: (line: string) => Promise<void>;
}

/** Of faults at parties, where cards are taken. */
const CARD_SHARE = 0.25;

/** Two minutes of asking before a person is called. */
const WAITS_MS = [500, 500, 1_000, 1_000, ...Array.from({ length: 36 }, () => 3_000)];
const PROFILE: Pick<CheckoutProfile, "waitsMs"> = {
  waitsMs: { insurance: WAITS_MS, tender: WAITS_MS, fulfilment: WAITS_MS, surplus: WAITS_MS },
};

/** Load under faults, then rest, then every book against every other; the differences found. */
export async function runFaults(options: FaultRunOptions): Promise<readonly string[]> {
  const { seed, seconds, write } = options;
  await write(`seed ${seed}: ${seconds} s of load`);
  const takesCards = options.mix.modes.includes("card");
  await using stage = await openFaultStage({
    takesCards,
    serving: 2,
    working: options.working,
    profile: { ...PROFILE, confirmWaitMs: options.payWaitMs, payWaitMs: options.payWaitMs },
    ...(options.logFolder !== undefined && { logFolder: options.logFolder }),
  });
  await write(
    `stage: ${stage.platform.length} platform processes, ${stage.patients.length} patients`,
  );
  const plans = planVisits(options);
  const told = newTold();
  const suffered = await storm(stage, options, { plans, told });
  await clearFaults(stage);
  const drained = await drain(stage, { secondsMax: options.drainSecondsMax });
  await write(`drain: ${drained.seconds} s, ${drained.left.length} left`);
  if (takesCards) await settleCardDays(stage);
  const own = await withDatabase(stage.databaseUrl, readOwnBooks);
  const parties = await readPartyBooks(stage, own);
  const comparison = compareBooks(own, parties, told);
  const differences = [
    ...drained.left.map((left) => `not at rest: ${left}`),
    ...comparison.differences,
  ];
  if (differences.length > 0) {
    const told = await withDatabase(stage.databaseUrl, (db) => tellOrders(db, differences));
    for (const line of told) await write(line);
  }
  const summary = { plans, told, suffered, drained, own, parties, comparison, differences };
  for (const line of summaryLines(options, summary)) await write(line);
  return differences;
}

interface Crowd {
  readonly plans: readonly VisitPlan[];
  readonly told: Told;
}

async function storm(
  stage: FaultStage,
  options: FaultRunOptions,
  { plans, told }: Crowd,
): Promise<Suffered> {
  const { seed, seconds, write } = options;
  const over = new AbortController();
  const closing = new AbortController();
  const stop = over.signal;
  const dice = (part: number) => new Dice(partSeed(seed, part));
  const planted = plantFaults(stage, {
    dice: dice(2_000_003),
    perSecond: options.faultsPerSecond,
    cardShare: stage.desks.size > 0 ? CARD_SHARE : 0,
    stop,
  });
  const suffered = makeTroubles(stage, {
    dice: dice(3_000_017),
    restMs: options.troubleRestMs,
    stop,
    write,
  });
  const visits = plans.map(async (plan) => {
    await pause(plan.startsAtMs);
    await visit(stage, plan, { seed, told, closing: closing.signal });
  });
  await pause(seconds * 1_000);
  over.abort();
  const [faults, troubles] = await Promise.all([planted, suffered]);
  await write("storm over");
  const closes = setTimeout(() => closing.abort(), options.staySeconds * 1_000);
  await Promise.all(visits);
  clearTimeout(closes);
  return { faults, troubles };
}
