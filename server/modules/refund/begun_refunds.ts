import type { QueryCreator } from "kysely";
import { selectRequestsOf } from "./store.ts";
import type { RefundTables } from "./tables.ts";

/** Ids of the refunds of an order that began: each is a checkout order of its own. */
export async function begunRefundsOf(
  db: QueryCreator<RefundTables>,
  orderId: string,
): Promise<string[]> {
  const requests = await selectRequestsOf(db, [orderId]);
  return requests.filter(({ state }) => state === "begun").map(({ id }) => id);
}
