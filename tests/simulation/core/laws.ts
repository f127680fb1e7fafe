import { type Leg, type LegKind, stateOf } from "../../../server/modules/checkout/saga.ts";
import { refundedOf, type SimulatedChannel } from "./channel.ts";
import type { SimulatedHis } from "./his.ts";
import type { SimulatedInsurance } from "./insurance.ts";
import { balanceOf, type Entry, type OrderRow, type TradeRow } from "./order_row.ts";
import { checkReturn, standsAtRest } from "./refund_laws.ts";
import { RULES } from "./rules.ts";
import { hold } from "./violation.ts";

/** The truth: what the parties really have in their books. */
export interface Truth {
  readonly his: SimulatedHis;
  readonly insurance: SimulatedInsurance;
  readonly channel: SimulatedChannel;
}

/** What must hold after every commit (docs/architecture.md, the rules of checkout). */
export function checkCommit(truth: Truth, before: OrderRow | null, after: OrderRow): void {
  const state = stateOf(after.saga, RULES);
  const what = () => `${after.id} ${state}: ${describe(after)}`;
  const isFinal = state === "completed" || state === "unwound";
  hold(
    isFinal || after.nextAttemptAt !== null,
    () => `rests unfinished without a next attempt: ${what()}`,
  );
  if (after.postings !== before?.postings) {
    checkPostings(after, what);
    checkNothingDeleted(before?.postings ?? [], after.postings, what);
  }
  if (after.trades !== before?.trades) {
    for (const trade of after.trades.values()) checkRefunds(truth, trade, what);
  }
  for (const leg of after.saga.legs) {
    const was = before?.saga.legs.find(({ n }) => n === leg.n);
    // An undo that is not known to have arrived may do so while we write that it has not.
    const mayBeBack = was?.state === "undoing" || was?.state === "undo_unknown";
    if (was?.state !== leg.state && !(mayBeBack && leg.state === "done")) {
      checkLeg(truth, { row: after, leg }, what);
    }
  }
  if (state === "completed") checkCompleted(truth, after, what);
}

function checkNothingDeleted(
  before: readonly Entry[],
  after: readonly Entry[],
  what: () => string,
): void {
  hold(before.every((entry, n) => after[n] === entry), () => `a posting is gone: ${what()}`);
}

function checkPostings(row: OrderRow, what: () => string): void {
  hold(balanceOf(row, "patient:hold") <= 0n, () => `the hold is below zero: ${what()}`);
  for (const { leg, cause } of row.postings) {
    const back = row.postings.filter((entry) => entry.leg === leg && entry.cause === "moved_back");
    const there = row.postings.filter((entry) => entry.leg === leg && entry.cause === "moved");
    const sides = new Set(there.map(({ debit, credit }) => `${debit} ${credit}`));
    hold(sides.size === there.length, () => `leg ${leg} is posted twice: ${what()}`);
    hold(
      cause === "moved" || back.length <= there.length,
      () => `leg ${leg} went back twice: ${what()}`,
    );
  }
}

/** Rule 7, in our books and in the channel's. */
function checkRefunds(truth: Truth, trade: TradeRow, what: () => string): void {
  let given = 0n;
  for (const { amount, state } of trade.refunds.values()) if (state !== "refused") given += amount;
  const at = () => `trade ${trade.tradeId}: ${what()}`;
  hold(given <= (trade.paid ?? 0n), () => `more is refunded than was paid, ${at()}`);
  hold(given === trade.refunded, () => `refunds are ${given}, kept as ${trade.refunded}, ${at()}`);
  const theirs = truth.channel.trades.get(trade.tradeId);
  if (theirs) {
    hold(refundedOf(theirs) <= theirs.paid, () => `the channel gave back too much, ${at()}`);
  }
}

/** Rule 4: only what a party really did, or can never do any more, makes a leg's state final. */
function checkLeg(
  truth: Truth,
  { row, leg }: { readonly row: OrderRow; readonly leg: Leg },
  what: () => string,
): void {
  if (row.refund && leg.kind.endsWith("_return")) {
    return checkReturn(truth, { row, refund: row.refund, leg }, what);
  }
  const isThere = moneyAt(truth, row, leg);
  const at = () => `leg ${leg.n} ${leg.kind} is ${leg.state}: ${what()}`;
  switch (leg.state) {
    case "done":
      return hold(isThere || cannotBeSure(leg.kind), () => `nothing moved, yet ${at()}`);
    case "refused":
      hold(!isThere || comesLate(truth, row, leg), () => `the money moved, yet ${at()}`);
      return hold(!mayStillMove(truth, row, leg), () => `the money can still move, yet ${at()}`);
    case "undone":
      return hold(!isThere, () => `the money is not back, yet ${at()}`);
    default:
  }
}

