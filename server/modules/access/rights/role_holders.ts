import type { Transaction } from "kysely";
import type { RowTags } from "../../../platform/row_tags.ts";
import { updateAccount } from "../accounts/store.ts";
import type { AccessTables } from "../tables.ts";
import { lockHolders } from "./store.ts";
import { changed } from "./tagged_rows.ts";

/** What the holders of a role may do has changed with it: whoever remembers it asks again. */
export async function raiseHolders(
  { rowTags }: { readonly rowTags: RowTags },
  tx: Transaction<AccessTables>,
  roleId: string,
): Promise<void> {
  for (const row of await lockHolders(tx, roleId)) {
    const to = { rights_version: row.rights_version + 1n };
    await updateAccount(tx, await changed(rowTags, "account", { row, to }));
  }
}
