import type { QueryCreator, Selectable, Transaction } from "kysely";
import { insertIfAbsent } from "../../../platform/upsert.ts";
import type { InsuranceTables } from "../tables.ts";

export type MobileOrderRow = Selectable<InsuranceTables["insurance_mobile_order"]>;
export type MobileOrderKey = Pick<MobileOrderRow, "order_id" | "at">;

type Read = QueryCreator<InsuranceTables>;
type Write = Transaction<InsuranceTables>;

export async function findMobileOrder(
  db: Read,
  key: MobileOrderKey,
): Promise<MobileOrderRow | null> {
  const row = await db.selectFrom("insurance_mobile_order").selectAll()
    .where("order_id", "=", key.order_id).where("at", "=", key.at)
    .executeTakeFirst();
  return row ?? null;
}

/** The centre answers a repeated upload with the same number, so the first row stands. */
export async function insertMobileOrder(tx: Write, row: MobileOrderRow): Promise<void> {
  await insertIfAbsent(tx, "insurance_mobile_order", row, ["order_id", "at"]);
}

export async function updateMobileOrder(
  tx: Write,
  key: MobileOrderKey,
  change: Partial<Omit<MobileOrderRow, "order_id" | "at">> & { readonly changed_at: Date },
): Promise<void> {
  await tx.updateTable("insurance_mobile_order").set(change)
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
