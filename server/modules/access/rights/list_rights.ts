import type { Kysely } from "kysely";
import { type Caller, scopeOf } from "../caller.ts";
import { cutPage } from "../page.ts";
import { PERMISSIONS } from "../permission.ts";
import { rowVersion } from "../row_version.ts";
import type { AccessTables } from "../tables.ts";
import {
  type GrantPage,
  type GrantQuery,
  type PermissionList,
  type RightsRequestPage,
  type RightsRequestQuery,
  type RightsRequestView,
  type RoleList,
  ROLES_MAX,
  type RoleView,
} from "./contract.ts";
import { toRole } from "./role.ts";
import {
  type ListedGrant,
  type ListedRequest,
  listGrantsIn,
  listRequestsOf,
  listRoleRows,
  type RequestsOf,
} from "./store.ts";

export interface ReadRightsDeps {
  readonly db: Kysely<AccessTables>;
}

export function listPermissions(): PermissionList {
  const permissions = Object.entries(PERMISSIONS).map(([permission, { title, duties }]) => ({
    permission,
    title,
    duties: [...duties],
  }));
  return { permissions };
}

export async function listRoles({ db }: ReadRightsDeps): Promise<RoleList> {
  return { roles: (await listRoleRows(db, ROLES_MAX)).map(toRoleView) };
}

export function toRoleView(row: AccessTables["role"]): RoleView {
  const { permissions, addresses } = toRole(row);
  return {
    id: row.id,
    name: row.name,
    duty: row.duty,
    builtin: row.builtin,
    permissions: [...permissions],
    addresses: addresses === null ? null : [...addresses],
    changedAt: row.changed_at.toISOString(),
    version: roleVersion(row),
  };
}

export function roleVersion({ name, permissions, addresses }: AccessTables["role"]): string {
  return rowVersion([name, permissions, addresses]);
}

export async function listGrants(
  { db }: ReadRightsDeps,
  caller: Caller,
  query: GrantQuery,
): Promise<GrantPage> {
  const rows = await listGrantsIn(db, { scope: scopeOf(caller, "rights.read"), query });
  const { page, next } = cutPage(rows, { limit: query.limit, keyOf: ({ row }) => row.id });
  return { grants: page.map(toGrantView), next };
}

function toGrantView(listed: ListedGrant): GrantPage["grants"][number] {
  const { row, login, roleName, organisationName, grantedByLogin, endedByLogin } = listed;
  return {
    id: row.id,
    account: { id: row.account_id, login },
    role: { id: row.role_id, name: roleName },
    organisation: { id: row.organisation_id, name: organisationName },
    grantedBy: whoOf(row.granted_by, grantedByLogin),
    grantedAt: row.granted_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    endedAt: row.ended_at?.toISOString() ?? null,
    endedBy: whoOf(row.ended_by, endedByLogin),
  };
}

/** At nodes where the caller reads rights. */
export async function listRequests(
  deps: ReadRightsDeps,
  caller: Caller,
  query: RightsRequestQuery,
): Promise<RightsRequestPage> {
  return await requestPage(deps, { scope: scopeOf(caller, "rights.read") }, query);
}

/** Those the caller made. */
export async function listOwnRequests(
  deps: ReadRightsDeps,
  caller: Caller,
  query: RightsRequestQuery,
): Promise<RightsRequestPage> {
  return await requestPage(deps, { requestedBy: caller.accountId }, query);
}

async function requestPage(
  { db }: ReadRightsDeps,
  of: RequestsOf,
  query: RightsRequestQuery,
): Promise<RightsRequestPage> {
  const rows = await listRequestsOf(db, { of, query });
  const { page, next } = cutPage(rows, { limit: query.limit, keyOf: ({ row }) => row.id });
  return { requests: page.map(toRequestView), next };
}

export function toRequestView(listed: ListedRequest): RightsRequestView {
  const { row, login, roleName, organisationName, requestedByLogin, decidedByLogin } = listed;
  return {
    id: row.id,
    kind: row.kind,
    account: { id: row.account_id, login },
    role: { id: row.role_id, name: roleName },
    organisation: { id: row.organisation_id, name: organisationName },
    grantId: row.grant_id,
    grantExpiresAt: row.grant_expires_at?.toISOString() ?? null,
    reason: row.reason,
    requestedBy: { id: row.requested_by, login: requestedByLogin },
    requestedAt: row.requested_at.toISOString(),
    state: row.state,
    decidedBy: whoOf(row.decided_by, decidedByLogin),
    decidedAt: row.decided_at?.toISOString() ?? null,
    note: row.note,
  };
}

export function whoOf(
  id: string | null,
  login: string | null | undefined,
): { id: string; login: string } | null {
  return id === null ? null : { id, login: login ?? "" };
}
