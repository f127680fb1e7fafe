import { type QueryExecutorProvider, type RawBuilder, sql } from "kysely";

/** Where a pass over a table has come to: the key of the last row, in the order of its columns. */
export type KeyValue = string | number | bigint | Date | Uint8Array;

type Written = string | number | { readonly time: string } | { readonly bytes: string };

/** JSON; large whole numbers as their digits. */
export function writePlace(values: readonly KeyValue[]): string {
  return JSON.stringify(values.map((value): Written => {
    if (value instanceof Date) return { time: value.toISOString() };
    if (value instanceof Uint8Array) return { bytes: value.toHex() };
    return typeof value === "bigint" ? value.toString() : value;
  }));
}

function readPlace(text: string): KeyValue[] {
  const values: Written[] = JSON.parse(text);
  return values.map((value) => {
    if (typeof value !== "object") return value;
    return "time" in value ? new Date(value.time) : Uint8Array.fromHex(value.bytes);
  });
}

/** The key of a row, for people: its columns between spaces. */
export function rowIdOf(values: readonly KeyValue[]): string {
  return values.map((value) => {
    if (value instanceof Date) return value.toISOString();
    return value instanceof Uint8Array ? value.toHex() : String(value);
  }).join(" ");
}

/** Of a row as it was read. */
export function keyValues(
  key: readonly string[],
  row: Readonly<Record<string, KeyValue | boolean | null>>,
): KeyValue[] {
  return key.map((column) => {
    const value = row[column];
    if (value === null || value === undefined || typeof value === "boolean") {
      throw new Error(`Row without key "${column}"`);
    }
    return value;
  });
}

/** The condition "the row's key lies behind the place". */
export function behind(key: readonly string[], place: string | null): RawBuilder<boolean> {
  if (place === null) return sql<boolean>`1 = 1`;
  const columns = sql.join(key.map((column) => sql.ref(column)));
  return sql<boolean>`(${columns}) > (${sql.join(readPlace(place))})`;
}

/** The condition "the row's key does not lie behind the place"; null is the table's end. */
export function upTo(key: readonly string[], place: string | null): RawBuilder<boolean> {
  if (place === null) return sql<boolean>`1 = 1`;
  const columns = sql.join(key.map((column) => sql.ref(column)));
  return sql<boolean>`(${columns}) <= (${sql.join(readPlace(place))})`;
}

/** The place of the row so many rows behind a place; null when the table ends before. */
export async function placeAfter(
  db: QueryExecutorProvider,
  { table, key }: { readonly table: string; readonly key: readonly string[] },
  { place, rows: count }: { readonly place: string | null; readonly rows: number },
): Promise<string | null> {
  const { rows: [row] } = await sql<Readonly<Record<string, KeyValue>>>`
    select ${columnList(key)} from ${sql.table(table)} where ${behind(key, place)}
    order by ${columnList(key)} limit 1 offset ${sql.lit(count - 1)}`.execute(db);
  return row ? writePlace(Object.values(row)) : null;
}

/** The condition "the row's key is this". */
export function atKey(key: readonly string[], values: readonly KeyValue[]): RawBuilder<boolean> {
  const conditions = key.map((column, n) => sql`${sql.ref(column)} = ${values[n]}`);
  return sql<boolean>`${sql.join(conditions, sql` and `)}`;
}

export function columnList(columns: readonly string[]): RawBuilder<unknown> {
  return sql.join(columns.map((column) => sql.ref(column)));
}
