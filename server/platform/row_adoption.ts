import { type QueryExecutorProvider, sql, type Transaction } from "kysely";
import type { RowTags, TaggedColumns, TaggedValue } from "./row_tags.ts";
import { insertIfAbsent } from "./upsert.ts";

/**
 * Tables that had rows before they had tags: those rows are given one, once for each table, in a
 * time that ends. Before and after it a row without a tag is a changed one, so that taking a tag
 * away is no way around. The times are the database's: rows are asked about where no clock is.
 */
export interface RowAdoptionTables {
  row_adoption: {
    table_name: string;
    /** Rows made since then have a tag of their own. */
    made_before: Date;
    opened_at: Date;
    open_until: Date;
    ended_at: Date | null;
    rows_adopted: bigint;
    tag: Uint8Array;
  };
}

export type RowAdoption = RowAdoptionTables["row_adoption"];

export const ADOPTION_TAGGED = {
  table: "row_adoption",
  key: ["table_name"],
  columns: ["table_name", "made_before", "opened_at", "open_until", "ended_at", "rows_adopted"],
} as const;

/** A workman's upgrade, a long weekend and some: an old state put back opens nothing after it. */
const OPEN_DAYS = 30;

/** What says of a row without a tag whether it may be one of before. */
export interface AdoptedTable {
  readonly table: string;
  /** Null where nobody knows when a row was made; absent where no row is of before. */
  readonly madeAt?: string | null;
}

/** Is a row without a tag one of before, while those are being given theirs? */
export async function awaitsTag(
  db: QueryExecutorProvider,
  tags: RowTags,
  { tagged, row }: {
    readonly tagged: AdoptedTable;
    readonly row: Readonly<Record<string, TaggedValue>>;
  },
): Promise<boolean> {
  if (tagged.madeAt === undefined) return false;
  const adoption = await findOpenAdoption(db, tags, tagged.table);
  return adoption !== null && isOfBefore(adoption, tagged, row);
}

export function isOfBefore(
  { made_before }: RowAdoption,
  { madeAt }: AdoptedTable,
  row: Readonly<Record<string, TaggedValue>>,
): boolean {
  if (madeAt === undefined) return false;
  if (madeAt === null) return true;
  const made = row[madeAt];
  return made instanceof Date && made < made_before;
}

/** Null where it has ended, its time is over, there is none, or somebody wrote into its row. */
export async function findOpenAdoption(
  db: QueryExecutorProvider,
  tags: RowTags,
  table: string,
): Promise<RowAdoption | null> {
  const { rows: [row] } = await sql<RowAdoption>`
    select ${columns()}, tag from row_adoption
    where table_name = ${table} and ended_at is null and open_until > current_timestamp`
    .execute(db);
  return row && await tags.fits("row_adoption", decidedBy(row), row.tag) ? row : null;
}

export async function listAdoptedTables(db: QueryExecutorProvider): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ table_name: string }>`select table_name from row_adoption`
    .execute(db);
  return new Set(rows.map(({ table_name }) => table_name));
}

/** False when another process was first. */
export async function openAdoption(
  tx: Transaction<RowAdoptionTables>,
  tags: RowTags,
  table: string,
): Promise<boolean> {
  const { rows: [start] } = await sql<{ now: Date; at: Date }>`
    select current_timestamp as now, at from row_tag_start`.execute(tx);
  if (!start) return false;
  const row = {
    table_name: table,
    made_before: start.at,
    opened_at: start.now,
    open_until: new Date(start.now.getTime() + OPEN_DAYS * 86_400_000),
    ended_at: null,
    rows_adopted: 0n,
  };
  const tag = await tags.tag("row_adoption", decidedBy(row));
  return await insertIfAbsent(tx, "row_adoption", { ...row, tag }, ["table_name"]);
}

/** After some rows were given a tag, or all: then it is over for good. */
export async function goOnAdopting(
  tx: Transaction<RowAdoptionTables>,
  tags: RowTags,
  { adoption, rows, isLast }: {
    readonly adoption: RowAdoption;
    readonly rows: number;
    readonly isLast: boolean;
  },
): Promise<RowAdoption> {
  const after = {
    ...adoption,
    rows_adopted: BigInt(adoption.rows_adopted) + BigInt(rows),
    ended_at: isLast ? await databaseTime(tx) : null,
  };
  const { rows_adopted, ended_at } = after;
  const tag = await tags.tag("row_adoption", decidedBy(after));
  await tx.updateTable("row_adoption").set({ rows_adopted, ended_at, tag })
    .where("table_name", "=", adoption.table_name).where("ended_at", "is", null).execute();
  return { ...after, tag };
}

async function databaseTime(db: QueryExecutorProvider): Promise<Date> {
  const { rows: [row] } = await sql<{ now: Date }>`select current_timestamp as now`.execute(db);
  if (!row) throw new Error("Cannot read the database's time");
  return row.now;
}

function decidedBy(row: Omit<RowAdoption, "tag">): TaggedColumns {
  return {
    table_name: row.table_name,
    made_before: row.made_before,
    opened_at: row.opened_at,
    open_until: row.open_until,
    ended_at: row.ended_at,
    rows_adopted: BigInt(row.rows_adopted),
  };
}

// deno-lint-ignore explicit-function-return-type -- the fragment's type is kysely's to say
function columns() {
  return sql.join(ADOPTION_TAGGED.columns.map((column) => sql.ref(column)));
}
