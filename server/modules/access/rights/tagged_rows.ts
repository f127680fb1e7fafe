import type { TaggedColumns } from "../../../platform/row_tags.ts";
import type { AccessTables } from "../tables.ts";

/**
 * The columns of rights that count, for their tags (`RowTags`). Not among them: names, which are
 * sealed, and when an account was last used.
 */

type Untagged<Table extends keyof AccessTables> = Omit<AccessTables[Table], "tag">;

export function accountColumns(row: Untagged<"account">): TaggedColumns {
  return {
    id: row.id,
    kind: row.kind,
    login: row.login,
    organisation_id: row.organisation_id,
    duty: row.duty,
    state: row.state,
    created_by: row.created_by,
    created_at: row.created_at,
    expires_at: row.expires_at,
    rights_version: row.rights_version,
  };
}

export function roleColumns(row: Untagged<"role">): TaggedColumns {
  return {
    id: row.id,
    name: row.name,
    duty: row.duty,
    builtin: row.builtin,
    permissions: row.permissions,
    addresses: row.addresses,
  };
}

export function grantColumns(row: Untagged<"account_grant">): TaggedColumns {
  return {
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
  };
}
