import type { Transaction } from "kysely";
import type { Clock } from "../../platform/clock.ts";
import { DomainError, invariant } from "../../platform/errors.ts";
import type { Fen } from "../../platform/money.ts";
import type { RowTags } from "../../platform/row_tags.ts";
import type { AuditEvent } from "../audit/event.ts";
import type { Presented, TenderChannels, TenderMode } from "./channel.ts";
import { type Ask, type LegAnswer, NOTHING_TO_DO, type TenderAnswer } from "./leg_answer.ts";
import { recordTrade } from "./record_trade.ts";
import {
  callRefund,
  eventsOfPlan,
  planFindRefund,
  planRefund,
  recordRefund,
  type RefundPlan,
} from "./refund_work.ts";
import { findTradeById, insertTrade, lockTrade, updateTrade, type Writing } from "./store.ts";
import type { PaymentTables } from "./tables.ts";
import { askChannel } from "./tender_call.ts";
import { advance, type Trade } from "./trade.ts";

export interface TenderDeps {
  readonly channels: TenderChannels;
  readonly clock: Clock;
  readonly tags: RowTags;
}

export interface TenderContext {
  readonly orderId: string;
  readonly institutionId: string;
  readonly tradeId: string;
  readonly mode: TenderMode;
  /** Null for modes that need nothing, and after a restart. */
  readonly presented: Presented | null;
  readonly amountFen: Fen;
  readonly title: string;
  readonly terminalNumber: string;
  /** The institution's number at the channel. */
  readonly merchant: string;
  readonly expiresAt: Date;
  /** Needed from `undo` on; stays the same until the refund has a definite end. */
  readonly refundId: string | null;
}

/** Never to be stored or logged: it may hold a payment code or a card. */
export type TenderPlan =
  | { readonly kind: "known"; readonly answer: LegAnswer }
  | {
    readonly kind: "trade";
    readonly ask: "perform" | "find" | "close";
    readonly context: TenderContext;
  }
  | { readonly kind: "refund"; readonly ask: "undo" | "find_undo"; readonly refund: RefundPlan };

/** A leg as checkout's `LegWork` wants it: the cash part of an order through one of the channels. */
export interface TenderLeg {
  plan(tx: Transaction<PaymentTables>, context: TenderContext, ask: Ask): Promise<TenderPlan>;
  planned(plan: TenderPlan): readonly AuditEvent[];
  call(plan: TenderPlan): Promise<TenderAnswer>;
  record(
    tx: Transaction<PaymentTables>,
    plan: TenderPlan,
    answer: TenderAnswer,
  ): Promise<readonly AuditEvent[]>;
}

export function tenderLeg(deps: TenderDeps): TenderLeg {
  return {
    async plan(tx, context, ask) {
      return await planAsk(tx, { context, ask, now: deps.clock.now(), tags: deps.tags });
    },
    planned: (plan) => plan.kind === "refund" ? eventsOfPlan(plan.refund) : [],
    async call(plan) {
      switch (plan.kind) {
        case "known":
          return plan.answer;
        case "trade":
          return await askChannel(deps.channels, plan.context, plan.ask);
        case "refund":
          return await callRefund(
            deps.channels,
            plan.refund,
            plan.ask === "undo" ? "refund" : "queryRefund",
          );
      }
    },
    async record(tx, plan, answer) {
      const writing = { now: deps.clock.now(), tags: deps.tags };
      if (plan.kind === "trade") {
        return await recordTrade(tx, {
          tradeId: plan.context.tradeId,
          ask: plan.ask,
          answer,
          ...writing,
        });
      }
      if (plan.kind === "refund") {
        return await recordRefund(tx, { plan: plan.refund, answer }, writing);
      }
      return [];
    },
  };
}

interface Asked extends Writing {
  readonly context: TenderContext;
  readonly ask: Ask;
}

async function planAsk(tx: Transaction<PaymentTables>, asked: Asked): Promise<TenderPlan> {
  const { context, ask } = asked;
  switch (ask) {
    case "prepare":
    case "release":
      return { kind: "known", answer: NOTHING_TO_DO };
    case "perform":
      return { kind: "trade", ask, context: await openTrade(tx, context, asked) };
    case "find":
    case "close":
      return await planOnTrade(tx, asked, ask);
    case "undo":
    case "find_undo": {
      invariant(context.refundId !== null, "a tender is undone under a refund id");
      const wanted = { tradeId: context.tradeId, refundId: context.refundId };
      const refund = ask === "undo"
        ? await planRefund(tx, { ...wanted, amount: "remainder" }, asked)
        : await planFindRefund(tx, wanted);
      return { kind: "refund", ask, refund };
    }
  }
}

async function openTrade(
  tx: Transaction<PaymentTables>,
  context: TenderContext,
  writing: Writing,
): Promise<TenderContext> {
  const { orderId, institutionId, mode, merchant, terminalNumber, expiresAt } = context;
  const [id, amount] = [context.tradeId, context.amountFen];
  const isNew = await insertTrade(
    tx,
    { id, orderId, institutionId, mode, merchant, terminalNumber, amount, expiresAt },
    writing,
  );
  if (isNew) return context;
  const known = await findTradeById(tx, id);
  const isSame = known?.orderId === orderId && known.amount === amount && known.mode === mode;
  if (!isSame) throw new DomainError("payment.id_taken", `Trade id "${id}" is taken`);
  return asOpened(context, known);
}

/** A trade is asked about where it was opened, whatever has been set since. */
function asOpened(context: TenderContext, { merchant, terminalNumber }: Trade): TenderContext {
  return { ...context, merchant, terminalNumber };
}

async function planOnTrade(
  tx: Transaction<PaymentTables>,
  asked: Asked,
  ask: "find" | "close",
): Promise<TenderPlan> {
  const trade = ask === "close"
    ? await lockTrade(tx, asked.context.tradeId)
    : await findTradeById(tx, asked.context.tradeId);
  if (!trade) {
    const answer: LegAnswer = ask === "find" ? { kind: "absent" } : NOTHING_TO_DO;
    return { kind: "known", answer };
  }
  const state = advance(trade.state, "closing");
  if (ask === "close" && state !== trade.state) {
    await updateTrade(tx, { trade, change: { state } }, asked);
  }
  return { kind: "trade", ask, context: asOpened(asked.context, trade) };
}
