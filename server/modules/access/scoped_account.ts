import type { QueryCreator } from "kysely";
import { noAccount } from "./accounts/account_view.ts";
import { findAccountIn, type PlacedAccount } from "./accounts/store.ts";
import { type Caller, scopeOf } from "./caller.ts";
import type { Permission } from "./permission.ts";
import type { AccessTables } from "./tables.ts";

/**
 * The account, where the caller holds the permission at its place in the tree. Throws DomainError
 * `access.not_found`, for those of other places too.
 */
export async function getScopedAccount(
  db: QueryCreator<AccessTables>,
  caller: Pick<Caller, "rights">,
  { id, permission }: { readonly id: string; readonly permission: Permission },
): Promise<PlacedAccount["row"]> {
  const found = await findAccountIn(db, { id, scope: scopeOf(caller, permission) });
  if (!found) throw noAccount(id);
  return found.row;
}
