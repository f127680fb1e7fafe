import type { Kysely } from "kysely";
import type { SettingsTables } from "../tables.ts";
import { listAllSettings, type SettingLine } from "./store.ts";

/** Every setting somebody has set, with the node it holds for. */
export async function listSettings(
  { db }: { readonly db: Kysely<SettingsTables> },
): Promise<SettingLine[]> {
  return await listAllSettings(db);
}
