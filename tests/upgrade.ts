import assert from "node:assert/strict";
import { Kysely, PGliteDialect, sql } from "kysely";
import { MIGRATIONS } from "../server/migrations/list.ts";
import { databaseDialect, openPglite, openServerDatabase } from "../server/platform/db.ts";
import { migrate } from "../server/platform/migrate.ts";
import { ensurePartitions } from "../server/platform/partitions.ts";
import { PARTITIONED, type Tables } from "../server/schema.ts";
import type { TestDb } from "./db.ts";
import old from "./upgrade/c1d3303.json" with { type: "json" };

/**
 * What the platform of commit c1d3303 left behind, run with the test keys on the sandbox's city: a
 * visit paid, one that ran out of time, one refunded, one still open, and an enrolled terminal. Its
 * rows are as that code wrote them: without tags, phone indexes, institutions or an audit trail.
 */
export const OLD = old;

/** The last migration of that time. */
const LAST_OLD = "20261122130000_fleet_line";
/** Tables with foreign keys, after those they name; the others in any order. */
const FIRST = [
  "organisation",
  "terminal",
  "terminal_enrolment",
  "terminal_key",
  "line_session",
  "patient",
];

/** The old schema with the old rows, then today's migrations. */
export async function upgradedDb(server?: string): Promise<TestDb> {
  const own = server === undefined ? await embedded() : await onServer(server);
  const now = new Date(OLD.clock);
  const names = Object.entries(MIGRATIONS).filter(([name]) => name <= LAST_OLD);
  assert.equal(names.length, 11);
  await migrate(own.db, Object.fromEntries(names));
  await ensurePartitions(own.db, await partitioned(own.db), now);
  await insertOld(own.db);
  await migrate(own.db, MIGRATIONS);
  await ensurePartitions(own.db, PARTITIONED, now);
  return own;
}

async function embedded(): Promise<TestDb> {
  const pglite = await openPglite(null);
  const db = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }) });
  return { db, url: null, [Symbol.asyncDispose]: () => db.destroy() };
}

async function onServer(server: string): Promise<TestDb> {
  const admin = openServerDatabase<unknown>({ url: `${server}/postgres`, poolSize: 1 });
  await sql`create database upgraded`.execute(admin);
  await admin.destroy();
  const url = `${server}/upgraded`;
  const db = new Kysely<Tables>({ dialect: databaseDialect({ url, poolSize: 8 }) });
  return { db, url, [Symbol.asyncDispose]: () => db.destroy() };
}

async function partitioned(db: Kysely<Tables>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class where relkind = 'p' order by relname`.execute(db);
  return rows.map(({ name }) => name);
}

async function insertOld(db: Kysely<Tables>): Promise<void> {
  const tables: Readonly<Record<string, readonly object[]>> = OLD.tables;
  const rest = Object.keys(tables).filter((table) => !FIRST.includes(table));
  for (const table of [...FIRST, ...rest]) {
    for (const row of tables[table] ?? []) {
      const columns = sql.join(Object.keys(row).map((column) => sql.ref(column)));
      const values = sql.join(Object.values(row).map((value) => sql`${columnValue(value)}`));
      await sql`insert into ${sql.table(table)} (${columns}) values (${values})`.execute(db);
    }
  }
}

/** Bytes stand as `\x…` and times as ISO text; the rest is as JSON has it. */
function columnValue(value: unknown): unknown {
  if (typeof value !== "string") return value;
  if (value.startsWith("\\x")) return Uint8Array.fromHex(value.slice(2));
  return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? new Date(value) : value;
}
