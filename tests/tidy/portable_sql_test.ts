import assert from "node:assert/strict";
import { unportableQueries, unportableSql } from "./portable_sql.ts";

Deno.test("unportableSql() finds what openGauss refuses", () => {
  const statements = [
    "insert into t values (1) ON CONFLICT do nothing",
    "create table t (a jsonb)",
    "create table t (id uuid default gen_random_uuid())",
    "create table t (id bigint generated always as identity)",
    "create table t (id bigserial)",
    "select 1; listen news",
    "create table t (name varchar(20))",
    "alter table t add column if not exists a text",
    "create table t (amount double precision)",
  ];
  for (const statement of statements) assert.equal(unportableSql(statement).length, 1, statement);
});

Deno.test("unportableSql() passes the subset, and comments that speak of the rest", () => {
  const statement = `
    -- No jsonb, no ON CONFLICT, no serial.
    create table identity_person (id uuid primary key, notify text, amount_fen bigint not null);
    select id from t for update skip locked;
  `;
  assert.deepEqual(unportableSql(statement), []);
});

Deno.test("unportableQueries() looks into templates and at the query builder", () => {
  assert.equal(unportableQueries("sql`select to_jsonb(a) from t`").length, 1);
  assert.equal(unportableQueries("sql<{ id: string }>`notify news`").length, 1);
  assert.equal(unportableQueries("db.insertInto(t).onConflict((c) => c.doNothing())").length, 1);
  assert.deepEqual(unportableQueries("const jsonb = listen(); sql`select 1`"), []);
});
