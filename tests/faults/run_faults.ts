import type { CheckoutProfile } from "../../server/modules/settings/setting.ts";
import { Dice, partSeed } from "../simulation/dice.ts";
import { compareBooks, type Comparison } from "./compare_books.ts";
import { drain } from "./drain.ts";
import { pause } from "./mortal_process.ts";
import { readOwnBooks } from "./own_books.ts";
import { clearFaults, plantFaults } from "./party_faults.ts";
import { readPartyBooks } from "./party_books.ts";
import { type FaultStage, openFaultStage, withDatabase } from "./stage.ts";
import { newTold, type Told } from "./told.ts";
import { makeTroubles } from "./troubles.ts";
import { visit } from "./visit.ts";
import { planVisits } from "./visit_plan.ts";

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
  readonly logFolder?: string;
  readonly write: (line: string) => Promise<void>;
}

/** Two minutes of asking before a person is called. */
const WAITS_MS = [500, 500, 1_000, 1_000, ...Array.from({ length: 36 }, () => 3_000)];
const PROFILE: Pick<CheckoutProfile, "waitsMs"> = {
  waitsMs: { insurance: WAITS_MS, tender: WAITS_MS, fulfilment: WAITS_MS, surplus: WAITS_MS },
};

/** Load under faults, then rest, then every book against every other; the differences found. */
export async function runFaults(options: FaultRunOptions): Promise<readonly string[]> {
  const { seed, seconds, write } = options;
  await write(`seed ${seed}: ${seconds} s of load`);
  await using stage = await openFaultStage({
    serving: 2,
    working: options.working,
    profile: { ...PROFILE, confirmWaitMs: options.payWaitMs, payWaitMs: options.payWaitMs },
    ...(options.logFolder !== undefined && { logFolder: options.logFolder }),
  });
  await write(
    `stage: ${stage.platform.length} platform processes, ${stage.patients.length} patients`,
  );
  const told = newTold();
  await storm(stage, options, told);
  await clearFaults(stage);
  const drained = await drain(stage, { secondsMax: options.drainSecondsMax });
  await write(`drain: ${drained.seconds} s, ${drained.left.length} left`);
  const parties = await readPartyBooks(stage);
  const own = await withDatabase(stage.databaseUrl, readOwnBooks);
  const ends = Map.groupBy(own.orders, ({ kind, state }) => `${kind} ${state}`);
  await write(`orders: ${countsText([...ends].map(([end, { length }]) => [end, length]))}`);
  await write(`answers: ${countsText(own.answers)}`);
  const paid = Map.groupBy(
    parties.trades.filter((trade) => trade.paid > 0n),
    ({ party, refunded }) => `${party} ${refunded > 0n ? "given back" : "kept"}`,
  );
  await write(`paid trades: ${countsText([...paid].map(([of, { length }]) => [of, length]))}`);
  const comparison = compareBooks(own, parties, told);
  await write(totalsText(comparison));
  return [...drained.left.map((left) => `not at rest: ${left}`), ...comparison.differences];
}

async function storm(stage: FaultStage, options: FaultRunOptions, told: Told): Promise<void> {
  const { seed, seconds, write } = options;
  const plans = planVisits(options);
  const over = new AbortController();
  const closing = new AbortController();
  const stop = over.signal;
  const dice = (part: number) => new Dice(partSeed(seed, part));
  const [planted, suffered] = [
    plantFaults(stage, { dice: dice(2_000_003), perSecond: options.faultsPerSecond, stop }),
    makeTroubles(stage, { dice: dice(3_000_017), restMs: options.troubleRestMs, stop, write }),
  ];
  const visits = plans.map(async (plan) => {
    await pause(plan.startsAtMs);
    await visit(stage, plan, { seed, told, closing: closing.signal });
  });
  await pause(seconds * 1_000);
  over.abort();
  const [faults, troubles] = await Promise.all([planted, suffered]);
  await write(`storm over: faults ${countsText(faults)}; troubles ${countsText(troubles)}`);
  const closes = setTimeout(() => closing.abort(), options.staySeconds * 1_000);
  await Promise.all(visits);
  clearTimeout(closes);
  await write(
    `visits: ${plans.length}, ${told.notBegun} not begun, ${told.completed.size} seen completed, ` +
      `${told.phonePays} paid by phone, ${told.refundsAsked} refunds asked, ` +
      `${told.returned.size} seen returned`,
  );
}

function countsText(counts: Iterable<readonly [string, number]>): string {
  return [...counts].toSorted().map(([what, count]) => `${what} ${count}`).join(", ");
}

function totalsText({ parties, ledger, differences }: Comparison): string {
  return `books (fen, outside/ledger): channels ${parties.channels}/${ledger.channels}, ` +
    `insurance ${parties.insurance}/${ledger.insurance}, HIS ${parties.his}/${ledger.his}; ` +
    `${differences.length} differences`;
}
