import assert from "node:assert/strict";
import { sql } from "kysely";
import { testDb } from "../tests/db.ts";
import { GRANT_PLAN } from "./schema.ts";

/** Of the audit module, and why the application may change its rows nevertheless. */
const CHANGED_BY_THE_APPLICATION: Readonly<Record<string, string>> = {
  audit_export: "how far an export is; its events are in the trail",
};

Deno.test("every table of the trail is kept from change, and the plan names tables that exist (R-SEC-02)", async () => {
  await using own = await testDb();
  const { rows } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
    where table_schema = current_schema()`.execute(own.db);
  const tables = rows.map(({ name }) => name).filter((name) => !/_y\d{4}m\d{2}$/.test(name));
  const planned = [...GRANT_PLAN.writtenOnce, ...GRANT_PLAN.kept, ...GRANT_PLAN.readOnly];
  assert.deepEqual(planned.filter((name) => !tables.includes(name)), []);
  const open = tables.filter((name) => name.startsWith("audit_") && !planned.includes(name));
  assert.deepEqual(open.toSorted(), Object.keys(CHANGED_BY_THE_APPLICATION));
});
