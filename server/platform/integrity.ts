import { type Kysely, sql } from "kysely";
import { awaitsTag } from "./row_adoption.ts";
import { behind, columnList, keyValues, rowIdOf, writePlace } from "./row_place.ts";
import type { RowTags, TaggedValue } from "./row_tags.ts";
import { decided, type TaggedTable } from "./tagged_table.ts";
import type { Batch, TableWork } from "./upkeep.ts";

export interface IntegrityDeps<Tables> {
  readonly db: Kysely<Tables>;
  readonly rowTags: RowTags;
}

const CHECK_ROWS_MAX = 500;

type Row = Readonly<Record<string, TaggedValue>>;

/** Checks the tags of one table's rows. */
export function integrityWork<Tables>(
  deps: IntegrityDeps<Tables>,
  tagged: TaggedTable,
): TableWork {
  return {
    table: tagged.table,
    async batch(place) {
      const rows = await selectRows(deps.db, tagged, place);
      const found = await Promise.all(rows.map((row) => checkRow(deps, tagged, row)));
      const last = rows.at(-1);
      return {
        rows: rows.length,
        broken: found.filter((broken) => broken !== null),
        place: rows.length < CHECK_ROWS_MAX || !last
          ? null
          : writePlace(keyValues(tagged.key, last)),
      };
    },
  };
}

async function selectRows<Tables>(
  db: Kysely<Tables>,
  tagged: TaggedTable,
  place: string | null,
): Promise<readonly Row[]> {
  const columns = [
    ...new Set([...tagged.columns, ...(tagged.madeAt ? [tagged.madeAt] : []), "tag"]),
  ];
  const { rows } = await sql<Row>`
    select ${columnList(columns)} from ${sql.table(tagged.table)}
    where ${behind(tagged.key, place)}
    order by ${columnList(tagged.key)} limit ${sql.lit(CHECK_ROWS_MAX)}`.execute(db);
  return rows;
}

async function checkRow<Tables>(
  { db, rowTags }: IntegrityDeps<Tables>,
  tagged: TaggedTable,
  row: Row,
): Promise<Batch["broken"][number] | null> {
  const { tag } = row;
  const rowId = rowIdOf(keyValues(tagged.key, row));
  if (!(tag instanceof Uint8Array)) {
    return await awaitsTag(db, rowTags, { tagged, row }) ? null : { rowId, why: "untagged" };
  }
  const fits = await rowTags.fits(tagged.table, decided(tagged, row), tag);
  return fits ? null : { rowId, why: "changed" };
}
