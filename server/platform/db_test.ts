import assert from "node:assert/strict";
import { type Kysely, sql } from "kysely";
import { openTemplateCopy } from "../../tests/db_template.ts";
import { wrapEmbeddedDatabase } from "./db.ts";

/** Without tables of the test's own. */
async function openEmpty(): Promise<Kysely<unknown>> {
  return wrapEmbeddedDatabase<unknown>(await openTemplateCopy(new Date()));
}

Deno.test("the embedded database runs transactions begun together one after another", async () => {
  await using db = await openEmpty();
  await sql`create table tally (n integer not null)`.execute(db);
  await sql`insert into tally values (0)`.execute(db);
  await Promise.all(Array.from({ length: 5 }, () =>
    db.transaction().execute(async (tx) => {
      const { rows: [row] } = await sql<{ n: number }>`select n from tally`.execute(tx);
      await sql`update tally set n = ${(row?.n ?? 0) + 1}`.execute(tx);
    })));
  const { rows } = await sql<{ n: number }>`select n from tally`.execute(db);
  assert.deepEqual(rows, [{ n: 5 }]);
});

Deno.test("the embedded database keeps a query beside a transaction out of it", async () => {
  await using db = await openEmpty();
  await sql`create table seen (n integer not null)`.execute(db);
  const rolledBack = db.transaction().execute(async (tx) => {
    await sql`insert into seen values (1)`.execute(tx);
    throw new Error("turn back");
  });
  const beside = sql`insert into seen values (2)`.execute(db);
  await assert.rejects(rolledBack, /turn back/);
  await beside;
  const { rows } = await sql<{ n: number }>`select n from seen`.execute(db);
  assert.deepEqual(rows, [{ n: 2 }]);
});
