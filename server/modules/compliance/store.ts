import { type Kysely, sql } from "kysely";
import type { ComplianceTables } from "./tables.ts";

const PARTITION = /_y\d{4}m\d{2}$/;

/** "table.column" of every column whose name says that it is sealed or a blind index, and is. */
export async function listSealedColumns(db: Kysely<ComplianceTables>): Promise<string[]> {
  const { rows } = await sql<{ table: string; column: string }>`
    select table_name as "table", column_name as "column" from information_schema.columns
    where table_schema = current_schema() and data_type = 'bytea'
      and (column_name like '%\\_sealed' or column_name like '%\\_index')
    order by table_name, column_name
  `.execute(db);
  return rows.filter(({ table }) => !PARTITION.test(table))
    .map(({ table, column }) => `${table}.${column}`);
}

/** As the server names itself. */
export async function readDatabaseVersion(db: Kysely<ComplianceTables>): Promise<string> {
  const { rows } = await sql<{ version: string }>`select version() as version`.execute(db);
  return rows[0]?.version ?? "";
}
