import type { Expression, QueryCreator, SqlBool, Transaction } from "kysely";
import { insertIfAbsent } from "../../../platform/upsert.ts";
import type { Duty } from "../permission.ts";
import { inScope, type Scope } from "../scope.ts";
import type { AccessTables } from "../tables.ts";
import type { GrantQuery, RightsRequestQuery } from "./contract.ts";

type AccountRow = AccessTables["account"];
type RoleRow = AccessTables["role"];
export type GrantRow = AccessTables["account_grant"];
export type RequestRow = AccessTables["rights_request"];

type NodeRow = Pick<
  AccessTables["organisation"],
  "id" | "parent_id" | "kind" | "code" | "path" | "tag"
>;

/** A grant with its role and the node where it holds. */
export interface HeldGrant {
  readonly grant: GrantRow;
  readonly role: RoleRow;
  readonly node: NodeRow;
}

export async function findAccountRow(
  db: QueryCreator<AccessTables>,
  id: string,
): Promise<AccountRow | null> {
  return await db.selectFrom("account").selectAll().where("id", "=", id).executeTakeFirst() ??
    null;
}

/** Those not ended, newest first. */
export async function listHeldGrants(
  db: QueryCreator<AccessTables>,
  { accountId, limit }: { readonly accountId: string; readonly limit: number },
): Promise<HeldGrant[]> {
  const rows = await grantsWithRoles(db, accountId).where("g.ended_at", "is", null).limit(limit)
    .execute();
  return rows.map(toHeldGrant);
}

/** The same with those that ended. */
export async function listGrantsOfAccount(
  db: QueryCreator<AccessTables>,
  { accountId, limit }: { readonly accountId: string; readonly limit: number },
): Promise<HeldGrant[]> {
  return (await grantsWithRoles(db, accountId).limit(limit).execute()).map(toHeldGrant);
}

// deno-lint-ignore explicit-function-return-type -- the query's type is kysely's to say
function grantsWithRoles(db: QueryCreator<AccessTables>, accountId: string) {
  return db.selectFrom("account_grant as g")
    .innerJoin("role as r", "r.id", "g.role_id")
    .innerJoin("organisation as o", "o.id", "g.organisation_id")
    .selectAll("g")
    .select([
      "r.name as role_name",
      "r.duty as role_duty",
      "r.builtin as role_builtin",
      "r.permissions as role_permissions",
      "r.addresses as role_addresses",
      "r.changed_at as role_changed_at",
      "r.tag as role_tag",
      "o.parent_id as node_parent_id",
      "o.kind as node_kind",
      "o.code as node_code",
      "o.path as node_path",
      "o.tag as node_tag",
    ])
    .where("g.account_id", "=", accountId).orderBy("g.id", "desc");
}

type GrantWithRole =
  & GrantRow
  & { readonly [Column in Exclude<keyof RoleRow, "id"> as `role_${Column}`]: RoleRow[Column] }
  & { readonly [Column in Exclude<keyof NodeRow, "id"> as `node_${Column}`]: NodeRow[Column] };

function toHeldGrant(row: GrantWithRole): HeldGrant {
  const {
    role_name: name,
    role_duty: duty,
    role_builtin: builtin,
    role_permissions: permissions,
    role_addresses: addresses,
    role_changed_at: changed_at,
    role_tag: tag,
    node_parent_id: parent_id,
    node_kind: kind,
    node_code: code,
    node_path: path,
    node_tag,
    ...grant
  } = row;
  const role = { name, duty, builtin, permissions, addresses, changed_at, tag };
  const node = { id: grant.organisation_id, parent_id, kind, code, path, tag: node_tag };
  return { grant, role: { id: grant.role_id, ...role }, node };
}

export async function findRoleRow(
  db: QueryCreator<AccessTables>,
  id: string,
): Promise<RoleRow | null> {
  return await db.selectFrom("role").selectAll().where("id", "=", id).executeTakeFirst() ?? null;
}

