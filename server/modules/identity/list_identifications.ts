import type { QueryCreator } from "kysely";
import type { RowKey } from "../../platform/personal_data.ts";
import { selectRecentIdentifications } from "./store.ts";
import type { IdentityTables } from "./tables.ts";

const IDENTIFICATIONS_MAX = 200;

/** When a patient was at an institution since then, newest first: his orders hang on these. */
export async function listIdentifications(
  db: QueryCreator<IdentityTables>,
  visits: { readonly patientId: string; readonly institutionId: string; readonly since: Date },
): Promise<RowKey[]> {
  return await selectRecentIdentifications(db, { ...visits, limit: IDENTIFICATIONS_MAX });
}
