import type { AuditEvent } from "../audit/event.ts";
import type { OrderState } from "./contract.ts";
import type { Order, TenderChoice } from "./order.ts";
import { isContradicted } from "./return_stated.ts";
import type { Leg } from "./saga.ts";

/** What happens to an order, as the audit trail keeps it; whose order it is, `recordEvents` adds. */

export function orderCreated({ id, payable, settlement }: Order): AuditEvent {
  return {
    kind: "checkout.order_created",
    result: "succeeded",
    objectId: id,
    fields: { kind: payable.kind, settlement },
  };
}

export function orderAgreed(order: Order): AuditEvent {
  return {
    kind: "checkout.order_agreed",
    result: "succeeded",
    objectId: order.id,
    fields: sumsOf(order),
  };
}

export function tenderChosen({ tradeId, mode }: TenderChoice): AuditEvent {
  return {
    kind: "checkout.tender_chosen",
    result: "succeeded",
    objectId: tradeId,
    fields: { mode },
  };
}

export function tenderDropped({ tradeId }: TenderChoice): AuditEvent {
  return { kind: "checkout.tender_dropped", result: "succeeded", objectId: tradeId, fields: {} };
}

export function orderCalledOff({ id }: Order): AuditEvent {
  return { kind: "checkout.order_called_off", result: "succeeded", objectId: id, fields: {} };
}

/** Of a refund's leg whose party answers otherwise than two persons stated; null for any other. */
export function returnContradicted(before: Leg, after: Leg): AuditEvent | null {
  const { n, stated } = after;
  if (!stated || isContradicted(before) || !isContradicted(after)) return null;
  return {
    kind: "checkout.return_contradicted",
    result: "unknown",
    objectId: stated.reference,
    fields: { leg: n, outcome: stated.outcome },
  };
}

/** Of an order that comes to this state; null where nobody needs to hear of it. */
export function orderCameTo(order: Order, state: OrderState): AuditEvent | null {
  const { id, saga: { stop } } = order;
  switch (state) {
    case "completed":
      return {
        kind: "checkout.order_completed",
        result: "succeeded",
        objectId: id,
        fields: sumsOf(order),
      };
    case "unwound":
      return {
        kind: "checkout.order_unwound",
        result: "succeeded",
        objectId: id,
        fields: { why: stop },
      };
    case "needs_attention":
      return {
        kind: "checkout.order_needs_attention",
        result: "unknown",
        objectId: id,
        fields: { why: stop },
      };
    default:
      return null;
  }
}

function sumsOf({ saga: { quote } }: Order) {
  return {
    totalFen: quote?.total.toString() ?? null,
    cashFen: quote?.cash.toString() ?? null,
  };
}
