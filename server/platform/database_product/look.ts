import { type Kysely, sql } from "kysely";
import { type DetectedProduct, detectProduct } from "./detect.ts";

/** What a database is, and what of it would quietly change what is stored. */
export interface DatabaseLook extends DetectedProduct {
  /** Oracle's rule: a text without characters is no text. */
  readonly emptyTextIsNull: boolean;
  /** Some compatibility modes say '1' for true, which the driver reads as false. */
  readonly saysTrue: boolean;
  readonly encoding: string;
}

export async function lookAtDatabase<Tables>(db: Kysely<Tables>): Promise<DatabaseLook> {
  const { rows: [row] } = await sql<{
    banner: string;
    empty_is_null: unknown;
    yes: unknown;
    encoding: string;
  }>`select version() as banner, case when '' is null then 1 else 0 end as empty_is_null,
      1 = 1 as yes, current_setting('server_encoding') as encoding`.execute(db);
  if (!row) throw new Error("Cannot look at the database: it says nothing about itself");
  return {
    ...detectProduct(row.banner),
    emptyTextIsNull: Number(row.empty_is_null) === 1,
    saysTrue: row.yes === true,
    encoding: row.encoding,
  };
}

/** A setting's value in the words of the server; null where it has none of this name. */
export async function settingOf<Tables>(db: Kysely<Tables>, name: string): Promise<string | null> {
  const { rows: [row] } = await sql<{ setting: string; unit: string | null }>`
    select setting, unit from pg_settings where name = ${name}`.execute(db);
  return row ? `${row.setting}${row.unit ?? ""}` : null;
}
