import type { QueryCreator, Transaction } from "kysely";
import type { RowTags } from "../../platform/row_tags.ts";
import { tagOf } from "../../platform/tagged_table.ts";
import type { Organisation } from "./organisation.ts";
import { type AccessTables, ORGANISATION_TAGGED } from "./tables.ts";

const INSERT_ROWS_MAX = 500;

export async function insertOrganisations(
  tx: Transaction<AccessTables>,
  rowTags: RowTags,
  organisations: readonly Organisation[],
): Promise<void> {
  for (let from = 0; from < organisations.length; from += INSERT_ROWS_MAX) {
    const rows = await Promise.all(
      organisations.slice(from, from + INSERT_ROWS_MAX).map((node) => toRow(rowTags, node)),
    );
    await tx.insertInto("organisation").values(rows).execute();
  }
}

export async function findOrganisationById(
  db: QueryCreator<AccessTables>,
  id: string,
): Promise<Organisation | null> {
  const row = await db.selectFrom("organisation").selectAll().where("id", "=", id)
    .executeTakeFirst();
  return row ? fromRow(row) : null;
}

export async function findCityRow(db: QueryCreator<AccessTables>): Promise<Organisation | null> {
  const row = await db.selectFrom("organisation").selectAll().where("kind", "=", "city")
    .executeTakeFirst();
  return row ? fromRow(row) : null;
}

async function toRow(
  rowTags: RowTags,
  { parentId: parent_id, staffPhone: staff_phone, ...same }: Organisation,
): Promise<AccessTables["organisation"]> {
  const { id, kind, type, code, name, path } = same;
  const row = { id, parent_id, kind, type, code, name, staff_phone, path };
  return { ...row, tag: await tagOf(rowTags, ORGANISATION_TAGGED, row) };
}

export function fromRow(row: AccessTables["organisation"]): Organisation {
  return {
    id: row.id,
    parentId: row.parent_id,
    kind: row.kind,
    type: row.type,
    code: row.code,
    name: row.name,
    staffPhone: row.staff_phone,
    path: row.path,
  };
}
