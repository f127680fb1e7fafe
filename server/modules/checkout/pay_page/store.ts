import type { QueryCreator, Transaction } from "kysely";
import type { OrderKey } from "../order.ts";
import type { CheckoutTables } from "../tables.ts";

export async function insertPayLink(
  tx: Transaction<CheckoutTables>,
  link: CheckoutTables["checkout_pay_link"],
): Promise<void> {
  await tx.insertInto("checkout_pay_link").values(link).execute();
}

/** Of an order whose link is still good. */
export async function findLinkedOrder(
  db: QueryCreator<CheckoutTables>,
  { digest, now }: { readonly digest: Uint8Array; readonly now: Date },
): Promise<OrderKey | null> {
  const row = await db.selectFrom("checkout_pay_link").select(["order_id", "order_at"])
    .where("token_digest", "=", digest).where("expires_at", ">", now).executeTakeFirst();
  return row ? { id: row.order_id, at: row.order_at } : null;
}

export async function deleteOldLinks(
  tx: Transaction<CheckoutTables>,
  before: Date,
): Promise<void> {
  await tx.deleteFrom("checkout_pay_link").where("expires_at", "<", before).execute();
}
