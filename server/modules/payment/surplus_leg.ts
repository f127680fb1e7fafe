import type { Transaction } from "kysely";
import type { Clock } from "../../platform/clock.ts";
import type { Fen } from "../../platform/money.ts";
import type { RowTags } from "../../platform/row_tags.ts";
import type { AuditEvent } from "../audit/event.ts";
import type { TenderChannels } from "./channel.ts";
import { type Ask, type LegAnswer, NOTHING_TO_DO } from "./leg_answer.ts";
import {
  callRefund,
  eventsOfPlan,
  planFindRefund,
  planRefund,
  recordRefund,
  type RefundPlan,
} from "./refund_work.ts";
import type { Writing } from "./store.ts";
import type { PaymentTables } from "./tables.ts";

export interface SurplusDeps {
  readonly channels: TenderChannels;
  readonly clock: Clock;
  readonly tags: RowTags;
}

/** A part of a paid trade to give back, e.g. when insurance settled more than it had said. */
export interface SurplusContext {
  readonly orderId: string;
  readonly institutionId: string;
  readonly tradeId: string;
  readonly refundId: string;
  readonly amountFen: Fen;
}

export interface SurplusPlan {
  readonly ask: Ask;
  readonly refund: RefundPlan;
}

/** A leg as checkout's `LegWork` wants it. What is given back cannot be taken again. */
export interface SurplusLeg {
  plan(tx: Transaction<PaymentTables>, context: SurplusContext, ask: Ask): Promise<SurplusPlan>;
  planned(plan: SurplusPlan): readonly AuditEvent[];
  call(plan: SurplusPlan): Promise<LegAnswer>;
  record(
    tx: Transaction<PaymentTables>,
    plan: SurplusPlan,
    answer: LegAnswer,
  ): Promise<readonly AuditEvent[]>;
}

export function surplusLeg(deps: SurplusDeps): SurplusLeg {
  return {
    async plan(tx, context, ask) {
      const writing = { now: deps.clock.now(), tags: deps.tags };
      return { ask, refund: await planAsk(tx, { context, ask }, writing) };
    },
    planned: ({ refund }) => eventsOfPlan(refund),
    async call(plan) {
      return await callRefund(
        deps.channels,
        plan.refund,
        plan.ask === "perform" ? "refund" : "queryRefund",
      );
    },
    async record(tx, plan, answer) {
      const writing = { now: deps.clock.now(), tags: deps.tags };
      return await recordRefund(tx, { plan: plan.refund, answer }, writing);
    },
  };
}

async function planAsk(
  tx: Transaction<PaymentTables>,
  asked: { readonly context: SurplusContext; readonly ask: Ask },
  writing: Writing,
): Promise<RefundPlan> {
  const { context, ask } = asked;
  switch (ask) {
    case "perform":
      return await planRefund(tx, { ...context, amount: context.amountFen }, writing);
    case "find":
      return await planFindRefund(tx, context);
    case "prepare":
    case "release":
      return { kind: "known", answer: NOTHING_TO_DO };
    case "close":
    case "undo":
    case "find_undo":
      return { kind: "known", answer: CANNOT_UNDO };
  }
}

const CANNOT_UNDO: LegAnswer = {
  kind: "refused",
  code: "payment.refund_is_final",
  text: "退款不能撤回",
};
