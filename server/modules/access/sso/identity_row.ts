import type { RowTags, TaggedColumns } from "../../../platform/row_tags.ts";
import type { SsoTables } from "./tables.ts";

export type IdentityRow = SsoTables["account_identity"];

/** As `Sealer` names the column, and the field of its blind index. */
export const SUBJECT_COLUMN = "account_identity.subject";

/** The index stands for the subject, whose sealed bytes change with the sealing key. */
export function identityColumns(row: Omit<IdentityRow, "tag">): TaggedColumns {
  return {
    id: row.id,
    account_id: row.account_id,
    provider: row.provider,
    issuer: row.issuer,
    subject_index: row.subject_index,
    linked_by: row.linked_by,
    linked_at: row.linked_at,
    removed_at: row.removed_at,
    removed_by: row.removed_by,
  };
}

export async function taggedIdentity(
  rowTags: RowTags,
  row: Omit<IdentityRow, "tag">,
): Promise<IdentityRow> {
  return { ...row, tag: await rowTags.tag("account_identity", identityColumns(row)) };
}

export async function isWholeIdentity(rowTags: RowTags, row: IdentityRow): Promise<boolean> {
  return await rowTags.fits("account_identity", identityColumns(row), row.tag);
}

/** `z******n`: enough to know one's own by. */
export function maskedSubject(subject: string): string {
  if (subject.length <= 2) return "*".repeat(subject.length);
  return `${subject.slice(0, 1)}******${subject.slice(-1)}`;
}
