import { type Dialect, Kysely, PGliteDialect, sql } from "kysely";
import { MIGRATIONS } from "../server/migrations/list.ts";
import {
  databaseDialect,
  openPglite,
  openServerDatabase,
  wrapEmbeddedDatabase,
} from "../server/platform/db.ts";
import { migrate } from "../server/platform/migrate.ts";
import { ensurePartitions } from "../server/platform/partitions.ts";
import { PARTITIONED, type Tables } from "../server/schema.ts";

export interface TestDb extends AsyncDisposable {
  readonly db: Kysely<Tables>;
  /** The server's address of this database; null on the embedded one. */
  readonly url: string | null;
}

/**
 * A migrated database of one test's own, gone on dispose: embedded by default, on the server that
 * `TEST_DATABASE_URL` names (without a database) in the full suite.
 */
export async function testDb(
  now: Date = new Date(),
  wrap: WrapDialect = (dialect) => dialect,
  server: string | undefined = Deno.env.get("TEST_DATABASE_URL"),
): Promise<TestDb> {
  return server ? await serverDb(server, now, wrap) : await embeddedDb(now, wrap);
}

/** Puts something between the database and its users, e.g. a crash. */
export type WrapDialect = (dialect: Dialect) => Dialect;

async function embeddedDb(now: Date, wrap: WrapDialect): Promise<TestDb> {
  const pglite = await openPglite(null, await template(now));
  const db = new Kysely<Tables>({ dialect: wrap(new PGliteDialect({ pglite })) });
  return { db, url: null, [Symbol.asyncDispose]: () => db.destroy() };
}

/** By month: migrating takes seconds on the embedded database; a dump of it loads in far less. */
const dumps = new Map<string, Promise<Blob>>();

function template(now: Date): Promise<Blob> {
  const month = now.toISOString().slice(0, 7);
  const known = dumps.get(month) ?? makeTemplate(now);
  dumps.set(month, known);
  return known;
}

async function makeTemplate(now: Date): Promise<Blob> {
  const pglite = await openPglite(null);
  const db = wrapEmbeddedDatabase<Tables>(pglite);
  await migrate(db, MIGRATIONS);
  await ensurePartitions(db, PARTITIONED, now);
  const made = await pglite.dumpDataDir("none");
  await pglite.close();
  return made;
}

async function serverDb(server: string, now: Date, wrap: WrapDialect): Promise<TestDb> {
  const name = `t_${crypto.randomUUID().replaceAll("-", "")}`;
  const admin = openServerDatabase<unknown>({ url: `${server}/postgres`, poolSize: 1 });
  await sql`create database ${sql.table(name)}`.execute(admin);
  const url = `${server}/${name}`;
  const db = new Kysely<Tables>({ dialect: wrap(databaseDialect({ url, poolSize: 8 })) });
  await migrate(db, MIGRATIONS);
  await ensurePartitions(db, PARTITIONED, now);
  return {
    db,
    url,
    async [Symbol.asyncDispose]() {
      await db.destroy();
      await sql`drop database ${sql.table(name)} with (force)`.execute(admin);
      await admin.destroy();
    },
  };
}
