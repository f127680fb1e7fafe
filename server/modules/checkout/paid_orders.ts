import type { RowKey } from "../../platform/personal_data.ts";
import { parsePriced } from "./legs.ts";
import type { Order } from "./order.ts";
import type { RefundSourceDeps } from "./refund_source.ts";
import { isFulfilled } from "./saga.ts";
import { findOrder, selectOrdersOf } from "./store.ts";

const PAID_ORDERS_MAX = 30;

export interface PaidOrder {
  readonly order: Order;
  readonly title: string;
}

/** What was paid under these identifications, newest first; rows somebody changed are left out. */
export async function listPaidOrders(
  deps: RefundSourceDeps,
  identifications: readonly RowKey[],
): Promise<PaidOrder[]> {
  const rows = (await selectOrdersOf(deps.db, identifications))
    .filter((row) => row.kind !== "refund" && row.completed_at !== null)
    .sort((left, right) => right.at.getTime() - left.at.getTime());
  const found = await Promise.all(
    rows.slice(0, PAID_ORDERS_MAX).map((row) =>
      findOrder(deps.db, deps.tags, row).catch(() => null)
    ),
  );
  const paid = found.filter((order) => order !== null && isFulfilled(order.saga));
  return await Promise.all(
    paid.filter((order) => order !== null).map(async (order) => ({
      order,
      title: await titleOf(deps, order),
    })),
  );
}

/** Empty once the details were erased. */
export async function titleOf({ sealer }: RefundSourceDeps, order: Order): Promise<string> {
  if (!order.pricedSealed) return "";
  return parsePriced(await sealer.open("checkout_order.priced", order.pricedSealed)).title;
}
