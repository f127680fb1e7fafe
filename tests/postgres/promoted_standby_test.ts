/** A server that is gone, and its standby: what an operator does by docs/部署手册.md, chapter 3. */
import assert from "node:assert/strict";
import { Kysely, sql } from "kysely";
import { serverDialect } from "../../server/platform/server_dialect.ts";
import { findPrograms, type PostgresServer, startPostgresServer } from "../postgres_server.ts";
import { databaseFolder } from "../restored_cluster.ts";

const DURABLE = { fsync: "on", synchronous_commit: "on", full_page_writes: "on" };
const ROWS = 25;
const TRIES_MAX = 150;
const TRY_MS = 200;

Deno.test("a promoted standby takes over: the pool finds it, and no committed row is missing", async () => {
  await using server = await startPostgresServer(DURABLE);
  await using standby = await startStandby(server);
  const hosts = [new URL(server.url).host, `127.0.0.1:${standby.port}`].join(",");
  const url = `postgres://postgres@${hosts}/postgres?target_session_attrs=read-write`;
  const dialect = serverDialect({ url, poolSize: 2, statementTimeoutMs: 20_000 });
  await using db = new Kysely<unknown>({ dialect });

  await sql`alter system set synchronous_standby_names = 'FIRST 1 (standby_b)'`.execute(db);
  await sql`select pg_reload_conf()`.execute(db);
  await until(async () => {
    const { rows } = await sql`select 1 from pg_stat_replication where sync_state = 'sync'`
      .execute(db);
    return rows.length === 1;
  });
  await sql`create table probe (n int primary key)`.execute(db);
  for (let n = 0; n < ROWS; n++) await sql`insert into probe values (${n})`.execute(db);

  await server.crash();
  await assert.rejects(sql`insert into probe values (${ROWS})`.execute(db));
  await standby.promote();
  await until(() =>
    sql`insert into probe values (${ROWS})`.execute(db).then(() => true, () => false)
  );
  const { rows } = await sql<{ n: number }>`select n from probe order by n`.execute(db);
  assert.deepEqual(rows.map(({ n }) => n), Array.from({ length: ROWS + 1 }, (_, n) => n));
});

interface Standby extends AsyncDisposable {
  readonly port: number;
  promote(): Promise<void>;
}

async function startStandby(server: PostgresServer): Promise<Standby> {
  const folder = await databaseFolder();
  const data = `${folder.path}/standby`;
  const port = freePort();
  const control = (...args: readonly string[]) => postgresProgram("pg_ctl", ["-D", data, ...args]);
  if (Deno.uid() === 0) {
    await new Deno.Command("chown", { args: ["postgres:", folder.path] }).output();
  }
  const primary = `host=127.0.0.1 port=${new URL(server.url).port} user=postgres`;
  const from = `${primary} application_name=standby_b`;
  await postgresProgram("pg_basebackup", ["-D", data, "-R", "-d", from]);
  const settings = [
    `-p ${port}`,
    "-c listen_addresses=127.0.0.1",
    "-c unix_socket_directories=''",
    "-c max_connections=200",
  ];
  await control("-w", "-l", `${folder.path}/log`, "-o", settings.join(" "), "start");
  return {
    port,
    promote: () => control("-w", "promote"),
    async [Symbol.asyncDispose]() {
      await control("-m", "immediate", "stop");
      folder[Symbol.dispose]();
    },
  };
}

async function postgresProgram(name: string, args: readonly string[]): Promise<void> {
  const words = [`${await findPrograms()}/${name}`, ...args];
  const as = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"];
  const [program = "", ...rest] = Deno.uid() === 0 ? [...as, ...words] : words;
  // No pipe: the server that is started keeps what it is given.
  const { success } = await new Deno.Command(program, {
    args: rest,
    cwd: "/",
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
  assert.ok(success, `${name} ${args.join(" ")}`);
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    if (await isSo()) return;
    await new Promise((resume) => setTimeout(resume, TRY_MS));
  }
  throw new Error("It did not come to that");
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
