import type { QueryCreator } from "kysely";
import type { SettingsTables } from "../tables.ts";

const SETTINGS_MAX = 50_000;

export type SettingLine = Pick<
  SettingsTables["setting"],
  "scope_id" | "name" | "value" | "changed_at"
>;

export async function listAllSettings(
  db: QueryCreator<SettingsTables>,
): Promise<SettingLine[]> {
  return await db.selectFrom("setting").select(["scope_id", "name", "value", "changed_at"])
    .orderBy("name").orderBy("scope_id").limit(SETTINGS_MAX).execute();
}
