import type { QueryExecutorProvider, Transaction } from "kysely";
import { invariant } from "./errors.ts";
import { awaitsTag } from "./row_adoption.ts";
import type { RowTags, TaggedColumns, TaggedValue } from "./row_tags.ts";

/** A table whose rows carry a tag over what they decide; registered in server/protection/tagged_tables.ts. */
export interface TaggedTable<Column extends string = string> {
  readonly table: string;
  /** Names one row, in the order of its primary key. */
  readonly key: readonly Column[];
  /** All the tag is over: the key and every column that decides something. */
  readonly columns: readonly Column[];
  /**
   * Of a table that had rows before it had tags (`row_adoption.ts`): when a row was made, or last
   * changed where it is replaced; null where nobody knows. Absent where every row must have a tag.
   */
  readonly madeAt?: Column | null;
  /**
   * Of `columns`, those that came when rows had tags already: where such a column is null the tag is
   * over the others alone, as it was before, so that filling or emptying it shows all the same.
   */
  readonly later?: readonly Column[];
}

/** A row as it was read. */
export type TaggedRow<Column extends string> =
  & Readonly<Record<Column, TaggedValue>>
  & { readonly tag: Uint8Array | null };

/** What the tag of a row is over. */
export function decided<Column extends string>(
  { columns, later = [] }: TaggedTable<Column>,
  row: Readonly<Record<Column, TaggedValue>>,
): TaggedColumns {
  return Object.fromEntries(columns.flatMap((column) => {
    const value = row[column];
    invariant(value !== undefined, `a tag is over a whole row, column "${column}" too`);
    return value === null && later.includes(column) ? [] : [[column, value]];
  }));
}

/** The tag of a row as it is to be stored. */
export function tagOf<Column extends string>(
  tags: RowTags,
  tagged: TaggedTable<Column>,
  row: Readonly<Record<Column, TaggedValue>>,
): Promise<Uint8Array> {
  return tags.tag(tagged.table, decided(tagged, row));
}

/**
 * The tag of a row as it is to be stored after a change. A row that somebody wrote into is not made
 * good by a change on top of it: it keeps the tag that does not fit or, where every row must have
 * one, loses it, so that the change is not undone by writing the row back as it was.
 */
export async function tagAfter<Column extends string, Tables>(
  tx: Transaction<Tables>,
  tags: RowTags,
  { tagged, before, after }: {
    readonly tagged: TaggedTable<Column>;
    readonly before: TaggedRow<Column>;
    readonly after: Readonly<Record<Column, TaggedValue>>;
  },
): Promise<Uint8Array | null> {
  if (!await isUnchanged(tx, tags, { tagged, row: before })) {
    return tagged.madeAt === undefined ? null : before.tag;
  }
  return await tagOf(tags, tagged, after);
}

/**
 * Is a row just read as the platform left it? One without a tag is not, but for rows of before
 * while those are being given theirs. Asked where money is about to move or rights are used.
 */
export async function isUnchanged<Column extends string>(
  db: QueryExecutorProvider,
  tags: RowTags,
  { tagged, row }: {
    readonly tagged: TaggedTable<Column>;
    readonly row: TaggedRow<Column>;
  },
): Promise<boolean> {
  if (row.tag !== null) return await tags.fits(tagged.table, decided(tagged, row), row.tag);
  return await awaitsTag(db, tags, { tagged, row });
}
