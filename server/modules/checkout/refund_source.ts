import type { Kysely } from "kysely";
import { DomainError } from "../../platform/errors.ts";
import type { RowTags } from "../../platform/row_tags.ts";
import type { Sealer } from "../../platform/sealer.ts";
import { type CheckoutDb, parsePriced } from "./legs.ts";
import { type Order, orderKey } from "./order.ts";
import type { OrderPayable } from "./order_payable.ts";
import type { ReturnSource } from "./return_leg.ts";
import { activeTender } from "./saga.ts";
import { findOrder } from "./store.ts";

export interface RefundSourceDeps {
  readonly db: Kysely<CheckoutDb>;
  readonly tags: RowTags;
  readonly sealer: Sealer;
}

/**
 * What a refund goes back to, null for any other order. What was paid and completed changes no
 * more, so it is read outside of the refund's transactions.
 */
export async function sourceOfRefund(
  deps: RefundSourceDeps,
  payable: OrderPayable,
): Promise<ReturnSource | null> {
  if (payable.kind !== "refund") return null;
  const base = await requireOrder(deps, payable.baseId);
  const order = base.id === payable.orderId ? base : await requireOrder(deps, payable.orderId);
  if (!base.pricedSealed) {
    throw new DomainError("refund.details_erased", `Cannot refund order "${base.id}": no details`);
  }
  const priced = parsePriced(
    await deps.sealer.open("checkout_order.priced", base.pricedSealed),
  );
  return { base, priced, paid: paidOf(order) };
}

async function requireOrder({ db, tags }: RefundSourceDeps, id: string): Promise<Order> {
  const order = await findOrder(db, tags, orderKey(id));
  if (!order) throw new DomainError("checkout.not_found", `Cannot find order "${id}"`);
  return order;
}

/** How the cash part of an order was paid. */
function paidOf({ saga, choices, references }: Order): ReturnSource["paid"] {
  const tender = activeTender(saga);
  const choice = tender?.state === "done" ? choices.get(tender.n) : undefined;
  if (!tender || !choice) return null;
  return { tradeId: choice.tradeId, reference: references.get(tender.n) ?? null };
}
