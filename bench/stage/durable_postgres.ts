import { sql } from "kysely";
import { openServerDatabase } from "../../server/platform/db.ts";
import { type PostgresServer, startPostgresServer } from "../../tests/postgres_server.ts";

/** Nothing may be lost when the power fails: what production has, and what commits cost. */
const DURABLE = { fsync: "on", synchronous_commit: "on", full_page_writes: "on" } as const;

export interface BenchDatabase extends AsyncDisposable {
  readonly server: PostgresServer;
  readonly port: string;
  readonly name: string;
  readonly url: string;
}

/** A server of our own with a new database, thrown away afterwards. */
export async function startDurablePostgres(): Promise<BenchDatabase> {
  const server = await startPostgresServer(DURABLE);
  const name = "bench";
  const admin = openServerDatabase<unknown>({ url: `${server.url}/postgres`, poolSize: 1 });
  try {
    await sql`create database ${sql.table(name)}`.execute(admin);
  } finally {
    await admin.destroy();
  }
  return {
    server,
    port: new URL(server.url).port,
    name,
    url: `${server.url}/${name}`,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
