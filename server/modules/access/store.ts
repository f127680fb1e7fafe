import type { QueryCreator, Transaction } from "kysely";
import type { Organisation } from "./organisation.ts";
import type { AccessTables } from "./tables.ts";

const INSERT_ROWS_MAX = 500;

export async function insertOrganisations(
  tx: Transaction<AccessTables>,
  organisations: readonly Organisation[],
): Promise<void> {
  for (let from = 0; from < organisations.length; from += INSERT_ROWS_MAX) {
    const rows = organisations.slice(from, from + INSERT_ROWS_MAX).map((organisation) => ({
      id: organisation.id,
      parent_id: organisation.parentId,
      kind: organisation.kind,
      type: organisation.type,
      code: organisation.code,
      name: organisation.name,
      staff_phone: organisation.staffPhone,
      path: organisation.path,
    }));
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
