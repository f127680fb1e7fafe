import type { Expression, QueryCreator, SqlBool, Transaction } from "kysely";
import { insertIfAbsent } from "../../../platform/upsert.ts";
import { literalLike } from "../page.ts";
import type { Duty } from "../permission.ts";
import { inScope, type Scope } from "../scope.ts";
import type { AccessTables } from "../tables.ts";
import type { AccountQuery } from "./contract.ts";

export type AccountRow = AccessTables["account"];

export interface PlacedAccount {
  readonly row: AccountRow;
  readonly organisationName: string;
  readonly path: string;
}

// deno-lint-ignore explicit-function-return-type -- the query's type is kysely's to say
function placedAccounts(db: QueryCreator<AccessTables>, scope: Scope) {
  return db.selectFrom("account as a")
    .innerJoin("organisation as o", "o.id", "a.organisation_id")
    .selectAll("a").select(["o.name as organisation_name", "o.path as path"])
    .where((eb) => inScope(eb, "o.path", scope));
}

type PlacedRow = AccountRow & { readonly organisation_name: string; readonly path: string };

function toPlaced({ organisation_name, path, ...row }: PlacedRow): PlacedAccount {
  return { row, organisationName: organisation_name, path };
}

export async function findAccountIn(
  db: QueryCreator<AccessTables>,
  { id, scope }: { readonly id: string; readonly scope: Scope },
): Promise<PlacedAccount | null> {
  const row = await placedAccounts(db, scope).where("a.id", "=", id).executeTakeFirst();
  return row ? toPlaced(row) : null;
}

/** By login; one more than `limit`. */
export async function listAccountsIn(
  db: QueryCreator<AccessTables>,
  { scope, query }: { readonly scope: Scope; readonly query: AccountQuery },
): Promise<PlacedAccount[]> {
  const rows = await placedAccounts(db, scope)
    .where((eb) => {
      const wanted: Expression<SqlBool>[] = [];
      const { login, organisationId, duty, kind, state, after } = query;
      if (login !== undefined) wanted.push(eb("a.login", "like", `${literalLike(login)}%`));
      if (organisationId !== undefined) wanted.push(eb("o.path", "like", `%/${organisationId}/%`));
      if (duty !== undefined) wanted.push(eb("a.duty", "=", duty));
      if (kind !== undefined) wanted.push(eb("a.kind", "=", kind));
      if (state !== undefined) wanted.push(eb("a.state", "=", state));
      if (after !== undefined) wanted.push(eb("a.login", ">", after));
      return eb.and(wanted);
    })
    .orderBy("a.login").limit(query.limit + 1).execute();
  return rows.map(toPlaced);
}

/** False when the login is taken, by a closed account too. */
export async function insertAccount(
  tx: Transaction<AccessTables>,
  row: AccountRow,
): Promise<boolean> {
  return await insertIfAbsent(tx, "account", row, ["login"]);
}

export async function isAccountId(db: QueryCreator<AccessTables>, id: string): Promise<boolean> {
  const row = await db.selectFrom("account").select("id").where("id", "=", id).executeTakeFirst();
  return row !== undefined;
}

export async function selectNames(
  db: QueryCreator<AccessTables>,
  ids: readonly string[],
): Promise<Pick<AccountRow, "id" | "name_sealed">[]> {
  if (ids.length === 0) return [];
  return await db.selectFrom("account").select(["id", "name_sealed"]).where("id", "in", ids)
    .execute();
}

/** Waits for whoever changes it. */
export async function lockAccount(
  tx: Transaction<AccessTables>,
  id: string,
): Promise<AccountRow | null> {
  return await tx.selectFrom("account").selectAll().where("id", "=", id).forUpdate()
    .executeTakeFirst() ?? null;
}

export async function updateAccount(
  tx: Transaction<AccessTables>,
  { id, ...columns }: AccountRow,
): Promise<void> {
  await tx.updateTable("account").set(columns).where("id", "=", id).execute();
}

/** Changes of who is administrator come one after the other: each waits for this row. */
export async function lockDuty(tx: Transaction<AccessTables>, duty: Duty): Promise<void> {
  await tx.selectFrom("role").select("id").where("duty", "=", duty).where("builtin", "=", true)
    .orderBy("id").forUpdate().execute();
}

/** Which part of an administrator is about to go. */
export type Leaving = { readonly accountId: string } | { readonly grantId: string };

/** Is there an administrator for good without `leaving`, or just through it? */
export async function hasStanding(
  tx: Transaction<AccessTables>,
  { duty, leaving, through }: {
    readonly duty: Duty;
    readonly leaving: Leaving;
    readonly through: boolean;
  },
): Promise<boolean> {
  const [column, id] = "accountId" in leaving
    ? ["a.id" as const, leaving.accountId]
    : ["g.id" as const, leaving.grantId];
  const row = await tx.selectFrom("account as a")
    .innerJoin("account_grant as g", "g.account_id", "a.id")
    .innerJoin("role as r", "r.id", "g.role_id")
    .innerJoin("organisation as o", "o.id", "g.organisation_id")
    .select("a.id")
    .where("a.kind", "=", "person").where("a.duty", "=", duty).where("a.state", "=", "enabled")
    .where("a.expires_at", "is", null)
    .where("g.ended_at", "is", null).where("g.expires_at", "is", null)
    .where("r.builtin", "=", true).where("o.kind", "=", "city")
    .where(column, through ? "=" : "<>", id)
    .limit(1).executeTakeFirst();
  return row !== undefined;
}

/** Does anybody hold a role of the three administrators' duties? */
export async function hasAdministrator(db: QueryCreator<AccessTables>): Promise<boolean> {
  const row = await db.selectFrom("account").select("id").where("duty", "<>", "business").limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Enabled accounts whose time is over, or that nobody used since `unusedSince`. */
export async function listIdleAccounts(
  db: QueryCreator<AccessTables>,
  { kind, now, unusedSince, afterId, limit }: {
    readonly kind: AccountRow["kind"];
    readonly now: Date;
    readonly unusedSince: Date;
    readonly afterId: string | null;
    readonly limit: number;
  },
): Promise<Pick<AccountRow, "id" | "duty">[]> {
  return await db.selectFrom("account").select(["id", "duty"])
    .where("state", "=", "enabled").where("kind", "=", kind)
    .where((eb) =>
      eb.or([
        eb("expires_at", "<=", now),
        eb.and([
          eb("changed_at", "<", unusedSince),
          eb.or([eb("last_used_at", "is", null), eb("last_used_at", "<", unusedSince)]),
        ]),
      ])
    )
    .$if(afterId !== null, (query) => query.where("id", ">", afterId))
    .orderBy("id").limit(limit).execute();
}
