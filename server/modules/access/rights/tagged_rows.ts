import type { RowTags, TaggedColumns } from "../../../platform/row_tags.ts";
import type { AccessTables } from "../tables.ts";

/**
 * The columns of rights that count, and their tags (`RowTags`). Not among them: names of people,
 * which are sealed, and when an account was last used.
 */

type TaggedTable = "account" | "role" | "account_grant";
type Untagged<Table extends TaggedTable> = Omit<AccessTables[Table], "tag">;

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

const COLUMNS: { readonly [Table in TaggedTable]: (row: Untagged<Table>) => TaggedColumns } = {
  account: accountColumns,
  role: roleColumns,
  account_grant: grantColumns,
};

/** A new row with its tag. */
export async function withTag<Table extends TaggedTable>(
  rowTags: RowTags,
  table: Table,
  row: Untagged<Table>,
): Promise<Untagged<Table> & { readonly tag: Uint8Array }> {
  return { ...row, tag: await rowTags.tag(table, COLUMNS[table](row)) };
}

/**
 * The row after a change, tagged anew only if it fitted before: a row somebody changed past the
 * platform is never made good by a later change.
 */
export async function changed<Table extends TaggedTable>(
  rowTags: RowTags,
  table: Table,
  { row, to }: { readonly row: AccessTables[Table]; readonly to: Partial<Untagged<Table>> },
): Promise<AccessTables[Table]> {
  const columns = COLUMNS[table];
  const after = { ...row, ...to };
  const fitted = await rowTags.fits(table, columns(row), row.tag);
  return fitted ? { ...after, tag: await rowTags.tag(table, columns(after)) } : after;
}
