import assert from "node:assert/strict";
import { type Kysely, sql } from "kysely";
import { Uint8ArrayReader, Uint8ArrayWriter, ZipReader } from "@zip.js/zip.js";
import { findCity } from "../server/modules/access/find_organisation.ts";
import { systemActor } from "../server/modules/audit/actor.ts";
import { createAuditJobs } from "../server/modules/audit/jobs.ts";
import type { ExportView, SearchReply } from "../server/modules/audit/viewer/contract.ts";
import { csvFile } from "../server/modules/audit/viewer/export/csv_file.ts";
import { xlsxFile } from "../server/modules/audit/viewer/export/xlsx_file.ts";
import { searchEvents } from "../server/modules/audit/viewer/search_events.ts";
import type { Tables } from "../server/schema.ts";
import {
  ADMINISTRATORS,
  answered,
  type CallConsole,
  callerOf,
  callerWith,
  consoleAs,
  initialiseWorld,
  refused,
} from "./console_callers.ts";
import { openWorld, type World } from "./world.ts";

/** The viewer and its exports against whoever means harm. */

async function reader(world: World): Promise<CallConsole> {
  await initialiseWorld(world);
  const caller = await callerOf(world, ADMINISTRATORS.audit);
  const city = await findCity({ db: world.own.db });
  return consoleAs(world, callerWith(caller, ["audit.read", "audit.export"], city?.path ?? ""));
}

const INJECTED = [
  "' or '1'='1",
  "'; drop table audit_event; --",
  "\\'; delete from audit_event; --",
  "x' union select * from account --",
  "%' or 1=1 --",
  "1); select pg_sleep(9); --",
  "$1",
  "\u0000",
];

/** Every filter of the contract with words that are SQL. */
function attacks(text: string): readonly Record<string, unknown>[] {
  const ids = ["organisationId", "actorId", "terminalId", "orderId", "patientId"];
  return [
    ...ids.map((name) => ({ [name]: text })),
    ...["from", "to", "module", "severity", "result", "actorKind", "patientIdNumber"]
      .map((name) => ({ [name]: text })),
    { kinds: [text] },
    { objectId: text },
    { text },
  ];
}

Deno.test("SQL in any filter or page mark of the viewer finds nothing and changes nothing", async () => {
  await using world = await openWorld();
  const call = await reader(world);
  const { db } = world.own;
  const count = async () =>
    (await sql<{ n: number }>`select count(*)::int as n from audit_event
      where kind <> 'audit.searched' and kind <> 'audit.export_started'`.execute(db)).rows[0]?.n;
  const before = await count();
  for (const text of INJECTED) {
    for (const filter of attacks(text)) {
      const reply = await call("POST", "/audit/search", { filter });
      const body: SearchReply = await reply.json();
      const name = JSON.stringify(filter);
      assert.ok(reply.status === 200 || reply.status === 400, `${name}: ${reply.status}`);
      // Searches before it, which leave their filter in the trail, are all that may have the text.
      const found = reply.status === 200 ? body.events.map(({ kind }) => kind) : [];
      assert.deepEqual(found.filter((kind) => kind !== "audit.searched"), [], name);
    }
    const search = { filter: {}, before: text };
    assert.equal((await call("POST", "/audit/search", search)).status, 400);
    const sorted = { filter: {}, sort: text, order: text, orderBy: text };
    assert.equal((await call("POST", "/audit/search", sorted)).status, 400);
    assert.equal((await call("POST", "/audit/search", { filter: {}, limit: text })).status, 400);
    const path = `/audit/events/${encodeURIComponent(text)}`;
    assert.equal((await call("GET", path)).status, 400);
  }
  assert.equal(await count(), before);
});

/** As PostgreSQL says that `statement_timeout` has passed. */
function cancelled(): Error {
  return Object.assign(new Error("canceling statement due to statement timeout"), {
    code: "57014",
  });
}

Deno.test("a search the database gives up is told as too wide, and others as what they are", async () => {
  await using world = await openWorld();
  const { platform, audit } = world.services;
  const slow = (thrown: Error): Kysely<Tables> =>
    new Proxy(platform.db, {
      get: (db, name) =>
        name === "selectFrom"
          ? () => {
            throw thrown;
          }
          : Reflect.get(db, name),
    });
  const search = (thrown: Error) =>
    searchEvents(
      {
        ...platform,
        db: slow(thrown),
        audit,
        findPatientId: () => Promise.resolve(null),
        organisationNames: () => Promise.resolve(new Map()),
      },
      {
        actor: systemActor("test"),
        streams: { organisations: sql`select null::uuid`, platform: true },
      },
      { filter: {}, limit: 1 },
    );
  await assert.rejects(search(cancelled()), { code: "audit.too_wide" });
  await assert.rejects(search(new Error("gone")), /gone/);
});

async function started(call: CallConsole, form: "csv" | "xlsx" = "csv"): Promise<ExportView> {
  return await answered<ExportView>(call("POST", "/audit/exports", { filter: {}, form }), 201);
}

async function endings(world: World, id: string) {
  const rows = await world.own.db.selectFrom("audit_event")
    .select(["kind", "result", "reason", "actor_name"])
    .where("object_id", "=", id).where("kind", "=", "audit.exported")
    .orderBy("at").execute();
  return rows.map(({ result, reason, actor_name }) => [result, reason, actor_name]);
}

