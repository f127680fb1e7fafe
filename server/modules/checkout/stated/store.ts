import type { QueryCreator, QueryExecutorProvider, Transaction } from "kysely";
import type { RowTags } from "../../../platform/row_tags.ts";
import { isUnchanged, tagOf } from "../../../platform/tagged_table.ts";
import type { Order } from "../order.ts";
import type { StatedRow } from "../order_row.ts";
import { type CheckoutTables, STATED_RETURN_TAGGED } from "../tables.ts";

type LegRow = CheckoutTables["checkout_leg"];

/**
 * What was stated of an order's legs; without a question for all orders but the few that have it.
 * Null when a row is not as the platform wrote it, or is gone.
 */
export async function findStated(
  db: QueryCreator<CheckoutTables> & QueryExecutorProvider,
  tags: RowTags,
  legs: readonly LegRow[],
): Promise<StatedRow[] | null> {
  const marked = legs.filter(({ kind, dropped }) => dropped && kind.endsWith("_return"));
  const [leg] = marked;
  if (!leg) return [];
  const rows = await db.selectFrom("checkout_stated_return").selectAll()
    .where("order_id", "=", leg.order_id).where("at", "=", leg.at).execute();
  const found = await Promise.all(
    rows.map((row) => isUnchanged(db, tags, { tagged: STATED_RETURN_TAGGED, row })),
  );
  const isWhole = marked.every(({ n }) => rows.some((row) => row.n === n));
  return isWhole && found.every((unchanged) => unchanged) ? rows : null;
}

/** Writes what was stated, and what a party said of it, between two readings of one order. */
export async function saveStated(
  tx: Transaction<CheckoutTables>,
  { before, after, changedAt, tags }: {
    readonly before: Order;
    readonly after: Order;
    readonly changedAt: Date;
    readonly tags: RowTags;
  },
): Promise<void> {
  for (const { n, stated } of after.saga.legs) {
    const known = before.saga.legs.find((leg) => leg.n === n)?.stated;
    if (!stated || stated === known) continue;
    const row = {
      order_id: after.id,
      at: after.at,
      n,
      institution_id: after.institutionId,
      outcome: stated.outcome,
      reference: stated.reference,
      answer: stated.answer,
      changed_at: changedAt,
    };
    const tagged = { ...row, tag: await tagOf(tags, STATED_RETURN_TAGGED, row) };
    if (!known) await tx.insertInto("checkout_stated_return").values(tagged).execute();
    else {
      await tx.updateTable("checkout_stated_return").set(tagged)
        .where("order_id", "=", row.order_id).where("at", "=", row.at).where("n", "=", n)
        .execute();
    }
  }
}

/** Ids of those found to be otherwise than was stated. */
export async function selectContradictedOf(
  db: QueryCreator<CheckoutTables>,
  orderIds: readonly string[],
): Promise<string[]> {
  if (orderIds.length === 0) return [];
  const rows = await db.selectFrom("checkout_stated_return").select("order_id").distinct()
    .where("order_id", "in", orderIds).where("answer", "=", "contradicted").execute();
  return rows.map(({ order_id }) => order_id);
}

/** Found to be otherwise than was stated, longest first; a person has to see to them. */
export async function selectContradicted(
  db: QueryCreator<CheckoutTables>,
  limit: number,
): Promise<Pick<StatedRow, "order_id" | "institution_id" | "changed_at">[]> {
  return await db.selectFrom("checkout_stated_return")
    .select(["order_id", "institution_id", "changed_at"])
    .where("answer", "=", "contradicted").orderBy("changed_at").limit(limit).execute();
}
