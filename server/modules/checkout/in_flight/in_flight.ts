import type { QueryCreator } from "kysely";
import type { OrderState } from "../contract.ts";
import type { CheckoutTables } from "../tables.ts";
import { countInFlight } from "./store.ts";

export interface InFlight {
  readonly state: OrderState;
  readonly count: number;
  readonly oldestAt: Date;
}

/**
 * Orders and refunds of institutions that are not at their end, by state: none may be left when an
 * institution is switched over (R-BIL-17).
 */
export async function ordersInFlight(
  db: QueryCreator<CheckoutTables>,
  institutionIds: readonly string[],
): Promise<readonly InFlight[]> {
  return institutionIds.length === 0 ? [] : await countInFlight(db, institutionIds);
}
