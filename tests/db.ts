import { type Dialect, Kysely, PGliteDialect, sql } from "kysely";
import { MIGRATIONS } from "../server/migrations/list.ts";
import {
  DATABASE_PRODUCTS,
  type DatabaseProduct,
  profileOf,
} from "../server/platform/database_product/product.ts";
import { databaseDialect, openServerDatabase } from "../server/platform/db.ts";
import { migrate } from "../server/platform/migrate.ts";
import { ensurePartitions } from "../server/platform/partitions.ts";
import { PARTITIONED, type Tables } from "../server/schema.ts";
import { openTemplateCopy } from "./db_template.ts";
import { PreparedQueries } from "./prepared_queries.ts";
import { asProduct } from "./dialect_of.ts";

export interface TestDb extends AsyncDisposable {
  readonly db: Kysely<Tables>;
  /** The server's address of this database; null on the embedded one. */
  readonly url: string | null;
}

/**
 * A migrated database of one test's own, gone on dispose: embedded by default, on the server that
 * `TEST_DATABASE_URL` names (without a database) in the full suite, there in the dialect of
 * `TEST_DATABASE_PRODUCT`.
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
  const pglite = new PreparedQueries(await openTemplateCopy(now));
  const db = new Kysely<Tables>({ dialect: wrap(new PGliteDialect({ pglite })) });
  return { db, url: null, [Symbol.asyncDispose]: () => db.destroy() };
}

async function serverDb(server: string, now: Date, wrap: WrapDialect): Promise<TestDb> {
  const name = `t_${crypto.randomUUID().replaceAll("-", "")}`;
  const admin = openServerDatabase<unknown>({ url: `${server}/postgres`, poolSize: 1 });
  const url = `${server}/${name}`;
  const spoken = asProduct(productOfTests());
  const db = new Kysely<Tables>({ dialect: wrap(spoken(databaseDialect({ url, poolSize: 8 }))) });
  const { hasPartitions } = profileOf(db);
  // Asked first: a server is given less time for its first answer than another test for a template.
  const version = await versionOf(admin);
  const template = await findOrMakeTemplate(admin, { server, now, hasPartitions });
  // Older servers know this way only, and have no word for it.
  const strategy = version >= 15 ? sql`strategy file_copy` : sql``;
  await sql`create database ${sql.table(name)} template ${sql.table(template)} ${strategy}`
    .execute(admin);
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

const TEMPLATE_LOCK = 7_301_960_115;

/** Migrated, with the partitions of that month. A copy takes a fifth of migrating anew. */
async function findOrMakeTemplate(
  admin: Kysely<unknown>,
  { server, now, hasPartitions }: {
    readonly server: string;
    readonly now: Date;
    readonly hasPartitions: boolean;
  },
): Promise<string> {
  const name = `template_${now.toISOString().slice(0, 7)}${hasPartitions ? "" : "_whole"}`;
  // Other processes may come for it at the same time.
  await sql`select pg_advisory_lock(${TEMPLATE_LOCK})`.execute(admin);
  const { rows } = await sql`select 1 from pg_database where datname = ${name}`.execute(admin);
  if (rows.length === 0) {
    const unfinished = `${name}_unfinished`;
    await sql`drop database if exists ${sql.table(unfinished)} with (force)`.execute(admin);
    await sql`create database ${sql.table(unfinished)}`.execute(admin);
    const spoken = asProduct(hasPartitions ? "postgresql" : "opengauss");
    const url = `${server}/${unfinished}`;
    const db = new Kysely<Tables>({ dialect: spoken(databaseDialect({ url, poolSize: 1 })) });
    await migrate(db, MIGRATIONS);
    await ensurePartitions(db, PARTITIONED, now);
    await db.destroy();
    await sql`alter database ${sql.table(unfinished)} rename to ${sql.table(name)}`.execute(admin);
  }
  await sql`select pg_advisory_unlock(${TEMPLATE_LOCK})`.execute(admin);
  return name;
}

async function versionOf(admin: Kysely<unknown>): Promise<number> {
  const { rows: [row] } = await sql<{ number: string }>`
    select current_setting('server_version_num') as number`.execute(admin);
  return Math.floor(Number(row?.number) / 10_000);
}

function productOfTests(): DatabaseProduct {
  const name = Deno.env.get("TEST_DATABASE_PRODUCT");
  return DATABASE_PRODUCTS.find((product) => product === name) ?? "postgresql";
}
