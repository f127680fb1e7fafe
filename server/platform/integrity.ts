import { type Kysely, sql } from "kysely";
import { behind, columnList, type KeyValue, rowIdOf, writePlace } from "./row_place.ts";
import type { RowTags, TaggedValue } from "./row_tags.ts";
import { decided, type TaggedTable } from "./tagged_table.ts";
import { type Batch, findTagStart, type TableWork, tagTagStart } from "./upkeep.ts";

export interface IntegrityDeps<Tables> {
  readonly db: Kysely<Tables>;
  readonly tags: RowTags;
}

const CHECK_ROWS_MAX = 500;
const START_TABLE = "row_tag_start";

type Row = Readonly<Record<string, TaggedValue>>;

/** Checks the tags of one table's rows; rows of before there were tags need none. */
export function integrityWork<Tables>(
  deps: IntegrityDeps<Tables>,
  tagged: TaggedTable,
): TableWork {
  return {
    table: tagged.table,
    async batch(place) {
      const start = await findTagStart(deps.db);
      const rows = await selectRows(deps.db, tagged, place);
      const found = await Promise.all(
        rows.map((row) => checkRow(deps, tagged, { row, startAt: start?.at ?? null })),
      );
      const last = rows.at(-1);
      return {
        rows: rows.length,
        broken: found.filter((broken) => broken !== null),
        place: rows.length < CHECK_ROWS_MAX || !last ? null : writePlace(keyOf(tagged, last)),
      };
    },
  };
}

/** The time that says which rows need a tag: tagged by the first check, checked by all others. */
export function tagStartWork<Tables>({ db, tags }: IntegrityDeps<Tables>): TableWork {
  return {
    table: START_TABLE,
    async batch(): Promise<Batch> {
      const start = await findTagStart(db);
      const broken: Batch["broken"] = [{ rowId: "1", why: "changed" }];
      if (!start) return { rows: 0, broken, place: null };
      const columns = { only_row: start.only_row, at: start.at };
      if (start.tag === null) await tagTagStart(db, await tags.tag(START_TABLE, columns));
      const fits = start.tag === null || await tags.fits(START_TABLE, columns, start.tag);
      return { rows: 1, broken: fits ? [] : broken, place: null };
    },
  };
}

async function selectRows<Tables>(
  db: Kysely<Tables>,
  tagged: TaggedTable,
  place: string | null,
): Promise<readonly Row[]> {
  const columns = [...new Set([...tagged.columns, tagged.madeAt, "tag"])];
  const { rows } = await sql<Row>`
    select ${columnList(columns)} from ${sql.table(tagged.table)}
    where ${behind(tagged.key, place)}
    order by ${columnList(tagged.key)} limit ${sql.lit(CHECK_ROWS_MAX)}`.execute(db);
  return rows;
}

async function checkRow<Tables>(
  { tags }: IntegrityDeps<Tables>,
  tagged: TaggedTable,
  { row, startAt }: { readonly row: Row; readonly startAt: Date | null },
): Promise<Batch["broken"][number] | null> {
  const { tag, [tagged.madeAt]: madeAt } = row;
  const rowId = rowIdOf(keyOf(tagged, row));
  if (!(tag instanceof Uint8Array)) {
    const isOld = startAt !== null && madeAt instanceof Date && madeAt < startAt;
    return isOld ? null : { rowId, why: "untagged" };
  }
  const fits = await tags.fits(tagged.table, decided(tagged, row), tag);
  return fits ? null : { rowId, why: "changed" };
}

function keyOf({ key }: TaggedTable, row: Row): KeyValue[] {
  return key.map((column) => {
    const value = row[column];
    if (value === null || value === undefined || typeof value === "boolean") {
      throw new Error(`Row without key "${column}"`);
    }
    return value;
  });
}
