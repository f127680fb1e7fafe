import { type Kysely, sql } from "kysely";
import type { Tables } from "../../server/schema.ts";
import type { BackupManifest, CountedTable } from "./manifest.ts";

/**
 * Tables that only grow, with the column that says how new a row is: what was there before a backup
 * has to be there after its restore.
 */
const GROWING = [
  ["audit_event", "at"],
  ["audit_link", "at"],
  ["checkout_order", "at"],
  ["checkout_attempt", "at"],
  ["ledger_posting", "posted_at"],
  ["payment_trade", "at"],
  ["payment_refund", "at"],
  ["refund_request", "at"],
] as const;

/** In one snapshot. */
export async function countGrowing(db: Kysely<Tables>): Promise<CountedTable[]> {
  return await db.transaction().setIsolationLevel("repeatable read").execute(async (tx) => {
    const counts: CountedTable[] = [];
    for (const [table, column] of GROWING) {
      const { rows: [row] } = await sql<{ rows: bigint; newest: Date | null }>`
        select count(*) as rows, max(${sql.ref(column)}) as newest from ${sql.table(table)}`
        .execute(tx);
      const { rows = 0n, newest = null } = row ?? {};
      counts.push({ table, rows: Number(rows), newest: newest?.toISOString() ?? null });
    }
    return counts;
  });
}

export async function findSchema(db: Kysely<Tables>): Promise<string | null> {
  const { rows: [row] } = await sql<{ name: string | null }>`
    select max(name) as name from schema_migration`.execute(db);
  return row?.name ?? null;
}

export async function readServer(db: Kysely<Tables>): Promise<BackupManifest["server"]> {
  const { rows: [row] } = await sql<{
    version: string;
    system: string;
    database: string;
    role: string;
    segment: string;
  }>`select current_setting('server_version') as version,
      (select cast(system_identifier as text) from pg_control_system()) as system,
      current_database() as database, current_user as role,
      (select setting from pg_settings where name = 'wal_segment_size') as segment`.execute(db);
  if (!row) throw new Error("Cannot read what the server is: expected one row");
  const { version, system, database, role, segment } = row;
  return { version, system, database, role, walSegmentBytes: Number(segment) };
}

/** Those that hold a copy all the time; a backup's own connection is none of them. */
export async function countStandbys(db: Kysely<Tables>): Promise<number> {
  const { rows: [row] } = await sql<{ count: bigint }>`
    select count(*) as count from pg_stat_replication where state = 'streaming'`.execute(db);
  return Number(row?.count ?? 0n);
}

export async function clusterBytes(db: Kysely<Tables>): Promise<number> {
  const { rows: [row] } = await sql<{ bytes: bigint | null }>`
    select cast(sum(pg_database_size(oid)) as bigint) as bytes from pg_database`.execute(db);
  return Number(row?.bytes ?? 0n);
}

export async function databaseBytes(db: Kysely<Tables>): Promise<number> {
  const { rows: [row] } = await sql<{ bytes: bigint }>`
    select pg_database_size(current_database()) as bytes`.execute(db);
  return Number(row?.bytes ?? 0n);
}

/** Keeps the WAL a backup needs while it is made; gone with this connection, however that ends. */
export async function holdWal(db: Kysely<Tables>, name: string): Promise<void> {
  await sql`select pg_create_physical_replication_slot(${name}, true, true)`.execute(db);
}

/** When the last transaction was committed that a recovery brought back; null where none was. */
export async function lastReplayedAt(db: Kysely<Tables>): Promise<Date | null> {
  const { rows: [row] } = await sql<{ at: Date | null }>`
    select pg_last_xact_replay_timestamp() as at`.execute(db);
  return row?.at ?? null;
}

export async function askReady(db: Kysely<Tables>): Promise<void> {
  await sql`select 1`.execute(db);
}
