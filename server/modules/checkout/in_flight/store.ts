import type { QueryCreator } from "kysely";
import type { OrderState } from "../contract.ts";
import type { OrderKey } from "../order.ts";
import type { CheckoutTables } from "../tables.ts";

/** Of what has a next ask the index of due orders knows: no order that rests is read. */
export async function countInFlight(
  db: QueryCreator<CheckoutTables>,
  institutionIds: readonly string[],
): Promise<{ readonly state: OrderState; readonly count: number; readonly oldestAt: Date }[]> {
  const rows = await db.selectFrom("checkout_order").select("state")
    .select((eb) => [eb.fn.countAll<string | bigint>().as("count"), eb.fn.min("at").as("oldest")])
    .where("next_attempt_at", "is not", null)
    .where("state", "not in", ["completed", "unwound"])
    .where("institution_id", "in", [...institutionIds])
    .groupBy("state").orderBy("state").execute();
  return rows.map(({ state, count, oldest }) => ({
    state,
    count: Number(count),
    oldestAt: new Date(oldest),
  }));
}

/** In the order of their ids, from the one after `after`. */
export async function selectInFlight(
  db: QueryCreator<CheckoutTables>,
  { institutionIds, after, limit }: {
    readonly institutionIds: readonly string[];
    readonly after: string | null;
    readonly limit: number;
  },
): Promise<OrderKey[]> {
  let rows = db.selectFrom("checkout_order").select(["id", "at"])
    .where("next_attempt_at", "is not", null)
    .where("state", "not in", ["completed", "unwound"])
    .where("institution_id", "in", [...institutionIds]);
  if (after !== null) rows = rows.where("id", ">", after);
  return await rows.orderBy("id").limit(limit).execute();
}
