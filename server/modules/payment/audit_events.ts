import type { AuditEvent } from "../audit/event.ts";
import type { Refund, Trade } from "./trade.ts";

/** What this module does to money, as the audit trail keeps it. */

export function tradePaid(
  trade: Trade,
  { amount, channel }: { readonly amount: bigint; readonly channel: string },
): AuditEvent {
  return {
    kind: "payment.trade_paid",
    result: "succeeded",
    objectId: trade.id,
    ...placeOf(trade),
    fields: { amountFen: amount.toString(), channel },
  };
}

export function refundRequested(trade: Trade, refund: Pick<Refund, "id" | "amount">): AuditEvent {
  return {
    kind: "payment.refund_requested",
    result: "succeeded",
    objectId: refund.id,
    ...placeOf(trade),
    fields: { amountFen: refund.amount.toString() },
  };
}

/** `code`: why the bank refused; null when the money went back. */
export function refundEnded(trade: Trade, refund: Refund, code: string | null): AuditEvent {
  return {
    kind: "payment.refund_ended",
    result: code === null ? "succeeded" : "refused",
    ...(code !== null && { reason: code }),
    objectId: refund.id,
    ...placeOf(trade),
    fields: {
      state: code === null ? "refunded" : "refused",
      amountFen: refund.amount.toString(),
    },
  };
}

function placeOf({ orderId, institutionId }: Trade) {
  return { orderId, organisationId: institutionId };
}
