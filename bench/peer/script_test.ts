import assert from "node:assert/strict";
import { newId } from "../../server/platform/ids.ts";
import { idsMadeSince, peerScript } from "./script.ts";

const BEGAN = new Date("2026-11-22T02:00:00Z");
const made = newId(new Date(BEGAN.getTime() + 5));
const known = newId(new Date(BEGAN.getTime() - 5));

Deno.test("idsMadeSince() leaves ids alone that were there before", () => {
  const ids = idsMadeSince([{ sql: "", values: [made, known, "text", 1n] }], BEGAN);
  assert.deepEqual(ids, new Set([made]));
});

Deno.test("peerScript() makes new ids per iteration and keeps the rest as variables", () => {
  const { text, variables } = peerScript([
    { sql: "begin", values: [] },
    { sql: "insert into t values ($1, $2, $3)", values: [made, known, null] },
    { sql: "select 1 where id = $1", values: [made] },
    { sql: "commit", values: [] },
  ], { madeIds: new Set([made]), clientRows: new Map() });
  const [head, ...lines] = text.trimEnd().split("\n");
  assert.match(head ?? "", /^select '.*' .* as v1 \\gset$/);
  assert.deepEqual(lines, [
    "begin;",
    "insert into t values (:v1, :v2, null);",
    "select 1 where id = :v1;",
    "commit;",
  ]);
  assert.deepEqual([...variables], [["v2", known]]);
});

Deno.test("peerScript() gives each client its own row, in that table only", () => {
  const { text, variables } = peerScript([
    { sql: "update counter set n = n + 1 where place = $1", values: ["here"] },
    { sql: "select * from site where place = $1", values: ["here"] },
  ], {
    madeIds: new Set(),
    clientRows: new Map([["here", { table: "counter", sql: "'p' || :client_id" }]]),
  });
  assert.deepEqual(text.trimEnd().split("\n"), [
    "select 'p' || :client_id as v1 \\gset",
    "update counter set n = n + 1 where place = :v1;",
    "select * from site where place = :v2;",
  ]);
  assert.deepEqual([...variables], [["v2", "here"]]);
});
