import assert from "node:assert/strict";
import { sql } from "kysely";
import { testDb } from "../../tests/db.ts";
import { MIGRATIONS } from "../migrations/list.ts";
import { profileOf } from "./database_product/product.ts";
import { migrate, statementsOf, withoutPartitions } from "./migrate.ts";
import { missingPartitions } from "./partitions.ts";

Deno.test("migrate() applies nothing the second time, also ten at once", async () => {
  await using own = await testDb();
  const results = await Promise.all(
    Array.from({ length: 10 }, () => migrate(own.db, MIGRATIONS)),
  );
  assert.deepEqual(results.flatMap((result) => result.applied), []);
});

Deno.test("migrate() refuses a migration that was changed after it was applied", async () => {
  await using own = await testDb();
  const [name = ""] = Object.keys(MIGRATIONS);
  await assert.rejects(migrate(own.db, { ...MIGRATIONS, [name]: "select 2" }), /was changed/);
});

Deno.test("migrate() leaves nothing of a migration that breaks off", async () => {
  await using own = await testDb();
  const broken = "create table half (id text);\nselect nonsense;\n";
  await assert.rejects(migrate(own.db, { "29990101000000_broken": broken }));
  const { rows } = await sql`select 1 from information_schema.tables where table_name = 'half'`
    .execute(own.db);
  assert.deepEqual(rows, []);
});

Deno.test("statementsOf() splits at line ends and drops comments", () => {
  assert.deepEqual(statementsOf("-- why\nselect 1;\n\nselect ';' as x;\n"), [
    "select 1",
    "select ';' as x",
  ]);
});

Deno.test("missingPartitions() names next month's once the months have moved on", async () => {
  const now = new Date("2026-11-22T00:00:00Z");
  await using own = await testDb(now);
  assert.deepEqual(await missingPartitions(own.db, ["outbox_event"], now), []);
  const later = new Date("2027-02-10T00:00:00Z");
  // In the dialect of openGauss there are none that could be missing.
  const { hasPartitions } = profileOf(own.db);
  assert.deepEqual(
    await missingPartitions(own.db, ["outbox_event"], later),
    hasPartitions ? ["outbox_event_y2027m03"] : [],
  );
});

Deno.test("withoutPartitions() leaves every table of the migrations, in one piece", () => {
  for (const [name, text] of Object.entries(MIGRATIONS)) {
    const whole = statementsOf(text).map(withoutPartitions);
    assert.equal(whole.length, statementsOf(text).length);
    assert.deepEqual(whole.filter((statement) => /\bpartition\b/.test(statement)), [], name);
  }
});