/** Built-in ones first, then by name; at most `limit`. */
export async function listRoleRows(
  db: QueryCreator<AccessTables>,
  limit: number,
): Promise<RoleRow[]> {
  return await db.selectFrom("role").selectAll().orderBy("builtin", "desc").orderBy("duty")
    .orderBy("name").limit(limit).execute();
}

/** Waits for whoever changes it. */
export async function lockRole(
  tx: Transaction<AccessTables>,
  id: string,
): Promise<RoleRow | null> {
  return await tx.selectFrom("role").selectAll().where("id", "=", id).forUpdate()
    .executeTakeFirst() ?? null;
}

/** Shared: as it is until this transaction ends. Before the account that is to get it. */
export async function holdRole(
  tx: Transaction<AccessTables>,
  id: string,
): Promise<RoleRow | null> {
  return await tx.selectFrom("role").selectAll().where("id", "=", id).forShare()
    .executeTakeFirst() ?? null;
}

/** False when the name is taken. */
export async function insertRole(tx: Transaction<AccessTables>, row: RoleRow): Promise<boolean> {
  return await insertIfAbsent(tx, "role", row, ["name"]);
}

export async function isRoleName(
  db: QueryCreator<AccessTables>,
  name: string,
): Promise<boolean> {
  const row = await db.selectFrom("role").select("id").where("name", "=", name).executeTakeFirst();
  return row !== undefined;
}

export async function updateRole(
  tx: Transaction<AccessTables>,
  { id, ...columns }: RoleRow,
): Promise<void> {
  await tx.updateTable("role").set(columns).where("id", "=", id).execute();
}

export async function deleteRoleRow(tx: Transaction<AccessTables>, id: string): Promise<void> {
  await tx.deleteFrom("role").where("id", "=", id).execute();
}

/** Was it ever granted or asked for? Its history needs its name then. */
export async function isRoleUsed(tx: Transaction<AccessTables>, id: string): Promise<boolean> {
  const granted = await tx.selectFrom("account_grant").select("id").where("role_id", "=", id)
    .limit(1).executeTakeFirst();
  const asked = await tx.selectFrom("rights_request").select("id").where("role_id", "=", id)
    .limit(1).executeTakeFirst();
  return granted !== undefined || asked !== undefined;
}

/** Accounts that hold it now, locked, in the order of their ids. */
export async function lockHolders(
  tx: Transaction<AccessTables>,
  roleId: string,
): Promise<AccountRow[]> {
  const held = tx.selectFrom("account_grant").select("account_id")
    .where("role_id", "=", roleId).where("ended_at", "is", null);
  return await tx.selectFrom("account").selectAll().where("id", "in", held).orderBy("id")
    .forUpdate().execute();
}

export async function insertGrant(tx: Transaction<AccessTables>, row: GrantRow): Promise<void> {
  await tx.insertInto("account_grant").values(row).execute();
}

export async function updateGrant(
  tx: Transaction<AccessTables>,
  { id, ...columns }: GrantRow,
): Promise<void> {
  await tx.updateTable("account_grant").set(columns).where("id", "=", id).execute();
}

export async function lockGrant(
  tx: Transaction<AccessTables>,
  id: string,
): Promise<GrantRow | null> {
  return await tx.selectFrom("account_grant").selectAll().where("id", "=", id).forUpdate()
    .executeTakeFirst() ?? null;
}

export async function lockActiveGrants(
  tx: Transaction<AccessTables>,
  accountId: string,
): Promise<GrantRow[]> {
  return await tx.selectFrom("account_grant").selectAll().where("account_id", "=", accountId)
    .where("ended_at", "is", null).orderBy("id").forUpdate().execute();
}

/** Whose time is over; at most `limit`. */
export async function listExpiredGrants(
  db: QueryCreator<AccessTables>,
  { now, limit }: { readonly now: Date; readonly limit: number },
): Promise<Pick<GrantRow, "id" | "account_id">[]> {
  return await db.selectFrom("account_grant").select(["id", "account_id"])
    .where("ended_at", "is", null).where("expires_at", "<=", now).orderBy("id").limit(limit)
    .execute();
}

