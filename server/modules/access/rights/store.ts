import type { QueryCreator } from "kysely";
import type { AccessTables } from "../tables.ts";

type AccountRow = AccessTables["account"];
type RoleRow = AccessTables["role"];
type GrantRow = AccessTables["account_grant"];

/** A grant with its role and where it holds. */
export interface HeldGrant {
  readonly grant: GrantRow;
  readonly role: RoleRow;
  readonly path: string;
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
  const rows = await db.selectFrom("account_grant as g")
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
      "o.path as path",
    ])
    .where("g.account_id", "=", accountId).where("g.ended_at", "is", null)
    .orderBy("g.id", "desc").limit(limit).execute();
  return rows.map((row) => ({
    grant: {
      id: row.id,
      account_id: row.account_id,
      role_id: row.role_id,
      duty: row.duty,
      organisation_id: row.organisation_id,
      granted_by: row.granted_by,
      granted_at: row.granted_at,
      expires_at: row.expires_at,
      ended_at: row.ended_at,
      ended_by: row.ended_by,
      tag: row.tag,
    },
    role: {
      id: row.role_id,
      name: row.role_name,
      duty: row.role_duty,
      builtin: row.role_builtin,
      permissions: row.role_permissions,
      addresses: row.role_addresses,
      changed_at: row.role_changed_at,
      tag: row.role_tag,
    },
    path: row.path,
  }));
}
