import type { PGlite } from "@electric-sql/pglite";
import { type Dialect, Kysely, PGliteDialect } from "kysely";
import { PostgresJSDialect } from "kysely-postgres-js";
import postgres from "postgres";

const CONNECT_SECONDS_MAX = 5;
const IDLE_SECONDS_MAX = 300;

/** PostgreSQL's type id of int8: money, always `bigint` here. */
const INT8 = 20;

export interface OpenDatabaseOptions {
  readonly url: string;
  readonly poolSize: number;
  readonly statementTimeoutMs?: number;
}

/** Opens a pool on a server; int8 columns come back as `bigint`, never as string. */
export function openServerDatabase<Tables>(options: OpenDatabaseOptions): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: serverDialect(options) });
}

export function serverDialect(options: OpenDatabaseOptions): Dialect {
  return new PostgresJSDialect({
    postgres: postgres(options.url, {
      max: options.poolSize,
      connect_timeout: CONNECT_SECONDS_MAX,
      idle_timeout: IDLE_SECONDS_MAX,
      onnotice: () => {},
      types: { bigint: postgres.BigInt },
      connection: {
        TimeZone: "UTC",
        statement_timeout: options.statementTimeoutMs ?? 15_000,
      },
    }),
  });
}

/** Wraps an embedded database; closing the result closes it. */
export function wrapEmbeddedDatabase<Tables>(pglite: PGlite): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }) });
}

/** Opens the embedded database in a folder, or in memory, optionally from a dump of another. */
export async function openPglite(
  folder: string | null,
  dump?: Blob,
): Promise<PGlite> {
  const { PGlite } = await import("@electric-sql/pglite");
  return await PGlite.create({
    ...(folder !== null && { dataDir: `file://${folder}` }),
    ...(dump && { loadDataDir: dump }),
    parsers: { [INT8]: (text: string) => BigInt(text) },
    relaxedDurability: false,
  });
}
