import type { QueryCreator } from "kysely";
import type { LegState } from "../saga.ts";
import type { CheckoutTables } from "../tables.ts";

/** Of a leg whose party has not said, or refuses to say, where the money is. */
const OPEN_QUESTIONS: readonly LegState[] = [
  "asked",
  "unknown",
  "absent",
  "closing",
  "undoing",
  "undo_unknown",
  "stuck",
];

type UnansweredOrder = Pick<CheckoutTables["checkout_order"], "id" | "at" | "institution_id">;

export type WatchedOrder = Pick<CheckoutTables["checkout_order"], "id" | "at" | "next_attempt_at">;

/** Ids of those with a leg of which nobody knows. */
export async function selectUnansweredOf(
  db: QueryCreator<CheckoutTables>,
  orders: readonly WatchedOrder[],
): Promise<string[]> {
  if (orders.length === 0) return [];
  const rows = await db.selectFrom("checkout_leg").select("order_id").distinct()
    .where("order_id", "in", orders.map(({ id }) => id))
    .where("at", "in", orders.map(({ at }) => at))
    .where("state", "in", OPEN_QUESTIONS).execute();
  return rows.map(({ order_id }) => order_id);
}

/** Orders that go on, begun before then, with a leg of which nobody knows; the oldest first. */
export async function selectUnanswered(
  db: QueryCreator<CheckoutTables>,
  { before, limit }: { readonly before: Date; readonly limit: number },
): Promise<UnansweredOrder[]> {
  return await db.selectFrom("checkout_order").select(["id", "at", "institution_id"])
    .where("next_attempt_at", "is not", null).where("at", "<", before)
    .where((eb) =>
      eb.exists(
        eb.selectFrom("checkout_leg").select("checkout_leg.n")
          .whereRef("checkout_leg.order_id", "=", "checkout_order.id")
          .whereRef("checkout_leg.at", "=", "checkout_order.at")
          .where("checkout_leg.state", "in", OPEN_QUESTIONS),
      )
    )
    .orderBy("at").limit(limit).execute();
}
