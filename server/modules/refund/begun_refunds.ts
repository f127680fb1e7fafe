import type { QueryCreator } from "kysely";
import { type RequestRow, selectRequests, selectRequestsOf } from "./store.ts";
import type { RefundTables } from "./tables.ts";

/** Ids of the refunds of an order that began: each is a checkout order of its own. */
export async function begunRefundsOf(
  db: QueryCreator<RefundTables>,
  orderId: string,
): Promise<string[]> {
  const requests = await selectRequestsOf(db, [orderId]);
  return requests.filter(({ state }) => state === "begun").map(({ id }) => id);
}

/** Which of these refunds were asked for; the others never began. */
export async function findRequests(
  db: QueryCreator<RefundTables>,
  ids: readonly string[],
): Promise<RequestRow[]> {
  return await selectRequests(db, ids);
}

export async function findBegun(
  db: QueryCreator<RefundTables>,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  return new Set((await selectRequests(db, ids)).map(({ id }) => id));
}
