import assert from "node:assert/strict";
import { sql, type Transaction } from "kysely";
import { testDb } from "../../tests/db.ts";
import { asProduct } from "../../tests/dialect_of.ts";
import type { Tables } from "../schema.ts";
import { insertIfAbsent } from "./upsert.ts";

for (const product of ["postgresql", "opengauss"] as const) {
  Deno.test(`insertIfAbsent() in the dialect of ${product}`, async (t) => {
    await using own = await testDb(new Date(), asProduct(product));
    const { db } = own;
    await sql`create table seen (
      id integer primary key, name text not null, other integer not null unique)`.execute(db);
    type Row = { readonly id: number; readonly name: string; readonly other: number };
    const into = (tx: Transaction<Tables>, row: Row) =>
      insertIfAbsent(tx.withTables<{ seen: Row }>(), "seen", row, ["id"]);
    const insert = (id: number, name: string, other: number) =>
      db.transaction().execute((tx) => into(tx, { id, name, other }));
    const names = async () =>
      (await sql<{ name: string }>`select name from seen order by id`.execute(db)).rows
        .map(({ name }) => name);

    await t.step("inserts once, and the transaction goes on either way", async () => {
      const told = await db.transaction().execute(async (tx) => [
        await into(tx, { id: 1, name: "a", other: 1 }),
        await into(tx, { id: 1, name: "b", other: 1 }),
        await into(tx, { id: 2, name: "c", other: 2 }),
      ]);
      assert.deepEqual(told, [true, false, true]);
      assert.deepEqual(await names(), ["a", "c"]);
    });

    await t.step("of many at once just one", async () => {
      const told = await Promise.all(Array.from({ length: 5 }, () => insert(3, "d", 3)));
      assert.equal(told.filter(Boolean).length, 1);
    });

    await t.step("throws for a row in the way of another key", async () => {
      await assert.rejects(insert(4, "e", 1), { code: "23505" });
      assert.deepEqual(await names(), ["a", "c", "d"]);
    });
  });
}
