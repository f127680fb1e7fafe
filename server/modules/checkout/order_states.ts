import type { QueryCreator } from "kysely";
import { timeOfId } from "../../platform/ids.ts";
import type { OrderState } from "./contract.ts";
import { selectRefundIds, selectStates } from "./store.ts";
import type { CheckoutTables } from "./tables.ts";

/** Where orders stand, by id, for a list; those that are not there have no entry. */
export async function orderStates(
  db: QueryCreator<CheckoutTables>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, OrderState>> {
  const rows = await selectStates(db, ids.map((id) => ({ id, at: timeOfId(id) })));
  return new Map(rows.map(({ id, state }) => [id, state]));
}

/** To narrow another module's question to refunds that stand so. */
export function refundsInStates(
  db: QueryCreator<CheckoutTables>,
  states: readonly OrderState[],
): ReturnType<typeof selectRefundIds> {
  return selectRefundIds(db, states);
}
