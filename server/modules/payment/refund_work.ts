import type { Transaction } from "kysely";
import { invariant } from "../../platform/errors.ts";
import { type Fen, ZERO } from "../../platform/money.ts";
import type { Outcome } from "../../platform/outcome.ts";
import type { AuditEvent } from "../audit/event.ts";
import { refundEnded, refundRequested } from "./audit_events.ts";
import {
  channelOf,
  type ChannelRefund,
  type ChannelTrade,
  type RefundFact,
  type TenderChannels,
} from "./channel.ts";
import { cashSplit, type LegAnswer } from "./leg_answer.ts";
import {
  areUnchanged,
  findRefundById,
  insertRefund,
  lockTrade,
  selectRefundReferences,
  updateRefund,
  updateTrade,
  type Writing,
} from "./store.ts";
import type { PaymentTables } from "./tables.ts";
import { amountToRefund, type Refund, type Trade } from "./trade.ts";

/** The one way money goes back to where it came from; an undone tender and a surplus both take it. */

export type RefundPlan =
  | {
    readonly kind: "ask_channel";
    readonly trade: ChannelTrade;
    readonly refund: ChannelRefund;
    /** References of the trade's other refunds: none of them is this one's. */
    readonly taken: readonly string[];
    /** Of what planning wrote down: the refund, when it was not asked for before. */
    readonly events: readonly AuditEvent[];
  }
  /** Nothing is left to ask: the books have the answer. */
  | { readonly kind: "known"; readonly answer: LegAnswer };

export interface WantedRefund {
  readonly tradeId: string;
  /** Stays the same on every retry. */
  readonly refundId: string;
  readonly amount: Fen | "remainder";
}

/**
 * Reserves the amount under the trade's row lock. A refused refund may be asked for again under
 * the same id: the channel, which knows it, can never pay it twice.
 */
export async function planRefund(
  tx: Transaction<PaymentTables>,
  wanted: WantedRefund,
  writing: Writing,
): Promise<RefundPlan> {
  const trade = await lockTrade(tx, wanted.tradeId);
  invariant(trade !== null && trade.paid !== null, "only a paid trade is refunded");
  const known = await findRefundById(tx, wanted.refundId);
  if (!await areUnchanged(tx, writing.tags, { trade, refund: known })) {
    return { kind: "known", answer: CHANGED };
  }
  if (known && known.state !== "refused") return await planKnown(tx, trade, known);
  const amount = amountToRefund(
    { paid: trade.paid, refunded: trade.refunded },
    known?.amount ?? wanted.amount,
  );
  if (amount === null) return { kind: "known", answer: EXCEEDS };
  if (amount === ZERO) return { kind: "known", answer: refundDone(ZERO, null) };
  await updateTrade(tx, { trade, change: { refunded_fen: trade.refunded + amount } }, writing);
  const refund = { id: wanted.refundId, amount };
  if (!known) await insertRefund(tx, { trade, refund }, writing);
  else await markRefund(tx, { trade, refund: known, mark: { state: "requested" } }, writing);
  return await askChannel(tx, { trade, refund, events: [refundRequested(trade, refund)] });
}

export function eventsOfPlan(plan: RefundPlan): readonly AuditEvent[] {
  return plan.kind === "ask_channel" ? plan.events : [];
}

/**
 * A refusal has freed the amount: what is found of it later is not believed, the refund is asked
 * for again under its id, which takes the amount anew.
 */
export async function planFindRefund(
  tx: Transaction<PaymentTables>,
  wanted: Pick<WantedRefund, "tradeId" | "refundId">,
): Promise<RefundPlan> {
  const trade = await lockTrade(tx, wanted.tradeId);
  const known = await findRefundById(tx, wanted.refundId);
  if (!trade || !known || known.state === "refused") {
    return { kind: "known", answer: { kind: "absent" } };
  }
  return await planKnown(tx, trade, known);
}

export async function callRefund(
  channels: TenderChannels,
  plan: RefundPlan,
  call: "refund" | "queryRefund",
): Promise<LegAnswer> {
  if (plan.kind === "known") return plan.answer;
  return answerOf(await channels[channelOf(plan.trade.mode)][call](plan.trade, plan.refund), plan);
}

