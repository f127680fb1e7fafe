import { PGlite } from "@electric-sql/pglite";
import config from "../deno.json" with { type: "json" };
import { MIGRATIONS } from "../server/migrations/list.ts";
import { openPglite, wrapEmbeddedDatabase } from "../server/platform/db.ts";
import { migrate } from "../server/platform/migrate.ts";
import { ensurePartitions } from "../server/platform/partitions.ts";
import { PARTITIONED, type Tables } from "../server/schema.ts";
import { DatabaseFiles } from "./database_files.ts";

/** Beside what npm keeps: no part of the repository, gone with its clone. */
const FOLDER = new URL("../node_modules/.cache/yikatong_test_database/", import.meta.url);
/** Templates of earlier migrations are of no use to anybody. */
const KEPT_MS = 24 * 3_600_000;
/** What decides how a migrated database looks, besides migrations and partitions themselves. */
const SOURCES = [
  "../server/platform/migrate.ts",
  "../server/platform/partitions.ts",
  "./db_template.ts",
];

/** What a test needs: the engine clears all of it at every start, eight times as much by default. */
const MEMORY = ["-c", "shared_buffers=16MB"];

const templates = new Map<string, Promise<DatabaseFiles>>();

/**
 * A dump of an embedded database, migrated, with the partitions of that month. Migrating takes
 * seconds and every test file is an isolate of its own, so it is kept in a file, too.
 */
export function databaseTemplate(now: Date): Promise<DatabaseFiles> {
  const month = now.toISOString().slice(0, 7);
  const known = templates.get(month) ?? findOrMake(month, now);
  templates.set(month, known);
  return known;
}

/** A database of one's own in memory that begins as the template. */
export async function openTemplateCopy(now: Date): Promise<PGlite> {
  const files = await databaseTemplate(now);
  const startParams = [...PGlite.defaultStartParams, ...MEMORY];
  return await openPglite(null, { fs: files.copy(), startParams });
}

/** The same in a folder, for processes of their own. */
export async function writeTemplate(folder: string, now: Date): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  await (await databaseTemplate(now)).writeTo(folder);
}

async function findOrMake(month: string, now: Date): Promise<DatabaseFiles> {
  const file = new URL(`${await nameOf(month)}.tar`, FOLDER);
  try {
    return new DatabaseFiles(await Deno.readFile(file));
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.NotFound)) throw thrown;
  }
  const made = await makeTemplate(now);
  await keep(file, made);
  return new DatabaseFiles(made);
}

async function nameOf(month: string): Promise<string> {
  const sources = await Promise.all(
    SOURCES.map((path) => Deno.readTextFile(new URL(path, import.meta.url))),
  );
  const engine = config.imports["@electric-sql/pglite"];
  const text = JSON.stringify([month, engine, MIGRATIONS, PARTITIONED, sources]);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex();
}

/** Several processes may make the same one at once: the last whole one stays. */
async function keep(file: URL, template: Uint8Array): Promise<void> {
  await Deno.mkdir(FOLDER, { recursive: true });
  await removeOld();
  const part = new URL(`${crypto.randomUUID()}.part`, FOLDER);
  await Deno.writeFile(part, template);
  await Deno.rename(part, file);
}

async function removeOld(): Promise<void> {
  for await (const { name } of Deno.readDir(FOLDER)) {
    const file = new URL(name, FOLDER);
    const { mtime } = await Deno.stat(file).catch(() => ({ mtime: null }));
    if (mtime === null || Date.now() - mtime.getTime() < KEPT_MS) continue;
    await Deno.remove(file).catch(() => {});
  }
}

async function makeTemplate(now: Date): Promise<Uint8Array> {
  const pglite = await openPglite(null);
  const db = wrapEmbeddedDatabase<Tables>(pglite);
  await migrate(db, MIGRATIONS);
  await ensurePartitions(db, PARTITIONED, now);
  // Nobody begins a database in the engine: its own templates are a third of all files.
  await pglite.exec("update pg_database set datistemplate = false");
  for (const name of ["template0", "template1"]) await pglite.exec(`drop database ${name}`);
  // Whoever begins with these files has no journal to run through again.
  await pglite.exec("checkpoint");
  const made = await pglite.dumpDataDir("none");
  await pglite.close();
  return await made.bytes();
}
