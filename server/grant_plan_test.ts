import assert from "node:assert/strict";
import { sql } from "kysely";
import { readSources } from "../tools/source_files.ts";
import { testDb } from "../tests/db.ts";
import { GRANT_PLAN } from "./grant_plan.ts";
import { AUDIT_WRITTEN_ONCE } from "./modules/audit/tables.ts";
import { privilegesByTable } from "./platform/grants.ts";
import { SEALED_TABLES } from "./protection/sealed_tables.ts";

/** Done by commands that the tables' owner runs: dropping a month, going on behind a break. */
const OF_THE_OWNER: ReadonlySet<string> = new Set([
  "audit_event delete",
  "audit_head delete",
  "audit_chain_state delete",
]);

/** Of the audit module, and why the application may change its rows nevertheless. */
const CHANGED_BY_THE_APPLICATION: Readonly<Record<string, string>> = {
  audit_chain_state: "moves on with each batch, under a tag",
  audit_deletion: "is confirmed and withdrawn, under a tag",
  audit_export: "how far an export is; its events are in the trail",
  audit_head: "moves on with each batch, under a tag",
  audit_verify_run: "how far a check is; its events are in the trail",
};

const WRITES = [
  [/\.insertInto\(\s*"(\w+)/g, "insert"],
  [/insertIfAbsent\(\s*\w+,\s*"(\w+)"/g, "insert"],
  [/`insert into "(\w+)" /g, "insert"],
  [/\.updateTable\(\s*"(\w+)/g, "update"],
  [/\.deleteFrom\(\s*"(\w+)/g, "delete"],
  // A row is locked under the privilege to update it.
  [
    /\.selectFrom\(\s*"(\w+)(?:(?!selectFrom|updateTable|insertInto|deleteFrom)[\s\S])*?\.forUpdate\(/g,
    "update",
  ],
] as const;

async function doneByTheCode(): Promise<Set<string>> {
  const found = new Set<string>();
  for (const { path, text } of await readSources()) {
    if (!path.startsWith("server/") || path.endsWith("_test.ts")) continue;
    for (const [pattern, privilege] of WRITES) {
      for (const [, table] of text.matchAll(pattern)) found.add(`${table} ${privilege}`);
    }
  }
  for (const { table } of SEALED_TABLES) found.add(`${table} update`);
  return found;
}

Deno.test("the application's role may do what the code does, and no more (R-SEC-02)", async () => {
  const done = [...await doneByTheCode()].filter((name) => !OF_THE_OWNER.has(name)).toSorted();
  const planned = [...privilegesByTable(GRANT_PLAN)]
    .flatMap(([table, privileges]) => privileges.map((privilege) => `${table} ${privilege}`));
  assert.deepEqual(planned.toSorted(), done);
});

Deno.test("the plan names tables that exist, and keeps every table of the trail from change", async () => {
  await using own = await testDb();
  const { rows } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
    where table_schema = current_schema()`.execute(own.db);
  const tables = rows.map(({ name }) => name).filter((name) => !/_y\d{4}m\d{2}$/.test(name));
  const planned = privilegesByTable(GRANT_PLAN);
  assert.deepEqual([...planned.keys()].filter((name) => !tables.includes(name)), []);
  for (const name of AUDIT_WRITTEN_ONCE) assert.deepEqual(planned.get(name), ["insert"], name);
  const changed = tables.filter((name) =>
    name.startsWith("audit_") && (planned.get(name) ?? []).includes("update")
  );
  assert.deepEqual(changed.toSorted(), Object.keys(CHANGED_BY_THE_APPLICATION));
});
