import type { Transaction } from "kysely";
import { asFen } from "../../../platform/money.ts";
import type { RowTags } from "../../../platform/row_tags.ts";
import type { AuditEvent } from "../../audit/event.ts";
import { recordStatedClaim } from "../../insurance/record_stated.ts";
import { recordStatedRefund } from "../../payment/record_stated.ts";
import { recordTrade } from "../../payment/record_trade.ts";
import type { Settlement } from "../apply.ts";
import type { CheckoutDb } from "../legs.ts";
import type { Order } from "../order.ts";
import { activeTender, type Leg } from "../saga.ts";

interface Stated {
  readonly order: Order;
  readonly leg: Leg;
  readonly outcome: Settlement["outcome"];
  readonly reference: string;
}

interface Writing {
  readonly now: Date;
  readonly tags: RowTags;
}

/**
 * The books of payment and insurance follow what two persons state of a leg, in the same
 * transaction, so that they agree with the ledger and what was paid can be given back later.
 */
export async function recordStated(
  tx: Transaction<CheckoutDb>,
  stated: Stated,
  writing: Writing,
): Promise<readonly AuditEvent[]> {
  switch (stated.leg.kind) {
    case "tender":
      return stated.outcome === "undone"
        ? await stateRefund(tx, { ...stated, paidBy: stated.leg }, writing)
        : await stateTrade(tx, stated, writing);
    case "surplus": {
      const paidBy = activeTender(stated.order.saga);
      return paidBy ? await stateRefund(tx, { ...stated, paidBy }, writing) : [];
    }
    case "insurance": {
      const { order, leg: { split }, outcome, reference } = stated;
      const key = { order_id: order.id, at: order.at };
      await recordStatedClaim(tx, { key, outcome, reference, split }, writing);
      return [];
    }
    default:
      return [];
  }
}

async function stateTrade(
  tx: Transaction<CheckoutDb>,
  { order, leg, outcome, reference }: Stated,
  writing: Writing,
): Promise<readonly AuditEvent[]> {
  const tradeId = order.choices.get(leg.n)?.tradeId;
  if (tradeId === undefined) return [];
  const cash = leg.amount ?? 0n;
  const split = { total: cash, fund: 0n, account: 0n, other: 0n, cash };
  const answer = outcome === "done"
    ? { kind: "done", split, reference } as const
    : { kind: "refused", code: "checkout.settled_by_staff", text: "" } as const;
  return await recordTrade(tx, { tradeId, ask: "find", answer, ...writing });
}

async function stateRefund(
  tx: Transaction<CheckoutDb>,
  { order, leg, paidBy, reference }: Stated & { readonly paidBy: Leg },
  writing: Writing,
): Promise<readonly AuditEvent[]> {
  const tradeId = order.choices.get(paidBy.n)?.tradeId;
  const refundId = order.refundIds.get(leg.n);
  if (tradeId === undefined || refundId === undefined) return [];
  const amount = leg.kind === "surplus" ? asFen(leg.amount ?? 0n) : "remainder";
  return await recordStatedRefund(tx, { tradeId, refundId, amount, reference }, writing);
}