export async function recordRefund(
  tx: Transaction<PaymentTables>,
  { plan, answer }: { readonly plan: RefundPlan; readonly answer: LegAnswer },
  writing: Writing,
): Promise<readonly AuditEvent[]> {
  if (plan.kind === "known") return [];
  if (answer.kind !== "done" && answer.kind !== "refused") return [];
  const trade = await lockTrade(tx, plan.trade.tradeId);
  const refund = await findRefundById(tx, plan.refund.refundId);
  invariant(trade !== null && refund !== null, "a planned refund is in the books");
  if (answer.kind === "done") {
    invariant(refund.state !== "refused", "a refund that was given up is not made");
    const mark = { state: "refunded", reference: answer.reference } as const;
    await markRefund(tx, { trade, refund, mark }, writing);
    return refund.state === "refunded" ? [] : [refundEnded(trade, refund, null)];
  }
  if (refund.state === "requested") {
    const mark = { state: "refused", code: answer.code, text: answer.text } as const;
    await markRefund(tx, { trade, refund, mark }, writing);
    const change = { refunded_fen: trade.refunded - refund.amount };
    await updateTrade(tx, { trade, change }, writing);
    return [refundEnded(trade, refund, answer.code)];
  }
  return [];
}

const EXCEEDS: LegAnswer = {
  kind: "refused",
  code: "payment.exceeds_remainder",
  text: "退款金额超过可退金额",
};

/** Somebody wrote into the books past the platform: a person has to look before money moves. */
const CHANGED: LegAnswer = {
  kind: "refused",
  code: "payment.record_changed",
  text: "支付记录被改动，需要人工核对",
};

async function planKnown(
  tx: Transaction<PaymentTables>,
  trade: Trade,
  refund: Refund,
): Promise<RefundPlan> {
  invariant(refund.tradeId === trade.id, "a refund id belongs to one trade");
  if (refund.state !== "refunded") return await askChannel(tx, { trade, refund, events: [] });
  return { kind: "known", answer: refundDone(refund.amount, refund.reference) };
}

async function askChannel(
  tx: Transaction<PaymentTables>,
  { trade, refund, events }: {
    readonly trade: Trade;
    readonly refund: Pick<Refund, "id" | "amount">;
    readonly events: readonly AuditEvent[];
  },
): Promise<RefundPlan> {
  return {
    kind: "ask_channel",
    events,
    trade: {
      tradeId: trade.id,
      orderId: trade.orderId,
      institutionId: trade.institutionId,
      mode: trade.mode,
      merchant: trade.merchant,
      terminalNumber: trade.terminalNumber,
      amount: trade.amount,
    },
    refund: { refundId: refund.id, amount: refund.amount },
    taken: await selectRefundReferences(tx, { trade, except: refund.id }),
  };
}

function answerOf(
  outcome: Outcome<RefundFact>,
  plan: Extract<RefundPlan, { kind: "ask_channel" }>,
): LegAnswer {
  if (outcome.kind !== "done") return outcome;
  switch (outcome.value.state) {
    case "refunded":
      return refundedAnswer(outcome.value, plan);
    case "processing":
      return { kind: "pending" };
    case "absent":
      return { kind: "absent" };
  }
}

/** What does not fit what was asked for is for a person to look at: it never counts as made. */
function refundedAnswer(
  { amount, reference }: Extract<RefundFact, { state: "refunded" }>,
  { refund, taken }: Extract<RefundPlan, { kind: "ask_channel" }>,
): LegAnswer {
  if (amount !== refund.amount) {
    return { kind: "unknown", reason: `refunded ${amount} fen instead of ${refund.amount}` };
  }
  if (taken.includes(reference)) {
    return { kind: "unknown", reason: "answered with another refund's reference" };
  }
  return refundDone(amount, reference);
}

function refundDone(amount: bigint, reference: string | null): LegAnswer {
  return { kind: "done", split: cashSplit(amount), reference };
}

async function markRefund(
  tx: Transaction<PaymentTables>,
  { trade, refund, mark }: {
    readonly trade: Trade;
    readonly refund: Refund;
    readonly mark: {
      readonly state: Refund["state"];
      readonly reference?: string | null;
      readonly code?: string;
      readonly text?: string;
    };
  },
  writing: Writing,
): Promise<void> {
  const change = {
    state: mark.state,
    channel_reference: mark.reference ?? null,
    fail_code: mark.code ?? null,
    fail_text: mark.text || null,
  };
  await updateRefund(tx, { trade, refund, change }, writing);
}
