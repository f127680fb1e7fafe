import type { Transaction } from "kysely";
import type {
  AggregatePayClient,
  BankOrder,
  BankRefund,
} from "../../gateways/aggregate_pay/client.ts";
import type { RefundFact } from "../../gateways/aggregate_pay/refund_fact.ts";
import { invariant } from "../../platform/errors.ts";
import { asFen, type Fen, ZERO } from "../../platform/money.ts";
import type { Outcome } from "../../platform/outcome.ts";
import { cashSplit, type LegAnswer } from "./leg_answer.ts";
import { findRefundById, insertRefund, lockTrade, setRefunded, updateRefund } from "./store.ts";
import type { PaymentTables } from "./tables.ts";
import type { Refund, Trade } from "./trade.ts";

/** The one way money goes back to a wallet; an undone tender and a surplus both take it. */

export type RefundPlan =
  | { readonly kind: "ask_bank"; readonly order: BankOrder; readonly refund: BankRefund }
  /** Nothing is left to ask: the books have the answer. */
  | { readonly kind: "known"; readonly answer: LegAnswer };

export interface WantedRefund {
  readonly tradeId: string;
  /** Stays the same on every retry. */
  readonly refundId: string;
  readonly amount: Fen | "remainder";
  readonly now: Date;
}

/**
 * Reserves the amount under the trade's row lock. A refused refund may be asked for again under
 * the same id: the bank, which knows it, can never pay it twice.
 */
export async function planRefund(
  tx: Transaction<PaymentTables>,
  wanted: WantedRefund,
): Promise<RefundPlan> {
  const trade = await lockTrade(tx, wanted.tradeId);
  invariant(trade !== null && trade.paid !== null, "only a paid trade is refunded");
  const known = await findRefundById(tx, wanted.refundId);
  if (known && known.state !== "refused") return planKnown(trade, known);
  const remainder = asFen(trade.paid - trade.refunded);
  const amount = known?.amount ?? (wanted.amount === "remainder" ? remainder : wanted.amount);
  if (amount === 0n) return { kind: "known", answer: refundDone(ZERO, null) };
  if (amount > remainder) return { kind: "known", answer: EXCEEDS };
  invariant(amount > 0n, "a refund is above zero");
  await setRefunded(tx, trade.id, {
    refunded_fen: trade.refunded + amount,
    changed_at: wanted.now,
  });
  const refund = { id: wanted.refundId, amount };
  if (known) await markRefund(tx, refund.id, { state: "requested", now: wanted.now });
  else await insertRefund(tx, refund, { trade, now: wanted.now });
  return askBank(trade, refund);
}

export async function planFindRefund(
  tx: Transaction<PaymentTables>,
  wanted: Pick<WantedRefund, "tradeId" | "refundId">,
): Promise<RefundPlan> {
  const trade = await lockTrade(tx, wanted.tradeId);
  const known = await findRefundById(tx, wanted.refundId);
  return trade && known ? planKnown(trade, known) : { kind: "known", answer: { kind: "absent" } };
}

export async function callRefund(
  bank: AggregatePayClient,
  plan: RefundPlan,
  call: "refund" | "queryRefund",
): Promise<LegAnswer> {
  if (plan.kind === "known") return plan.answer;
  return answerOf(await bank[call](plan.order, plan.refund));
}

export async function recordRefund(
  tx: Transaction<PaymentTables>,
  plan: RefundPlan,
  answer: LegAnswer,
  now: Date,
): Promise<void> {
  if (plan.kind === "known") return;
  if (answer.kind !== "done" && answer.kind !== "refused") return;
  const trade = await lockTrade(tx, plan.order.tradeId);
  const refund = await findRefundById(tx, plan.refund.refundId);
  invariant(trade !== null && refund !== null, "a planned refund is in the books");
  if (answer.kind === "done") {
    invariant(refund.state !== "refused", "a refund that was given up is not made");
    await markRefund(tx, refund.id, { state: "refunded", now, reference: answer.reference });
  } else if (refund.state === "requested") {
    await markRefund(tx, refund.id, {
      state: "refused",
      now,
      code: answer.code,
      text: answer.text,
    });
    await setRefunded(tx, trade.id, {
      refunded_fen: trade.refunded - refund.amount,
      changed_at: now,
    });
  }
}

const EXCEEDS: LegAnswer = {
  kind: "refused",
  code: "payment.exceeds_remainder",
  text: "退款金额超过可退金额",
};

function planKnown(trade: Trade, refund: Refund): RefundPlan {
  invariant(refund.tradeId === trade.id, "a refund id belongs to one trade");
  return refund.state === "refunded"
    ? { kind: "known", answer: refundDone(refund.amount, refund.reference) }
    : askBank(trade, refund);
}

function askBank(trade: Trade, refund: Pick<Refund, "id" | "amount">): RefundPlan {
  return {
    kind: "ask_bank",
    order: {
      tradeId: trade.id,
      merchant: trade.merchant,
      terminalNumber: trade.terminalNumber,
      amount: trade.amount,
    },
    refund: { refundId: refund.id, amount: refund.amount },
  };
}

function answerOf(outcome: Outcome<RefundFact>): LegAnswer {
  if (outcome.kind === "refused") {
    return { kind: "refused", code: "payment.refund_refused", text: outcome.text };
  }
  if (outcome.kind !== "done") return outcome;
  switch (outcome.value.state) {
    case "refunded":
      return refundDone(outcome.value.amount, outcome.value.reference);
    case "processing":
      return { kind: "pending" };
    case "absent":
      return { kind: "absent" };
  }
}

function refundDone(amount: bigint, reference: string | null): LegAnswer {
  return { kind: "done", split: cashSplit(amount), reference };
}

async function markRefund(
  tx: Transaction<PaymentTables>,
  id: string,
  mark: {
    readonly state: Refund["state"];
    readonly now: Date;
    readonly reference?: string | null;
    readonly code?: string;
    readonly text?: string;
  },
): Promise<void> {
  await updateRefund(tx, id, {
    state: mark.state,
    channel_reference: mark.reference ?? null,
    fail_code: mark.code ?? null,
    fail_text: mark.text || null,
    changed_at: mark.now,
  });
}
