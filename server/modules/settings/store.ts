import type { QueryCreator, Transaction } from "kysely";
import type { SettingsTables } from "./tables.ts";

export async function selectSettings(
  db: QueryCreator<SettingsTables>,
  scopeIds: readonly string[],
): Promise<SettingsTables["setting"][]> {
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
