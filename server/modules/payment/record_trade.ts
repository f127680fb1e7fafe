import type { Transaction } from "kysely";
import { invariant } from "../../platform/errors.ts";
import type { RowTags } from "../../platform/row_tags.ts";
import type { AuditEvent } from "../audit/event.ts";
import { tradePaid } from "./audit_events.ts";
import type { TenderAnswer } from "./leg_answer.ts";
import { lockTrade, type TradeChange, updateTrade } from "./store.ts";
import type { PaymentTables } from "./tables.ts";
import { channelOf } from "./channel.ts";
import { advance, type TradeState } from "./trade.ts";

export interface AnsweredTrade {
  readonly tradeId: string;
  readonly ask: "perform" | "find" | "close";
  readonly answer: TenderAnswer;
  readonly now: Date;
  readonly tags: RowTags;
}

/** Writes down what the bank said of a trade; what says nothing about it changes nothing. */
export async function recordTrade(
  tx: Transaction<PaymentTables>,
  answered: AnsweredTrade,
): Promise<readonly AuditEvent[]> {
  const trade = await lockTrade(tx, answered.tradeId);
  invariant(trade !== null, "a planned trade is in the books");
  const heard = heardIn(answered);
  if (!heard || trade.state === "paid") return [];
  const state = advance(trade.state, heard);
  const details = state === heard ? detailsOf(answered) : {};
  await updateTrade(tx, { trade, change: { ...details, state } }, answered);
  if (state !== "paid") return [];
  const { paid_fen: amount = trade.amount, wallet } = details;
  return [tradePaid(trade, { amount, channel: wallet ?? channelOf(trade.mode) })];
}

function heardIn({ ask, answer }: AnsweredTrade): TradeState | null {
  switch (answer.kind) {
    case "done":
      return ask === "close" ? "closed" : "paid";
    case "pending":
      return answer.fact?.state === "password" ? "password" : answer.fact ? "waiting" : null;
    case "refused":
      if (ask === "close") return null;
      return CLOSED_CODES.has(answer.code) ? "closed" : "refused";
    case "absent":
    case "not_sent":
    case "unknown":
      return null;
  }
}

const CLOSED_CODES: ReadonlySet<string> = new Set([
  "payment.closed",
  "payment.expired",
  "payment.revoked",
]);

function detailsOf({ ask, answer, now }: AnsweredTrade): Omit<TradeChange, "state"> {
  const fact = answer.fact;
  if (answer.kind === "done" && ask !== "close") {
    const paid = fact?.state === "paid" ? fact : null;
    invariant(
      answer.split !== null && answer.reference !== null,
      "a paid trade has an amount and a number",
    );
    return {
      paid_fen: answer.split.cash,
      channel_reference: answer.reference,
      wallet: paid?.wallet ?? null,
      paid_at: paid?.paidAt ?? now,
    };
  }
  if (answer.kind === "refused") return { fail_code: answer.code, fail_text: answer.text || null };
  return fact?.state === "waiting" && fact.codeText !== null
    ? { code_text: fact.codeText, ...(fact.expiresAt && { expires_at: fact.expiresAt }) }
    : {};
}
