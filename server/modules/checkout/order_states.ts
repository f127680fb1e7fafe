import type { QueryCreator } from "kysely";
import { timeOfId } from "../../platform/ids.ts";
import type { OrderState } from "./contract.ts";
import { selectHeads, selectRefundIds } from "./store.ts";
import type { CheckoutTables } from "./tables.ts";

export type OrderHead = Pick<CheckoutTables["checkout_order"], "state" | "number" | "kind">;

/** Numbers of orders and where they stand, by id, for a list; what is not there has no entry. */
export async function orderHeads(
  db: QueryCreator<CheckoutTables>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, OrderHead>> {
  const rows = await selectHeads(db, ids.map((id) => ({ id, at: timeOfId(id) })));
  return new Map(rows.map((row) => [row.id, row]));
}

/** To narrow another module's question to refunds that stand so. */
export function refundsInStates(
  db: QueryCreator<CheckoutTables>,
  states: readonly OrderState[],
): ReturnType<typeof selectRefundIds> {
  return selectRefundIds(db, states);
}
