import { type Kysely, sql } from "kysely";
import { profileOf } from "./database_product/product.ts";

/** Months made ahead of the present one. */
export const MONTHS_AHEAD = 3;

/** Shared by migrations and partitions, so that two processes starting together take turns. */
export const SCHEMA_LOCK = 4_419_000_001n;

/**
 * Makes the monthly partitions of `tables` from last month to {@link MONTHS_AHEAD} ahead. Safe to
 * run again and from several processes. Nothing where the tables stay whole.
 */
export async function ensurePartitions<Tables>(
  db: Kysely<Tables>,
  tables: readonly string[],
  now: Date,
): Promise<void> {
  if (!profileOf(db).hasPartitions) return;
  await db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(${SCHEMA_LOCK})`.execute(tx);
    const present = await listTables(tx);
    for (let ahead = -1; ahead <= MONTHS_AHEAD; ahead++) {
      const from = monthStart(now, ahead);
      const to = monthStart(now, ahead + 1);
      for (const table of tables) {
        const name = partitionName(table, from);
        if (present.has(name)) continue;
        await sql`create table ${sql.table(name)} partition of ${sql.table(table)}
          for values from (${sql.lit(from.toISOString())}) to (${sql.lit(to.toISOString())})`
          .execute(tx);
      }
    }
  });
}

/** Names the partitions of next month that are missing; `/readyz` fails on any. */
export async function missingPartitions<Tables>(
  db: Kysely<Tables>,
  tables: readonly string[],
  now: Date,
): Promise<string[]> {
  if (!profileOf(db).hasPartitions) return [];
  const present = await listTables(db);
  const months = [monthStart(now, 0), monthStart(now, 1)];
  return tables.flatMap((table) => months.map((month) => partitionName(table, month)))
    .filter((name) => !present.has(name));
}

export function partitionName(table: string, month: Date): string {
  const monthText = String(month.getUTCMonth() + 1).padStart(2, "0");
  return `${table}_y${month.getUTCFullYear()}m${monthText}`;
}

async function listTables<Tables>(db: Kysely<Tables>): Promise<Set<string>> {
  const { rows } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables where table_schema = current_schema()
  `.execute(db);
  return new Set(rows.map((row) => row.name));
}

function monthStart(now: Date, ahead: number): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead, 1));
}
