import type { QueryCreator } from "kysely";
import type { Sealer } from "../../../platform/sealer.ts";
import type { AccessTables } from "../tables.ts";
import { NAME_COLUMN } from "./account_view.ts";
import { selectNames } from "./store.ts";

/** Who they are by their names, for those who work with them; closed accounts too. */
export async function accountNames(
  { db, sealer }: { readonly db: QueryCreator<AccessTables>; readonly sealer: Sealer },
  ids: readonly (string | null)[],
): Promise<ReadonlyMap<string | null, string>> {
  const rows = await selectNames(db, [...new Set(ids.filter((id) => id !== null))]);
  return new Map(
    await Promise.all(
      rows.map(async ({ id, name_sealed }) =>
        [id, await sealer.open(NAME_COLUMN, name_sealed)] as const
      ),
    ),
  );
}
