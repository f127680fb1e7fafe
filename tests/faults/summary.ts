import type { Comparison } from "./compare_books.ts";
import type { Drained } from "./drain.ts";
import type { OwnBooks } from "./own_books.ts";
import { PARTY_CHANNELS, type PartyBooks } from "./party_books.ts";
import type { Told } from "./told.ts";
import type { TroubleKind } from "./troubles.ts";
import type { VisitPlan } from "./visit_plan.ts";

/** What a run was and what came of it, for whoever reads its last lines. */

export interface Suffered {
  readonly faults: ReadonlyMap<string, number>;
  readonly troubles: ReadonlyMap<TroubleKind, number>;
}

export interface Summary {
  readonly plans: readonly VisitPlan[];
  readonly told: Told;
  readonly suffered: Suffered;
  readonly drained: Drained;
  readonly own: OwnBooks;
  readonly parties: PartyBooks;
  readonly comparison: Comparison;
  readonly differences: readonly string[];
}

export function summaryLines(
  { seed, seconds }: { readonly seed: number; readonly seconds: number },
  summary: Summary,
): string[] {
  const { plans, told, suffered, drained, own, parties, differences } = summary;
  const paid = parties.trades.filter((trade) => trade.paid > 0n);
  return [
    `--- seed ${seed}, ${seconds} s of load`,
    `visits: ${plans.length} (${countsOf(plans, ({ errand }) => errand.kind)}), ` +
    `${told.notBegun} not begun, ${told.completed.size} seen completed`,
    `orders: ${countsOf(own.orders, ({ kind, state }) => `${kind} ${state}`)}`,
    `tenders: ${countsOf(own.trades, ({ mode }) => mode)}; ${told.phonePays} paid by phone`,
    `paid: ${countsOf(paid, (one) => `${one.party} ${one.refunded > 0n ? "given back" : "kept"}`)}`,
    `cards: ${told.cardsPresented} sales signed, keys brought to ${told.padKeysBrought} pads; ` +
    countsOf(own.cardMessages, (one) => [one.kind, one.state, one.failCode].join(" ").trim()),
    `card days: ${countsOf(own.batches, ({ state }) => state)}`,
    `slots: ${countsOf(parties.holds, ({ state }) => state)}`,
    `refunds: ${told.refundsAsked} asked and ${told.dischargesAsked} after stays, ` +
    `${told.returned.size} seen returned`,
    `answers: ${countsText(own.answers)}`,
    `faults: ${countsText(suffered.faults)}`,
    `kills: ${countsText(suffered.troubles)}`,
    ...totalLines(summary.comparison),
    `rest after ${drained.seconds} s; ${differences.length} differences`,
    ...(told.completed.size < plans.length * PLAYED_MIN ? [TOO_LITTLE] : []),
  ];
}

/** Of the visits; with fewer the machine was too slow for the rate, and little was tried. */
const PLAYED_MIN = 0.3;
const TOO_LITTLE = "WARNING few visits got to their end: try a lower --rate or a quieter machine";

function totalLines({ parties, ledger }: Comparison): string[] {
  const channels = PARTY_CHANNELS.map((channel) =>
    `${channel} ${parties.channels[channel]}/${ledger.channels[channel]}`
  );
  const others = [
    `insurance ${parties.insurance}/${ledger.insurance}`,
    `HIS ${parties.his}/${ledger.his}`,
  ];
  return [`books (fen, outside/ledger): ${[...channels, ...others].join(", ")}`];
}

function countsOf<Item>(items: readonly Item[], nameOf: (item: Item) => string): string {
  const groups = Map.groupBy(items, nameOf);
  return countsText([...groups].map(([name, { length }]) => [name, length]));
}

function countsText(counts: Iterable<readonly [string, number]>): string {
  return [...counts].toSorted().map(([what, count]) => `${what} ${count}`).join(", ");
}
