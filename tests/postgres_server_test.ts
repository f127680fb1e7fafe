import assert from "node:assert/strict";
import { openServerDatabase } from "../server/platform/db.ts";
import { sql } from "kysely";
import { startPostgresServer } from "./postgres_server.ts";

Deno.test("startPostgresServer() serves a database, then leaves nothing behind", async () => {
  const server = await startPostgresServer({ fsync: "on" });
  const db = openServerDatabase<unknown>({ url: `${server.url}/postgres`, poolSize: 1 });
  const { rows } = await sql<{ folder: string; fsync: string }>`
    select current_setting('data_directory') as folder, current_setting('fsync') as fsync
  `.execute(db);
  await db.destroy();
  await server[Symbol.asyncDispose]();
  assert.equal(rows[0]?.fsync, "on");
  assert.throws(() => Deno.statSync(rows[0]?.folder ?? "/"), Deno.errors.NotFound);
  assert.throws(() => Deno.statSync(`/proc/${server.pid}`), Deno.errors.NotFound);
});