export interface ListedGrant {
  readonly row: GrantRow;
  readonly login: string;
  readonly roleName: string;
  readonly organisationName: string;
  readonly grantedByLogin: string | null;
  readonly endedByLogin: string | null;
}

/** Newest first, one more than `limit`. */
export async function listGrantsIn(
  db: QueryCreator<AccessTables>,
  { scope, query }: { readonly scope: Scope; readonly query: GrantQuery },
): Promise<ListedGrant[]> {
  const rows = await db.selectFrom("account_grant as g")
    .innerJoin("account as a", "a.id", "g.account_id")
    .innerJoin("role as r", "r.id", "g.role_id")
    .innerJoin("organisation as o", "o.id", "g.organisation_id")
    .leftJoin("account as b", "b.id", "g.granted_by")
    .leftJoin("account as e", "e.id", "g.ended_by")
    .selectAll("g")
    .select(["a.login as login", "r.name as roleName", "o.name as organisationName"])
    .select(["b.login as grantedByLogin", "e.login as endedByLogin"])
    .where((eb) => {
      const { accountId, roleId, organisationId, state, after } = query;
      const wanted: Expression<SqlBool>[] = [inScope(eb, "o.path", scope)];
      if (accountId !== undefined) wanted.push(eb("g.account_id", "=", accountId));
      if (roleId !== undefined) wanted.push(eb("g.role_id", "=", roleId));
      if (organisationId !== undefined) wanted.push(eb("o.path", "like", `%/${organisationId}/%`));
      if (state !== undefined) {
        wanted.push(eb("g.ended_at", state === "active" ? "is" : "is not", null));
      }
      if (after !== undefined) wanted.push(eb("g.id", "<", after));
      return eb.and(wanted);
    })
    .orderBy("g.id", "desc").limit(query.limit + 1).execute();
  return rows.map((
    { login, roleName, organisationName, grantedByLogin, endedByLogin, ...row },
  ) => ({
    row,
    login,
    roleName,
    organisationName,
    grantedByLogin,
    endedByLogin,
  }));
}

/** Among those not ended. */
export async function findGrantIn(
  db: QueryCreator<AccessTables>,
  { id, scope }: { readonly id: string; readonly scope: Scope },
): Promise<GrantRow | null> {
  return await db.selectFrom("account_grant as g")
    .innerJoin("organisation as o", "o.id", "g.organisation_id")
    .selectAll("g").where("g.id", "=", id).where("g.ended_at", "is", null)
    .where((eb) => inScope(eb, "o.path", scope)).executeTakeFirst() ?? null;
}

export interface ListedRequest {
  readonly row: RequestRow;
  readonly login: string;
  readonly duty: Duty;
  readonly roleName: string;
  readonly organisationName: string;
  readonly path: string;
  readonly requestedByLogin: string;
  readonly decidedByLogin: string | null;
}

/** Where requests are looked for: at nodes of a scope, or among those one account made. */
export type RequestsOf = { readonly scope: Scope } | { readonly requestedBy: string };

// deno-lint-ignore explicit-function-return-type -- the query's type is kysely's to say
function requestsOf(db: QueryCreator<AccessTables>, of: RequestsOf) {
  return db.selectFrom("rights_request as q")
    .innerJoin("account as a", "a.id", "q.account_id")
    .innerJoin("role as r", "r.id", "q.role_id")
    .innerJoin("organisation as o", "o.id", "q.organisation_id")
    .innerJoin("account as b", "b.id", "q.requested_by")
    .leftJoin("account as d", "d.id", "q.decided_by")
    .selectAll("q")
    .select(["a.login as login", "a.duty as duty", "r.name as roleName"])
    .select(["o.name as organisationName", "o.path as path"])
    .select(["b.login as requestedByLogin", "d.login as decidedByLogin"])
    .where((eb) =>
      "scope" in of ? inScope(eb, "o.path", of.scope) : eb("q.requested_by", "=", of.requestedBy)
    );
}