Deno.test("an export that is cancelled while it runs breaks off, and ends once", async () => {
  await using world = await openWorld();
  const call = await reader(world);
  // More than the pages after which a cancel is found out.
  const { audit, platform } = world.services;
  for (let round = 0; round < 13; round++) {
    await platform.db.transaction().execute((tx) =>
      audit.record(
        tx,
        systemActor("test"),
        Array.from({ length: 500 }, () => ({
          kind: "platform.stopped" as const,
          result: "succeeded" as const,
          fields: {},
        })),
      )
    );
    world.clock.advance(1_000);
  }
  const { id } = await started(call);
  const file = await call("GET", `/audit/exports/${id}/file`);
  assert.equal(file.status, 200);
  const body = file.body?.getReader();
  await body?.read();
  await answered(call("POST", `/audit/exports/${id}/cancel`), 204);
  await assert.rejects(async () => {
    while (!(await body?.read())?.done);
  });
  const view = await answered<ExportView>(call("GET", `/audit/exports/${id}`));
  assert.equal(view.state, "cancelled");
  assert.deepEqual(await endings(world, id), [["failed", "cancelled", ADMINISTRATORS.audit]]);
  await answered(call("POST", `/audit/exports/${id}/cancel`), 204);
  assert.equal((await endings(world, id)).length, 1);
});

Deno.test("an export whose process died, or nobody fetched, is ended by the sweep, once", async () => {
  await using world = await openWorld();
  const call = await reader(world);
  const { platform, audit } = world.services;
  const jobs = createAuditJobs({ ...platform, audit, anchors: null });
  const [died, left] = [await started(call), await started(call)];
  await world.own.db.updateTable("audit_export").set({ state: "running", row_count: 7n })
    .where("id", "=", died.id).execute();
  await jobs.sweep();
  assert.deepEqual([...await endings(world, died.id), ...await endings(world, left.id)], []);
  world.clock.advance(15 * 60_000);
  await Promise.all([jobs.sweep(), jobs.sweep()]);
  await jobs.sweep();
  const state = async (id: string) =>
    (await answered<ExportView>(call("GET", `/audit/exports/${id}`))).state;
  assert.deepEqual([await state(died.id), await state(left.id)], ["interrupted", "expired"]);
  assert.deepEqual(await endings(world, died.id), [["failed", "interrupted", "wang.fang"]]);
  assert.deepEqual(await endings(world, left.id), [["failed", "expired", "wang.fang"]]);
  assert.equal(
    await refused(call("GET", `/audit/exports/${left.id}/file`)),
    "409 audit.export_over",
  );

  await world.own.db.updateTable("audit_export").set({ state: "running", requested_by: null })
    .where("id", "=", died.id).execute();
  world.clock.advance(15 * 60_000);
  await jobs.sweep();
  assert.deepEqual((await endings(world, died.id)).at(-1)?.[2], "audit_export");
});

Deno.test("no id of an export leads to another path, and its file's name is of days alone", async () => {
  await using world = await openWorld();
  const call = await reader(world);
  for (const id of ["../../../etc/passwd", "..\\..\\boot.ini", "%2e%2e%2f", "x\u0000", "a/b"]) {
    const path = `/audit/exports/${encodeURIComponent(id)}`;
    for (const [method, end] of [["GET", ""], ["GET", "/file"], ["POST", "/cancel"]] as const) {
      const { status } = await call(method, `${path}${end}`);
      assert.ok(status === 400 || status === 404, `${id}: ${status}`);
    }
  }
  const sideways = { filter: {}, form: "../x" };
  assert.equal((await call("POST", "/audit/exports", sideways)).status, 400);
  const named = { filter: {}, form: "csv", name: "../x" };
  assert.equal((await call("POST", "/audit/exports", named)).status, 400);
  const { id } = await started(call);
  const file = await call("GET", `/audit/exports/${id}/file`);
  await file.body?.cancel();
  assert.match(
    file.headers.get("content-disposition") ?? "",
    /^attachment; filename="audit_\d{4}-\d\d-\d\d_\d{4}-\d\d-\d\d\.csv"$/,
  );
});

const FORMULAS = [
  '=cmd|"/c calc"!A1',
  '=HYPERLINK("http://x")',
  "+1+1",
  "-2+3",
  "@SUM(1)",
  "\t=1",
  "\r=1",
  "＝1+1",
];

async function* page(cells: readonly string[]) {
  yield await Promise.resolve(cells.map((cell) => [cell]));
}

Deno.test("no cell of an export is a formula, in CSV and in XLSX", async () => {
  const csv = new TextDecoder().decode(
    new Uint8Array(await new Blob(await Array.fromAsync(csvFile(page(FORMULAS)))).arrayBuffer()),
  );
  const [, ...lines] = csv.split("\r\n");
  assert.equal(lines.filter((line) => /^"?[=+\-@\t\r＝]/.test(line)).length, 0, csv);

  const xlsx = await new Blob(await Array.fromAsync(xlsxFile(page(FORMULAS)))).bytes();
  const zip = new ZipReader(new Uint8ArrayReader(xlsx), { useWebWorkers: false });
  const entries = await zip.getEntries();
  const sheet = entries.find(({ filename }) => filename.endsWith("sheet1.xml"));
  assert.ok(sheet && !sheet.directory);
  const xml = new TextDecoder().decode(await sheet.getData(new Uint8ArrayWriter()));
  assert.doesNotMatch(xml, /<f[ >]/);
  const types = [...xml.matchAll(/<c r="A(\d+)"[^>]*?t="(\w+)"/g)].map(([, , type]) => type);
  assert.deepEqual(new Set(types), new Set(["str"]));
  assert.equal(types.length, FORMULAS.length + 1);
});
