import type { QueryCreator } from "kysely";
import type { CheckoutTables } from "../tables.ts";

type OrderRow = CheckoutTables["checkout_order"];
type LegRow = CheckoutTables["checkout_leg"];

/** In the order of their keys, from the one after `after`. */
export async function selectOrdersFrom(
  db: QueryCreator<CheckoutTables>,
  { after, limit }: {
    readonly after: { readonly id: string; readonly at: Date };
    readonly limit: number;
  },
): Promise<OrderRow[]> {
  return await db.selectFrom("checkout_order").selectAll()
    .where("at", ">=", after.at).where("id", ">", after.id)
    .orderBy("id").limit(limit).execute();
}

export async function selectLegsOf(
  db: QueryCreator<CheckoutTables>,
  orders: readonly { readonly id: string; readonly at: Date }[],
): Promise<LegRow[]> {
  if (orders.length === 0) return [];
  return await db.selectFrom("checkout_leg").selectAll()
    .where("order_id", "in", orders.map(({ id }) => id))
    .where("at", "in", orders.map(({ at }) => at)).execute();
}
