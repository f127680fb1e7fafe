import type { Kysely } from "kysely";
import type { RowTags } from "../../platform/row_tags.ts";
import type { CheckoutDb } from "./legs.ts";
import { type Order, orderKey } from "./order.ts";
import { findOrder as findStored } from "./store.ts";

/** An order or a refund by its id; throws DomainError `checkout.order_changed`. */
export async function findOrder(
  { db, tags }: { readonly db: Kysely<CheckoutDb>; readonly tags: RowTags },
  id: string,
): Promise<Order | null> {
  return await findStored(db, tags, orderKey(id));
}
