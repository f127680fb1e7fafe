import type { Kysely } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import { deleteRequests, selectOverIds } from "../store.ts";
import type { BillingTables } from "../tables.ts";

/** So long after its end a request is answered about; its order stays for good. */
const REQUEST_KEPT_MS = 30 * 24 * 3_600_000;
const ROUND_ROWS_MAX = 500;

/** Deletes requests that are over for weeks, with whom they were about; how many. */
export async function deleteOverRequests(
  { db, clock }: { readonly db: Kysely<BillingTables>; readonly clock: Clock },
): Promise<number> {
  const before = new Date(clock.now().getTime() - REQUEST_KEPT_MS);
  const ids = await selectOverIds(db, { before, limit: ROUND_ROWS_MAX });
  return await db.transaction().execute((tx) => deleteRequests(tx, ids));
}