type RequestListing = RequestRow & Omit<ListedRequest, "row">;

function toListed(listing: RequestListing): ListedRequest {
  const {
    login,
    duty,
    roleName,
    organisationName,
    path,
    requestedByLogin,
    decidedByLogin,
    ...row
  } = listing;
  return { row, login, duty, roleName, organisationName, path, requestedByLogin, decidedByLogin };
}

export async function findRequestOf(
  db: QueryCreator<AccessTables>,
  { id, of }: { readonly id: string; readonly of: RequestsOf },
): Promise<ListedRequest | null> {
  const found = await requestsOf(db, of).where("q.id", "=", id).executeTakeFirst();
  return found ? toListed(found) : null;
}

/** Newest first, one more than `limit`. */
export async function listRequestsOf(
  db: QueryCreator<AccessTables>,
  { of, query }: { readonly of: RequestsOf; readonly query: RightsRequestQuery },
): Promise<ListedRequest[]> {
  const rows = await requestsOf(db, of)
    .where((eb) => {
      const wanted: Expression<SqlBool>[] = [];
      const { state, accountId, after } = query;
      if (state !== undefined) wanted.push(eb("q.state", "=", state));
      if (accountId !== undefined) wanted.push(eb("q.account_id", "=", accountId));
      if (after !== undefined) wanted.push(eb("q.id", "<", after));
      return eb.and(wanted);
    })
    .orderBy("q.id", "desc").limit(query.limit + 1).execute();
  return rows.map(toListed);
}

/** False when the id is there. */
export async function insertRequest(
  tx: Transaction<AccessTables>,
  row: RequestRow,
): Promise<boolean> {
  return await insertIfAbsent(tx, "rights_request", row, ["id"]);
}

export async function hasWaitingRequest(
  tx: Transaction<AccessTables>,
  { kind, account_id, role_id, organisation_id }: RequestRow,
): Promise<boolean> {
  const row = await tx.selectFrom("rights_request").select("id").where("state", "=", "waiting")
    .where("kind", "=", kind).where("account_id", "=", account_id).where("role_id", "=", role_id)
    .where("organisation_id", "=", organisation_id).limit(1).executeTakeFirst();
  return row !== undefined;
}

export async function lockRequest(
  tx: Transaction<AccessTables>,
  id: string,
): Promise<RequestRow | null> {
  return await tx.selectFrom("rights_request").selectAll().where("id", "=", id).forUpdate()
    .executeTakeFirst() ?? null;
}

export async function updateRequest(
  tx: Transaction<AccessTables>,
  { id, ...columns }: RequestRow,
): Promise<void> {
  await tx.updateTable("rights_request").set(columns).where("id", "=", id).execute();
}

/** Who asked for grants: a grant has the id of the request it came from. */
export async function listAskers(
  db: QueryCreator<AccessTables>,
  grantIds: readonly string[],
): Promise<ReadonlyMap<string, { readonly id: string; readonly login: string }>> {
  if (grantIds.length === 0) return new Map();
  const rows = await db.selectFrom("rights_request as q")
    .innerJoin("account as b", "b.id", "q.requested_by")
    .select(["q.id as id", "b.id as askerId", "b.login as login"])
    .where("q.id", "in", grantIds).execute();
  return new Map(rows.map(({ id, askerId, login }) => [id, { id: askerId, login }]));
}

export async function listLogins(
  db: QueryCreator<AccessTables>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db.selectFrom("account").select(["id", "login"]).where("id", "in", ids)
    .execute();
  return new Map(rows.map(({ id, login }) => [id, login]));
}

export async function listBuiltinRoles(db: QueryCreator<AccessTables>): Promise<RoleRow[]> {
  return await db.selectFrom("role").selectAll().where("builtin", "=", true).orderBy("name")
    .execute();
}

export async function countRoles(db: QueryCreator<AccessTables>): Promise<number> {
  const row = await db.selectFrom("role").select((eb) => eb.fn.countAll().as("roles"))
    .executeTakeFirstOrThrow();
  return Number(row.roles);
}
