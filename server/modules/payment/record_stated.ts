import type { Transaction } from "kysely";
import { DomainError } from "../../platform/errors.ts";
import type { AuditEvent } from "../audit/event.ts";
import { cashSplit } from "./leg_answer.ts";
import { eventsOfPlan, planRefund, recordRefund, type WantedRefund } from "./refund_work.ts";
import type { Writing } from "./store.ts";
import type { PaymentTables } from "./tables.ts";

export interface StatedRefund extends WantedRefund {
  /** Of the paper that shows it. */
  readonly reference: string;
}

/**
 * Two of the staff state that money went back whose channel does not say: the books have it as if
 * the channel had, so that no more than what is left can be given back later.
 */
export async function recordStatedRefund(
  tx: Transaction<PaymentTables>,
  stated: StatedRefund,
  writing: Writing,
): Promise<readonly AuditEvent[]> {
  const plan = await planRefund(tx, stated, writing);
  if (plan.kind === "known") {
    if (plan.answer.kind !== "refused") return [];
    throw new DomainError(plan.answer.code, "Cannot state the refund: the books refuse it");
  }
  const { amount } = plan.refund;
  const answer = { kind: "done", split: cashSplit(amount), reference: stated.reference } as const;
  return [...eventsOfPlan(plan), ...await recordRefund(tx, { plan, answer }, writing)];
}
