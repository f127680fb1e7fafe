import { type Kysely, sql } from "kysely";
import { MIGRATIONS } from "../server/migrations/list.ts";
import { openPglite, openServerDatabase, wrapEmbeddedDatabase } from "../server/platform/db.ts";
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
export async function testDb(now: Date = new Date()): Promise<TestDb> {
  const server = Deno.env.get("TEST_DATABASE_URL");
  return server ? await serverDb(server, now) : await embeddedDb(now);
}

async function embeddedDb(now: Date): Promise<TestDb> {
  const pglite = await openPglite(null, await template());
  const db = wrapEmbeddedDatabase<Tables>(pglite);
  await ensurePartitions(db, PARTITIONED, now);
  return { db, url: null, [Symbol.asyncDispose]: () => db.destroy() };
}

/** Migrating takes seconds on the embedded database; a dump of it loads in far less. */
let dump: Promise<Blob> | undefined;

function template(): Promise<Blob> {
  dump ??= (async () => {
    const pglite = await openPglite(null);
    await migrate(wrapEmbeddedDatabase<Tables>(pglite), MIGRATIONS);
    const made = await pglite.dumpDataDir("none");
    await pglite.close();
    return made;
  })();
  return dump;
}

async function serverDb(server: string, now: Date): Promise<TestDb> {
  const name = `t_${crypto.randomUUID().replaceAll("-", "")}`;
  const admin = openServerDatabase<unknown>({ url: `${server}/postgres`, poolSize: 1 });
  await sql`create database ${sql.table(name)}`.execute(admin);
  const url = `${server}/${name}`;
  const db = openServerDatabase<Tables>({ url, poolSize: 8 });
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
