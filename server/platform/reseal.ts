import { type Kysely, type QueryExecutorProvider, sql, type Transaction } from "kysely";
import { keyVersionOf } from "../../crypto/envelope.ts";
import { CryptoError } from "../../crypto/errors.ts";
import {
  atKey,
  behind,
  columnList,
  type KeyValue,
  keyValues,
  placeAfter,
  rowIdOf,
  upTo,
  writePlace,
} from "./row_place.ts";
import type { RowTags, TaggedValue } from "./row_tags.ts";
import type { Sealer } from "./sealer.ts";
import { decided, type TaggedTable, tagOf } from "./tagged_table.ts";
import type { Batch, TableWork } from "./upkeep.ts";

/** A table with sealed columns; all are registered in server/protection/sealed_tables.ts. */
export interface SealedTable {
  readonly table: string;
  /** Its primary key, in order. */
  readonly key: readonly string[];
  /** Column names ending in `_sealed`; sealed as `table.column` without that ending. */
  readonly sealed: readonly string[];
  /** A blind index that rows of before it lack: column, of which sealed column, field. */
  readonly index?: { readonly column: string; readonly of: string; readonly field: string };
  /** Where a tag is over the sealed column, which is the only one then: it is made anew with it. */
  readonly tagged?: TaggedTable;
}

export interface ResealDeps<Tables> {
  readonly db: Kysely<Tables>;
  readonly sealer: Sealer;
  readonly rowTags: RowTags;
}

const RESEAL_ROWS_MAX = 200;
/** Of one query: where few rows are older it would otherwise read the whole table at once. */
const LOOK_ROWS_MAX = 2_000;
const COUNT_ROWS_MAX = 20_000;
const FORMAT = 1;

type Row = Readonly<Record<string, TaggedValue>>;

/**
 * Seals one table's older columns anew, while others read and write it: each column is replaced
 * only where it still has the bytes that were read. What does not open is named, not touched.
 */
export function resealWork<Tables>(
  deps: ResealDeps<Tables>,
  { of, version }: { readonly of: SealedTable; readonly version: number },
): TableWork {
  return {
    table: of.table,
    async batch(place) {
      const end = await placeAfter(deps.db, of, { place, rows: LOOK_ROWS_MAX });
      const rows = await selectOlder(deps.db, of, { place, end, version });
      const last = rows.at(-1);
      const done = await resealRows(deps, of, rows);
      const hasMore = last !== undefined && rows.length === RESEAL_ROWS_MAX;
      return { ...done, place: hasMore ? writePlace(keyValues(of.key, last)) : end };
    },
  };
}

/** Rows of a table with a column under a version before this one; reads the table in parts. */
export async function countOlder(
  db: QueryExecutorProvider,
  of: SealedTable,
  version: number,
): Promise<number> {
  let count = 0;
  let place: string | null = null;
  do {
    const end: string | null = await placeAfter(db, of, { place, rows: COUNT_ROWS_MAX });
    const { rows: [row] } = await sql<{ n: string | bigint }>`
      select count(*) as n from ${sql.table(of.table)}
      where ${behind(of.key, place)} and ${upTo(of.key, end)} and ${isOlder(of, version)}`
      .execute(db);
    count += Number(row?.n ?? 0);
    place = end;
  } while (place !== null);
  return count;
}

/** format ‖ version is how a sealed column begins, so bytes compare as versions do. */
function isOlder({ sealed }: SealedTable, version: number) {
  const head = new Uint8Array(5);
  head[0] = FORMAT;
  new DataView(head.buffer).setUint32(1, version);
  return sql`(${sql.join(sealed.map((column) => sql`${sql.ref(column)} < ${head}`), sql` or `)})`;
}

async function selectOlder<Tables>(
  db: Kysely<Tables>,
  of: SealedTable,
  { place, end, version }: {
    readonly place: string | null;
    readonly end: string | null;
    readonly version: number;
  },
): Promise<readonly Row[]> {
  const { index, tagged } = of;
  const columns = new Set([
    ...of.key,
    ...of.sealed,
    ...(index ? [index.column] : []),
    ...(tagged ? [...tagged.columns, "tag"] : []),
  ]);
  const lacksIndex = index
    ? sql`${sql.ref(index.of)} is not null and ${sql.ref(index.column)} is null`
    : sql`1 = 0`;
  const { rows } = await sql<Row>`
    select ${columnList([...columns])} from ${sql.table(of.table)}
    where ${behind(of.key, place)} and ${upTo(of.key, end)}
      and (${isOlder(of, version)} or (${lacksIndex}))
    order by ${columnList(of.key)} limit ${sql.lit(RESEAL_ROWS_MAX)}`.execute(db);
  return rows;
}

