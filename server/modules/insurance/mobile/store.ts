import type { QueryCreator, Selectable, Transaction } from "kysely";
import type { RowTags } from "../../../platform/row_tags.ts";
import { isUnchanged, tagAfter, tagOf } from "../../../platform/tagged_table.ts";
import { insertIfAbsent } from "../../../platform/upsert.ts";
import { type InsuranceTables, MOBILE_ORDER_TAGGED } from "../tables.ts";

export type MobileOrderRow = Selectable<InsuranceTables["insurance_mobile_order"]>;
export type MobileOrderKey = Pick<MobileOrderRow, "order_id" | "at">;

type Read = QueryCreator<InsuranceTables>;
type Write = Transaction<InsuranceTables>;
type Decided = (typeof MOBILE_ORDER_TAGGED)["columns"][number];

export async function findMobileOrder(
  db: Read,
  key: MobileOrderKey,
): Promise<MobileOrderRow | null> {
  const row = await db.selectFrom("insurance_mobile_order").selectAll()
    .where("order_id", "=", key.order_id).where("at", "=", key.at)
    .executeTakeFirst();
  return row ?? null;
}

/** Is it as the platform left it? Asked before money is moved by what it says. */
export function isMobileOrderWhole(
  db: Parameters<typeof isUnchanged>[0],
  tags: RowTags,
  row: MobileOrderRow,
): Promise<boolean> {
  return isUnchanged(db, tags, { tagged: MOBILE_ORDER_TAGGED, row });
}

/** The centre answers a repeated upload with the same number, so the first row stands. */
export async function insertMobileOrder(
  tx: Write,
  tags: RowTags,
  order: Omit<MobileOrderRow, "tag">,
): Promise<void> {
  const row = { ...order, tag: await tagOf(tags, MOBILE_ORDER_TAGGED, order) };
  await insertIfAbsent(tx, "insurance_mobile_order", row, ["order_id", "at"]);
}

/** Of what the tag is not over: what the centre said last. */
export async function updateMobileState(
  tx: Write,
  key: MobileOrderKey,
  change: Partial<Omit<MobileOrderRow, Decided | "tag">> & { readonly changed_at: Date },
): Promise<void> {
  await tx.updateTable("insurance_mobile_order").set(change)
    .where("order_id", "=", key.order_id).where("at", "=", key.at)
    .execute();
}

/** Of what the tag is over, under the row's lock; nothing where there is no such order. */
export async function updateMobileOrder(
  tx: Write,
  tags: RowTags,
  { key, change }: {
    readonly key: MobileOrderKey;
    readonly change: Partial<Omit<MobileOrderRow, "order_id" | "at" | "tag">> & {
      readonly changed_at: Date;
    };
  },
): Promise<void> {
  const before = await lockMobileOrder(tx, key);
  if (before === null) return;
  const after = { ...before, ...change };
  const tag = await tagAfter(tx, tags, { tagged: MOBILE_ORDER_TAGGED, before, after });
  await tx.updateTable("insurance_mobile_order").set({ ...change, tag })
    .where("order_id", "=", key.order_id).where("at", "=", key.at)
    .execute();
}

/** Under its row lock, for reports that arrive at the same time. */
export async function lockMobileOrder(
  tx: Write,
  key: MobileOrderKey,
): Promise<MobileOrderRow | null> {
  const row = await tx.selectFrom("insurance_mobile_order").selectAll()
    .where("order_id", "=", key.order_id).where("at", "=", key.at)
    .forUpdate().executeTakeFirst();
  return row ?? null;
}