/** A surplus has no books of its own at the channel: the tender's are looked at in the end. */
function cannotBeSure(kind: LegKind): boolean {
  return kind === "surplus";
}

function moneyAt(truth: Truth, row: OrderRow, leg: Leg): boolean {
  switch (leg.kind) {
    case "fulfilment":
      return truth.his.total(row.id) > 0n;
    case "insurance":
      return truth.insurance.split(row.id) !== null;
    case "tender":
      return truth.channel.kept(row.trades.get(leg.n)?.tradeId ?? "") > 0n;
    default:
      return false;
  }
}

/** The patient's money came behind our closing; its notice is on its way. */
function comesLate(truth: Truth, row: OrderRow, leg: Leg): boolean {
  return truth.channel.trades.get(row.trades.get(leg.n)?.tradeId ?? "")?.mayComeLate === true;
}

function mayStillMove(truth: Truth, row: OrderRow, leg: Leg): boolean {
  const trade = truth.channel.trades.get(row.trades.get(leg.n)?.tradeId ?? "");
  return trade?.state === "waiting" || trade?.state === "password";
}

function checkCompleted(truth: Truth, row: OrderRow, what: () => string): void {
  if (row.refund) return;
  const posted = truth.his.postings.get(row.id)?.total;
  hold(posted === row.figures.total, () => `HIS has not posted: ${what()}`);
  const isInsured = row.saga.legs.some(({ kind }) => kind === "insurance");
  hold(
    !isInsured || truth.insurance.settlements.has(row.id),
    () => `insurance has not settled: ${what()}`,
  );
}

/**
 * When all is quiet: the order and its refunds have ended, every party's books agree with ours to
 * the fen, and what stands is what was not given back.
 */
export function checkAtRest(truth: Truth, row: OrderRow, refunds: readonly OrderRow[]): void {
  const state = stateOf(row.saga, RULES);
  const what = () => [row, ...refunds].map((one) => `${one.id}: ${describe(one)}`).join("\n");
  hold(state === "completed" || state === "unwound", () => `did not come to its end: ${what()}`);
  hold(row.nextAttemptAt === null, () => `is still to be worked on: ${what()}`);
  hold(balanceOf(row, "patient:hold") === 0n, () => `money is still held: ${what()}`);
  if (row.refund) return;
  const family = [row, ...refunds];
  const sum = (of: (one: OrderRow) => bigint) => family.reduce((all, one) => all + of(one), 0n);
  const insured = sum(({ id }) => {
    const split = truth.insurance.split(id);
    return split ? split.total - split.cash : 0n;
  });
  const his = sum(({ id }) => truth.his.total(id));
  let kept = 0n;
  for (const { tradeId } of row.trades.values()) kept += truth.channel.kept(tradeId);
  const ours = (account: string) => sum((one) => balanceOf(one, account));
  hold(ours("channel:") === kept, () => `the channel keeps ${kept}: ${what()}`);
  hold(ours("insurance:") === insured, () => `insurance settled ${insured}: ${what()}`);
  hold(-ours("his:posted") === his, () => `HIS posted ${his}: ${what()}`);
  const stands = state === "completed" ? standsAtRest(row, refunds) : 0n;
  hold(his === stands, () => `HIS keeps ${his} posted, ${stands} stand: ${what()}`);
  const due = state === "completed" ? stands - insured - ours("refund:") : 0n;
  hold(kept === due, () => `the patient paid ${kept} for ${due}: ${what()}`);
  if (state === "unwound") hold(insured === 0n, () => `insurance kept something: ${what()}`);
}

function describe(row: OrderRow): string {
  const legs = row.saga.legs.map((leg) =>
    `${leg.kind}=${leg.state}${leg.late ? " late" : ""}${leg.held ? " held" : ""}`
  );
  const postings = row.postings.map((entry) =>
    `${entry.leg} ${entry.cause} ${entry.debit}>${entry.credit} ${entry.amount}`
  );
  return `${legs.join(", ")}; stop ${row.saga.stop}; ${postings.join("; ")}`;
}
