import { type Kysely, sql, type Transaction } from "kysely";
import {
  findOpenAdoption,
  goOnAdopting,
  isOfBefore,
  type RowAdoption,
  type RowAdoptionTables,
} from "./row_adoption.ts";
import { atKey, behind, columnList, keyValues, writePlace } from "./row_place.ts";
import type { RowTags, TaggedValue } from "./row_tags.ts";
import { type TaggedTable, tagOf } from "./tagged_table.ts";
import type { TableWork } from "./upkeep.ts";

export interface AdoptRowsDeps<Tables> {
  readonly db: Kysely<Tables>;
  readonly rowTags: RowTags;
  /** The same transaction as this file sees it. */
  readonly narrow: (tx: Transaction<Tables>) => Transaction<RowAdoptionTables>;
  /** Committed with the end of a table's adoption. */
  readonly onEnd: (tx: Transaction<Tables>, adoption: RowAdoption) => Promise<void>;
}

const ADOPT_ROWS_MAX = 500;

type Row = Readonly<Record<string, TaggedValue>>;

/**
 * Gives the rows of before there were tags theirs, as they are now; while others read and write the
 * table. Nothing where that was done.
 */
export function adoptionWork<Tables>(
  deps: AdoptRowsDeps<Tables>,
  tagged: TaggedTable,
): TableWork {
  return {
    table: tagged.table,
    async batch(place) {
      const adoption = await findOpenAdoption(deps.db, deps.rowTags, tagged.table);
      if (!adoption) return { rows: 0, broken: [], place: null };
      const rows = await selectUntagged(deps.db, tagged, place);
      const old = rows.filter((row) => isOfBefore(adoption, tagged, row));
      const last = rows.length < ADOPT_ROWS_MAX ? undefined : rows.at(-1);
      await deps.db.transaction().execute(async (tx) => {
        for (const row of old) await giveTag(tx, deps.rowTags, { tagged, row });
        const step = { adoption, rows: old.length, isLast: last === undefined };
        const after = await goOnAdopting(deps.narrow(tx), deps.rowTags, step);
        if (step.isLast) await deps.onEnd(tx, after);
      });
      return {
        rows: old.length,
        broken: [],
        place: last ? writePlace(keyValues(tagged.key, last)) : null,
      };
    },
  };
}

async function selectUntagged<Tables>(
  db: Kysely<Tables>,
  { table, key, columns, madeAt }: TaggedTable,
  place: string | null,
): Promise<readonly Row[]> {
  const wanted = new Set([...columns, ...(madeAt ? [madeAt] : [])]);
  const { rows } = await sql<Row>`
    select ${columnList([...wanted])} from ${sql.table(table)}
    where ${behind(key, place)} and tag is null
    order by ${columnList(key)} limit ${sql.lit(ADOPT_ROWS_MAX)}`.execute(db);
  return rows;
}

/** Whoever changed the row since it was read gave it a tag himself. */
async function giveTag<Tables>(
  tx: Transaction<Tables>,
  tags: RowTags,
  { tagged, row }: { readonly tagged: TaggedTable; readonly row: Row },
): Promise<void> {
  const tag = await tagOf(tags, tagged, row);
  await sql`update ${sql.table(tagged.table)} set tag = ${tag}
    where ${atKey(tagged.key, keyValues(tagged.key, row))} and tag is null`.execute(tx);
}
