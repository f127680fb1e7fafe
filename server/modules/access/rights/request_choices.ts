import type { Kysely } from "kysely";
import { listAccountsIn } from "../accounts/store.ts";
import { type Caller, scopeOf } from "../caller.ts";
import type { AccessTables } from "../tables.ts";
import { type RequestChoices, type RequestChoicesQuery, ROLES_MAX } from "./contract.ts";
import { listRoleRows } from "./store.ts";

/** What a request may be about: those in business hear nothing of the administrators. */
export async function listRequestChoices(
  { db }: { readonly db: Kysely<AccessTables> },
  caller: Caller,
  query: RequestChoicesQuery,
): Promise<RequestChoices> {
  const duty = caller.duty === "business" ? { duty: caller.duty } : {};
  const [accounts, roles] = await Promise.all([
    listAccountsIn(db, {
      scope: scopeOf(caller, "rights.request"),
      query: { ...query, ...duty },
    }),
    listRoleRows(db, ROLES_MAX),
  ]);
  return {
    accounts: accounts.filter(({ row }) => row.state !== "closed").slice(0, query.limit)
      .map(({ row }) => ({ id: row.id, login: row.login, duty: row.duty })),
    roles: roles.filter((role) => caller.duty !== "business" || role.duty === "business")
      .map(({ id, name, duty }) => ({ id, name, duty })),
  };
}
