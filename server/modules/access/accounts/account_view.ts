import type { Kysely } from "kysely";
import { DomainError } from "../../../platform/errors.ts";
import type { Sealer } from "../../../platform/sealer.ts";
import { type Caller, scopeOf } from "../caller.ts";
import { cutPage } from "../page.ts";
import { rowVersion } from "../row_version.ts";
import type { AccessTables } from "../tables.ts";
import type { AccountPage, AccountQuery, AccountView } from "./contract.ts";
import { findAccountIn, listAccountsIn, type PlacedAccount } from "./store.ts";

export const NAME_COLUMN = "account.name";

export interface ReadAccountsDeps {
  readonly db: Kysely<AccessTables>;
  readonly sealer: Sealer;
}

/** Throws DomainError `access.not_found`, for those of other places too. */
export async function getAccountView(
  deps: ReadAccountsDeps,
  caller: Caller,
  id: string,
): Promise<AccountView> {
  const found = await findAccountIn(deps.db, { id, scope: scopeOf(caller, "account.read") });
  if (!found) throw noAccount(id);
  return await toView(deps, found);
}

export async function listAccountViews(
  deps: ReadAccountsDeps,
  caller: Caller,
  query: AccountQuery,
): Promise<AccountPage> {
  const rows = await listAccountsIn(deps.db, { scope: scopeOf(caller, "account.read"), query });
  const { page, next } = cutPage(rows, { limit: query.limit, keyOf: ({ row }) => row.login });
  return { accounts: await Promise.all(page.map((placed) => toView(deps, placed))), next };
}

export async function toView(
  { sealer }: Pick<ReadAccountsDeps, "sealer">,
  { row, organisationName }: PlacedAccount,
): Promise<AccountView> {
  const name = await sealer.open(NAME_COLUMN, row.name_sealed);
  return {
    id: row.id,
    kind: row.kind,
    login: row.login,
    name,
    organisation: { id: row.organisation_id, name: organisationName },
    duty: row.duty,
    state: row.state,
    disabledWhy: row.disabled_why,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    version: versionOf(row, name),
  };
}

export async function accountVersion(
  { sealer }: Pick<ReadAccountsDeps, "sealer">,
  row: PlacedAccount["row"],
): Promise<string> {
  return versionOf(row, await sealer.open(NAME_COLUMN, row.name_sealed));
}

function versionOf({ expires_at }: PlacedAccount["row"], name: string): string {
  return rowVersion([name, expires_at]);
}

export function noAccount(id: string): DomainError {
  return new DomainError("access.not_found", `Cannot find account "${id}"`);
}
