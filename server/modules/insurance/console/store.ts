import type { QueryCreator } from "kysely";
import { newId } from "../../../platform/ids.ts";
import type { InsuranceTables } from "../tables.ts";

const MESSAGES_MAX = 200;
const HOUR_MS = 3_600_000;
/** Later ones are of orders that insurance did not answer for days: found by their numbers. */
const DAYS_MS = 48 * HOUR_MS;

/** What insurance was asked for one order about its time: by their ids, which begin with theirs. */
export async function selectMessages(
  db: QueryCreator<InsuranceTables>,
  { id, at }: { readonly id: string; readonly at: Date },
): Promise<InsuranceTables["insurance_message"][]> {
  const from = new Date(at.getTime() - HOUR_MS);
  const until = new Date(at.getTime() + DAYS_MS);
  return await db.selectFrom("insurance_message").selectAll()
    .where("id", ">=", newId(from)).where("id", "<", newId(until))
    .where("at", ">=", from).where("at", "<", until)
    .where("order_id", "=", id).orderBy("id").limit(MESSAGES_MAX).execute();
}
