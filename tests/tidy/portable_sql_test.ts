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
    "set lock_timeout = '1s'",
    "select 1 from t for no key update",
    "merge into t using s on (t.id = s.id) when matched then delete",
    "create table t (a integer, b integer generated always as (a + 1) stored)",
    "create function f() returns trigger language plpgsql",
    "create table t_y2026m11 partition of t for values from ('a') to ('b')",
    "create table t (id text) partition by list (id);",
    "create table t (id text) partition by range (id, other);",
    "create index i on t (a) include (b)",
    "create index i on t using gin (a)",
    "create unique index i on t (a) nulls not distinct",
    "select lo_create(0)",
    "select sha256('a')",
    "create table t (\n  verify text not null\n)",
    "alter table t add column self uuid",
    "create table procedure (id text)",
  ];
  for (const statement of statements) assert.equal(unportableSql(statement).length, 1, statement);
});

Deno.test("unportableSql() passes the subset, and comments that speak of the rest", () => {
  const statement = `
    -- No jsonb, no ON CONFLICT, no serial.
    create table identity_person (id uuid primary key, notify text, amount_fen bigint not null);
    create table seen (id uuid not null, at timestamptz not null) partition by range (at);
    create index seen_at on seen (at) where id is not null;
    select id, row_number() over (partition by at order by id) from t for update skip locked;
    select distinct on (id) id, count(*) filter (where at is null) from t group by id;
    select pg_advisory_xact_lock(1);
  `;
  assert.deepEqual(unportableSql(statement), []);
});

Deno.test("unportableQueries() looks into templates and at the query builder", () => {
  assert.equal(unportableQueries("sql`select to_jsonb(a) from t`").length, 1);
  assert.equal(unportableQueries("sql<{ id: string }>`notify news`").length, 1);
  assert.equal(unportableQueries("db.insertInto(t).onConflict((c) => c.doNothing())").length, 1);
  assert.equal(unportableQueries("db.selectFrom(t).forNoKeyUpdate()").length, 1);
  assert.equal(unportableQueries('tx.setIsolationLevel("serializable")').length, 1);
  assert.deepEqual(unportableQueries("const jsonb = listen(); sql`select 1`"), []);
});
