import assert from "node:assert/strict";
import { CompiledQuery, Kysely, sql } from "kysely";
import { openServerDatabase } from "../../server/platform/db.ts";
import { hurried, readAhead } from "../../server/platform/hurried_query.ts";
import { serverDialect } from "../../server/platform/server_dialect.ts";
import { startPostgresServer } from "../postgres_server.ts";
import { Line } from "./line.ts";

Deno.test("a pool on a server: lost connections, transactions, many borrowers", async (t) => {
  await using server = await startPostgresServer();
  await using line = new Line(Number(new URL(server.url).port));
  const url = `postgres://postgres@127.0.0.1:${line.port}/postgres`;
  const db = openServerDatabase<unknown>({ url, poolSize: 2 });
  const direct = openServerDatabase<unknown>({ url: `${server.url}/postgres`, poolSize: 1 });
  await sql`create table seen (n bigint not null)`.execute(db);

  await t.step("a transaction whose connection is lost never goes on elsewhere", async () => {
    const lost = db.transaction().execute(async (tx) => {
      await sql`insert into seen values (1)`.execute(tx);
      line.cut();
      line.mend();
      // Another borrower gets a fresh connection meanwhile.
      await sql`select 1`.execute(db);
      await sql`insert into seen values (2)`.execute(tx);
    });
    await assert.rejects(lost, { code: "CONNECTION_CLOSED" });
    assert.deepEqual((await sql`select n from seen`.execute(direct)).rows, []);
  });

  await t.step("more borrowers than connections take turns", async () => {
    await Promise.all(Array.from({ length: 20 }, (_, n) =>
      db.transaction().execute(async (tx) => {
        await sql`insert into seen values (${n})`.execute(tx);
      })));
    const { rows } = await sql<{ count: bigint }>`select count(*) as count from seen`.execute(db);
    assert.deepEqual(rows, [{ count: 20n }]);
  });

  await t.step("a refused statement leaves the connection usable", async () => {
    await assert.rejects(sql`select nonsense`.execute(db), { code: "42703" });
    assert.equal((await sql`select 1`.execute(db)).rows.length, 1);
  });

  const insert = (n: string) => hurried(CompiledQuery.raw("insert into seen values ($1)", [n]));
  const countOf = async (n: number) =>
    (await sql`select n from seen where n = ${n}`.execute(direct)).rows.length;

  await t.step("a hurried write is there when its transaction has ended", async () => {
    await db.transaction().execute(async (tx) => {
      for (let n = 0; n < 30; n++) await tx.executeQuery(insert("1000"));
    });
    assert.equal(await countOf(1_000), 30);
  });

  await t.step("a hurried write that fails takes its transaction with it", async () => {
    const refused = { code: "22P02" };
    const atCommit = db.transaction().execute(async (tx) => {
      await sql`insert into seen values (2000)`.execute(tx);
      await tx.executeQuery(insert("no number"));
    });
    await assert.rejects(atCommit, refused);
    const before = db.transaction().execute(async (tx) => {
      await tx.executeQuery(insert("no number"));
      await sql`insert into seen values (2000)`.execute(tx);
    });
    await assert.rejects(before, refused);
    const undone = db.transaction().execute(async (tx) => {
      await tx.executeQuery(insert("2000"));
      await tx.executeQuery(insert("no number"));
      throw new Error("the caller's own");
    });
    await assert.rejects(undone, /the caller's own/);
    assert.equal(await countOf(2_000), 0);
    await sql`insert into seen values (2001)`.execute(db);
    assert.equal(await countOf(2_001), 1);
  });

  await t.step("a transaction whose failure somebody caught is not said to be kept", async () => {
    const caught = db.transaction().execute(async (tx) => {
      await sql`insert into seen values (2002)`.execute(tx);
      await sql`select nonsense`.execute(tx).catch(() => {});
    });
    await assert.rejects(caught, /Cannot commit/);
    assert.equal(await countOf(2_002), 0);
    await sql`insert into seen values (2003)`.execute(db);
    assert.equal(await countOf(2_003), 1);
  });

  await t.step("the first statement of a new connection may wait for a lock", async () => {
    const options = { url, poolSize: 1, statementTimeoutMs: 15_000, connectMsMax: 1_500 };
    const fresh = new Kysely<unknown>({ dialect: serverDialect(options) });
    const waited = await fresh.transaction().execute((tx) =>
      sql`select 1 as n from pg_sleep(2)`.execute(tx)
    );
    assert.deepEqual(waited.rows, [{ n: 1 }]);
    await fresh.destroy();
  });

  await t.step("a read ahead has its rows with the next statement, or its failure", async () => {
    const one = CompiledQuery.raw("select n from seen where n = $1 limit 1", [1_000]);
    const wrong = CompiledQuery.raw("select n from seen where n = $1", ["no number"]);
    await db.transaction().execute(async (tx) => {
      const ahead = await readAhead(tx, { compile: () => one });
      const { rows } = await sql`select 2::bigint as n`.execute(tx);
      assert.deepEqual([...rows, ...await ahead.rows], [{ n: 2n }, { n: 1_000n }]);
    });
    const failed = db.transaction().execute(async (tx) => {
      await readAhead(tx, { compile: () => wrong });
      await sql`select 2`.execute(tx);
    });
    await assert.rejects(failed, { code: "22P02" });
  });

  await t.step("what waits behind a hurried write never runs without its transaction", async () => {
    const lost = db.transaction().execute(async (tx) => {
      const slow = "insert into seen select $1::bigint from pg_sleep(10)";
      await tx.executeQuery(hurried(CompiledQuery.raw(slow, [3_000])));
      await sql`insert into seen values (${3_001})`.execute(tx);
    });
    const cut = async () => {
      for (let looks = 0; looks < 2_000; looks++) {
        const { rows } = await sql`
          select 1 from pg_stat_activity where wait_event = 'PgSleep'`.execute(direct);
        if (rows.length === 0) continue;
        line.cut();
        line.mend();
        return;
      }
      throw new Error("Cannot cut the connection: nothing sleeps");
    };
    await Promise.all([assert.rejects(lost, { code: /^(CONNECTION_CLOSED|ECONNRESET)$/ }), cut()]);
    // Whatever ran on by itself would have come to its end before this.
    await sql`insert into seen values (3002)`.execute(db);
    await sql`select pg_sleep(0.2)`.execute(direct);
    assert.equal(await countOf(3_001), 0);
  });

  await t.step("while the line is cut every query fails, after it is mended none", async () => {
    line.cut();
    await assert.rejects(sql`select 1`.execute(db), { name: /ConnectionLost|Error/ });
    line.mend();
    assert.equal((await sql`select 1`.execute(db)).rows.length, 1);
  });
  await db.destroy();
  await direct.destroy();
});
