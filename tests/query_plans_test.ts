import assert from "node:assert/strict";
import { CompiledQuery, type Kysely, type RootOperationNode, sql } from "kysely";
import { selectOrdersOf } from "../server/modules/checkout/store.ts";
import { findPersons } from "../server/modules/identity/persons/store.ts";
import { newId } from "../server/platform/ids.ts";
import { integrityWork } from "../server/platform/integrity.ts";
import { resealWork } from "../server/platform/reseal.ts";
import { type KeyValue, writePlace } from "../server/platform/row_place.ts";
import { SEALED_TABLES } from "../server/protection/sealed_tables.ts";
import { TAGGED_TABLES } from "../server/protection/tagged_tables.ts";
import type { Tables } from "../server/schema.ts";
import { testDb } from "./db.ts";
import { testRowTags, testSealer } from "./sealer.ts";

/**
 * What the planner would do in a large table: with sequential scans and sorts made dear, one that
 * is still there has no index to go by.
 */

const AT = new Date("2026-11-18T01:00:00Z");

const SAMPLES: Readonly<Record<string, KeyValue>> = {
  uuid: newId(AT),
  "timestamp with time zone": AT,
  integer: 1,
  bytea: new Uint8Array(32),
  text: "a",
};

Deno.test("queries over growing tables go by an index", async (t) => {
  await using own = await testDb(AT);
  const { db } = own;
  await sql`set enable_seqscan = off`.execute(db);
  await sql`set enable_sort = off`.execute(db);
  await sql`set enable_bitmapscan = off`.execute(db);

  for (const of of TAGGED_TABLES) {
    await t.step(`the check of ${of.table}`, async () => {
      const place = await somePlace(db, of);
      const rowTags = testRowTags();
      const work = (seen: Kysely<Tables>) => integrityWork({ db: seen, rowTags }, of).batch(place);
      await goByIndex(db, of.table, work);
    });
  }

  for (const of of SEALED_TABLES) {
    await t.step(`sealing ${of.table} anew`, async () => {
      const place = await somePlace(db, of);
      const [sealer, rowTags] = [await testSealer(), testRowTags()];
      await goByIndex(
        db,
        of.table,
        (seen) => resealWork({ db: seen, sealer, rowTags }, { of, version: 2 }).batch(place),
      );
    });
  }

  for (const by of ["id_number", "phone", "card_number", "card_identifier"] as const) {
    await t.step(`persons by ${by}`, async () => {
      const index = new Uint8Array(32);
      const scope = { paths: ["/a/"] };
      await goByIndex(db, "patient", (seen) => findPersons(seen, { by, index, scope }));
    });
  }

  await t.step("a person's orders over years", async () => {
    const keys = [{ id: newId(AT), at: AT }, { id: newId(AT), at: new Date("2024-01-01") }];
    // A few rows are sorted gladly; of an empty table the planner would read the other index whole.
    await sql`set enable_sort = on`.execute(db);
    await sql`alter table checkout_order drop constraint checkout_order_pkey`.execute(db);
    await goByIndex(db, "checkout_order", (seen) => selectOrdersOf(seen, keys), true);
  });
});

async function somePlace(
  db: Kysely<Tables>,
  { table, key }: { readonly table: string; readonly key: readonly string[] },
): Promise<string> {
  const { rows } = await sql<{ column_name: string; data_type: string }>`
    select column_name, data_type from information_schema.columns where table_name = ${table}`
    .execute(db);
  return writePlace(key.map((column) => {
    const type = rows.find(({ column_name }) => column_name === column)?.data_type ?? "";
    const value = SAMPLES[type];
    assert.ok(value !== undefined, `${table}.${column}: ${type}`);
    return value;
  }));
}

async function goByIndex(
  db: Kysely<Tables>,
  table: string,
  work: (seen: Kysely<Tables>) => Promise<unknown>,
  maySort = false,
): Promise<void> {
  const nodes: RootOperationNode[] = [];
  await work(db.withPlugin({
    transformQuery({ node }) {
      nodes.push(node);
      return node;
    },
    transformResult: ({ result }) => Promise.resolve(result),
  }));
  let asked = 0;
  for (const node of nodes) {
    const { sql: text, parameters } = db.getExecutor().compileQuery(node, { queryId: "plan" });
    if (!text.includes(`"${table}"`)) continue;
    asked++;
    const { rows } = await db.executeQuery<{ "QUERY PLAN": string }>(
      CompiledQuery.raw(`explain ${text}`, [...parameters]),
    );
    const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
    assert.doesNotMatch(plan, /Seq Scan on (?!organisation|row_tag_start)/, `${text}\n${plan}`);
    if (!maySort) assert.doesNotMatch(plan, /(-> +|^)(Incremental )?Sort {2}/m, `${text}\n${plan}`);
  }
  assert.ok(asked > 0, table);
}