/** All that takes time is done before the transaction: it holds no row longer than needed. */
async function resealRows<Tables>(
  deps: ResealDeps<Tables>,
  of: SealedTable,
  rows: readonly Row[],
): Promise<Omit<Batch, "place">> {
  const { db, sealer } = deps;
  const newest = keyVersionOf(await sealer.seal(PROBE, ""));
  const replacements: Replacement[] = [];
  const broken: Batch["broken"][number][] = [];
  for (const row of rows) {
    const made = await replacementsOf(deps, { of, row, newest });
    if (made) replacements.push(...made);
    else broken.push({ rowId: rowIdOf(keyValues(of.key, row)), why: "changed" });
  }
  await db.transaction().execute(async (tx) => {
    for (const replacement of replacements) await replace(tx, of, replacement);
  });
  return { rows: rows.length - broken.length, broken };
}

/** One column of one row: what it was, and what it is to be. */
interface Replacement {
  readonly key: readonly KeyValue[];
  readonly column: string;
  readonly old: Uint8Array;
  readonly sealed: Uint8Array;
  readonly index: Uint8Array | null;
  readonly tag: { readonly old: Uint8Array; readonly after: Uint8Array } | null;
}

/** Null when one of its columns does not open. */
async function replacementsOf(
  { sealer, rowTags }: Pick<ResealDeps<unknown>, "sealer" | "rowTags">,
  { of, row, newest }: { readonly of: SealedTable; readonly row: Row; readonly newest: number },
): Promise<readonly Replacement[] | null> {
  const made: Replacement[] = [];
  for (const column of of.sealed) {
    const old = row[column];
    if (!(old instanceof Uint8Array)) continue;
    const index = of.index?.of === column ? of.index : null;
    const lacksIndex = index !== null && row[index.column] === null;
    const name = `${of.table}.${column.replace(/_sealed$/, "")}`;
    const text = await opened(sealer, name, old);
    if (text === null) return null;
    if (keyVersionOf(old) >= newest && !lacksIndex) continue;
    const sealed = await sealer.seal(name, text);
    made.push({
      key: keyValues(of.key, row),
      column,
      old,
      sealed,
      index: index && await sealer.index(index.field, text),
      tag: await tagAfterReseal(rowTags, of, { before: row, after: { ...row, [column]: sealed } }),
    });
  }
  return made;
}

/** Null where the row needs none, or somebody wrote into it: sealing anew does not make it good. */
async function tagAfterReseal(
  rowTags: RowTags,
  { tagged }: SealedTable,
  { before, after }: { readonly before: Row; readonly after: Row },
): Promise<Replacement["tag"]> {
  const old = before["tag"];
  if (!tagged || !(old instanceof Uint8Array)) return null;
  if (!await rowTags.fits(tagged.table, decided(tagged, before), old)) return null;
  return { old, after: await tagOf(rowTags, tagged, after) };
}

const PROBE = "reseal.probe";

async function opened(sealer: Sealer, name: string, old: Uint8Array): Promise<string | null> {
  try {
    return await sealer.open(name, old);
  } catch (thrown) {
    if (thrown instanceof CryptoError && LOST.has(thrown.code)) return null;
    throw thrown;
  }
}

const LOST: ReadonlySet<string> = new Set(["wrong_tag", "bad_encoding", "unknown_key"]);

async function replace<Tables>(
  tx: Transaction<Tables>,
  of: SealedTable,
  { key, column, old, sealed, index, tag }: Replacement,
): Promise<void> {
  const set = [sql`${sql.ref(column)} = ${sealed}`];
  if (of.index && index) set.push(sql`${sql.ref(of.index.column)} = ${index}`);
  if (tag) set.push(sql`tag = ${tag.after}`);
  const isSame = tag ? sql`and tag = ${tag.old}` : sql``;
  await sql`update ${sql.table(of.table)} set ${sql.join(set)}
    where ${atKey(of.key, key)} and ${sql.ref(column)} = ${old} ${isSame}`.execute(tx);
}
