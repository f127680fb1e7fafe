import type { QueryCreator, Transaction } from "kysely";
import { insertIfAbsent } from "../../platform/upsert.ts";
import type { SettingsTables } from "./tables.ts";

/** Of none as long as nobody has entered the city. */
export async function selectSettings(
  db: QueryCreator<SettingsTables>,
  scopeIds: readonly string[],
): Promise<SettingsTables["setting"][]> {
  if (scopeIds.length === 0) return [];
  return await db.selectFrom("setting").selectAll().where("scope_id", "in", scopeIds).execute();
}

/** Its JSON; null where nobody set it. */
export async function findSetting(
  db: QueryCreator<SettingsTables>,
  { scopeId, name }: { readonly scopeId: string; readonly name: string },
): Promise<string | null> {
  const row = await db.selectFrom("setting").select("value")
    .where("scope_id", "=", scopeId).where("name", "=", name).executeTakeFirst();
  return row?.value ?? null;
}

export async function replaceSetting(
  tx: Transaction<SettingsTables>,
  row: SettingsTables["setting"],
): Promise<void> {
  await tx.deleteFrom("setting").where("scope_id", "=", row.scope_id).where("name", "=", row.name)
    .execute();
  await tx.insertInto("setting").values(row).execute();
}

/** False when another stands there by now: what stands is told by the moment it was set. */
export async function updateSetting(
  tx: Transaction<SettingsTables>,
  row: SettingsTables["setting"],
  { seenAt }: { readonly seenAt: Date },
): Promise<boolean> {
  const { scope_id, name, ...values } = row;
  const result = await tx.updateTable("setting").set(values)
    .where("scope_id", "=", scope_id).where("name", "=", name).where("changed_at", "=", seenAt)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** False when somebody set it meanwhile. */
export async function insertSetting(
  tx: Transaction<SettingsTables>,
  row: SettingsTables["setting"],
): Promise<boolean> {
  return await insertIfAbsent(tx, "setting", row, ["scope_id", "name"]);
}

/** False when another stands there by now. */
export async function deleteSetting(
  tx: Transaction<SettingsTables>,
  { scopeId, name, seenAt }: {
    readonly scopeId: string;
    readonly name: string;
    readonly seenAt: Date;
  },
): Promise<boolean> {
  const result = await tx.deleteFrom("setting").where("scope_id", "=", scopeId)
    .where("name", "=", name).where("changed_at", "=", seenAt).executeTakeFirst();
  return result.numDeletedRows === 1n;
}
