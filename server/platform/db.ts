import type { PGlite, PGliteOptions } from "@electric-sql/pglite";
import { type Dialect, Kysely, PGliteDialect, sql } from "kysely";
import { engineFiles } from "./embedded_engine.ts";
import type { DatabaseProduct } from "./database_product/product.ts";
import { serverDialect } from "./server_dialect.ts";

/** PostgreSQL's type id of int8: money, always `bigint` here. */
const INT8 = 20;

const STATEMENT_MS_MAX = 15_000;

export interface OpenDatabaseOptions {
  readonly url: string;
  readonly poolSize: number;
  readonly product?: DatabaseProduct;
  readonly allowMd5?: boolean;
}

/** Opens a pool on a server; int8 columns come back as `bigint`, never as string. */
export function openServerDatabase<Tables>(options: OpenDatabaseOptions): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: databaseDialect(options) });
}

export function databaseDialect(options: OpenDatabaseOptions): Dialect {
  return serverDialect({ ...options, statementTimeoutMs: STATEMENT_MS_MAX });
}

/**
 * Wraps an embedded database; closing the result closes it. It has one connection, which Kysely
 * lends to one borrower at a time: a query beside an open transaction waits for its end.
 */
export function wrapEmbeddedDatabase<Tables>(pglite: PGlite): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }) });
}

/** Opens the embedded database in a folder, or in memory, there or in files of the caller's. */
export async function openPglite(
  folder: string | null,
  own: Pick<PGliteOptions, "fs" | "startParams"> = {},
): Promise<PGlite> {
  const { PGlite } = await import("@electric-sql/pglite");
  return await PGlite.create({
    ...await engineFiles(),
    ...(folder !== null && { dataDir: `file://${folder}` }),
    ...own,
    parsers: { [INT8]: (text: string) => BigInt(text) },
    relaxedDurability: false,
  });
}

/** Throws what the driver throws when nobody answers. */
export async function askServer<Tables>(db: Kysely<Tables>): Promise<void> {
  await sql`select 1`.execute(db);
}
