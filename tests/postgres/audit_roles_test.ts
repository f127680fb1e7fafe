import assert from "node:assert/strict";
import { type Kysely, sql } from "kysely";
import { createAuditJobs } from "../../server/modules/audit/jobs.ts";
import { AUDIT_WRITTEN_ONCE } from "../../server/modules/audit/tables.ts";
import { openServerDatabase } from "../../server/platform/db.ts";
import { changeableTables, grantTables, privilegesByTable } from "../../server/platform/grants.ts";
import { missingPartitions } from "../../server/platform/partitions.ts";
import { GRANT_PLAN } from "../../server/grant_plan.ts";
import { PARTITIONED, type Tables } from "../../server/schema.ts";
import { startPostgresServer } from "../postgres_server.ts";
import { act, orderAllBills, payShownCode, settle } from "../visit.ts";
import { openWorld, START } from "../world.ts";

/** The platform as a role of its own on a real server. */

const ROLE = "yikatong_app";

async function refused(db: Kysely<Tables>, statement: string): Promise<string> {
  try {
    await sql.raw(statement).execute(db);
    return "done";
  } catch (thrown) {
    return thrown instanceof Error && "code" in thrown ? String(thrown.code) : "?";
  }
}

const INSUFFICIENT_PRIVILEGE = "42501";

Deno.test("R-SEC-02: the application's role serves visits and changes no audit row", async () => {
  await using server = await startPostgresServer();
  const admin = openServerDatabase<Tables>({ url: `${server.url}/postgres`, poolSize: 1 });
  await sql.raw(`create role ${ROLE} login`).execute(admin);
  await admin.destroy();
  const address = server.url.replace("postgres@", `${ROLE}@`);
  await using world = await openWorld({ databaseServer: { url: server.url, through: address } });
  await grantTables(world.own.db, ROLE, GRANT_PLAN);
  const { platform, audit } = world.services;
  const { db } = platform;

  let order = await orderAllBills(world, "two_bills");
  order = await act(world, order, "confirm", { quoteVersion: 1 });
  order = await act(world, order, "tender", { id: world.id(), mode: "show_code" });
  await payShownCode(world, order);
  assert.equal((await settle(world, order)).stage, "completed");
  const jobs = createAuditJobs({ ...platform, audit, anchors: null });
  await jobs.link();
  await jobs.sign();
  const { links } = await db.selectFrom("audit_chain_state").selectAll()
    .executeTakeFirstOrThrow();
  assert.ok(links > 0n);

  const planned = privilegesByTable(GRANT_PLAN);
  const { rows: held } = await sql<{ name: string; held: string }>`
    select t.table_name as name, coalesce(string_agg(lower(p.privilege_type), ' '
      order by p.privilege_type), '') as held
    from information_schema.tables t left join information_schema.table_privileges p
      on p.table_name = t.table_name and p.table_schema = t.table_schema and p.grantee = ${ROLE}
    where t.table_schema = 'public' and t.table_type = 'BASE TABLE'
    group by t.table_name`.execute(world.own.db);
  assert.ok(held.length > planned.size);
  for (const { name, held: privileges } of held) {
    const wanted = ["select", ...planned.get(name) ?? []].toSorted().join(" ");
    assert.equal(privileges, wanted, name);
  }
  assert.deepEqual(await changeableTables(db, AUDIT_WRITTEN_ONCE), []);
  assert.deepEqual(await changeableTables(world.own.db, ["audit_event"]), ["audit_event"]);
  for (const table of [...AUDIT_WRITTEN_ONCE, "audit_event_y2026m11"]) {
    const column = table === "audit_archive"
      ? "month"
      : table.startsWith("audit_event")
      ? "id"
      : null;
    const answers = await Promise.all([
      refused(db, `delete from ${table}`),
      refused(db, `truncate ${table}`),
      refused(db, `drop table ${table}`),
      ...(column === null ? [] : [refused(db, `update ${table} set ${column} = ${column}`)]),
    ]);
    assert.deepEqual(new Set(answers), new Set([INSUFFICIENT_PRIVILEGE]), table);
  }
  for (
    const statement of [
      "delete from audit_head",
      "delete from audit_chain_state",
      "delete from audit_deletion",
      "insert into audit_event_y2026m11 select * from audit_event limit 1",
      "alter table audit_event disable trigger all",
      "create table mine (id integer)",
      "insert into schema_migration (name, digest, applied_at) values ('x', 'x', now())",
    ]
  ) assert.equal(await refused(db, statement), INSUFFICIENT_PRIVILEGE, statement);
  assert.deepEqual(await missingPartitions(db, PARTITIONED, START), []);
});

Deno.test("a grant takes away what a role had too much", async () => {
  await using server = await startPostgresServer();
  const admin = openServerDatabase<Tables>({ url: `${server.url}/postgres`, poolSize: 1 });
  await sql.raw(`create role ${ROLE} login`).execute(admin);
  await admin.destroy();
  await using world = await openWorld({
    databaseServer: { url: server.url, through: server.url.replace("postgres@", `${ROLE}@`) },
  });
  await sql.raw(`grant all on all tables in schema public to ${ROLE}`).execute(world.own.db);
  const { db } = world.services.platform;
  assert.deepEqual(await changeableTables(db, ["audit_event"]), ["audit_event"]);
  await grantTables(world.own.db, ROLE, GRANT_PLAN);
  assert.deepEqual(await changeableTables(db, ["audit_event", "audit_event_y2026m11"]), []);
  await assert.rejects(
    grantTables(world.own.db, 'x"; drop table audit_event', GRANT_PLAN),
    RangeError,
  );
});
