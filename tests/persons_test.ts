import assert from "node:assert/strict";
import { configure, TextWriter, Uint8ArrayReader, ZipReader } from "@zip.js/zip.js";
import { forgetOldAnswers } from "../server/modules/identity/jobs.ts";
import { addPerson } from "./console.ts";
import { type CallConsole, callerOf, consoleAs } from "./console_callers.ts";
import {
  act,
  identifyByCard,
  identifyByIdCard,
  orderAllBills,
  payShownCode,
  settle,
} from "./visit.ts";
import { openWorld, type World } from "./world.ts";

const STORY = "two_bills";
const REASON = "患者本人到窗口申请";

async function clerk(world: World, organisationId?: string): Promise<CallConsole> {
  const login = `clerk-${crypto.randomUUID().slice(0, 8)}`;
  await addPerson(world, {
    login,
    permissions: ["person.read", "person.reveal", "person.export", "person.erase"],
    ...(organisationId !== undefined && { organisationId }),
  });
  return consoleAs(world, await callerOf(world, login));
}

async function search(call: CallConsole, by: string, value: string) {
  const reply = await call("POST", "/persons/search", { by, value });
  assert.equal(reply.status, 200, await reply.clone().text());
  return (await reply.json()).persons;
}

async function eventsOf(world: World, kind: string) {
  return await world.own.db.selectFrom("audit_event").selectAll().where("kind", "=", kind)
    .orderBy("id").execute();
}

Deno.test("persons in the console", async (t) => {
  await using world = await openWorld();
  await identifyByCard(world, STORY);
  const person = world.person(STORY);
  assert.ok(person.card);
  const call = await clerk(world);

  await t.step("a person is found by number, phone or card, and masked (R-SEC-12)", async () => {
    const [byId] = await search(call, "id_number", person.idNumber.toLowerCase());
    assert.ok(byId.maskedIdNumber.startsWith(person.idNumber.slice(0, 4)));
    assert.ok(byId.maskedIdNumber.includes("**********"));
    assert.equal(byId.institutions.length, 1);
    for (
      const [by, value] of [
        ["card_number", person.card?.number ?? ""],
        ["card_identifier", person.card?.identifier ?? ""],
        ["phone", person.phone ?? ""],
      ] as const
    ) {
      const found = await search(call, by, value);
      assert.deepEqual(found.map(({ id }: { id: string }) => id), [byId.id], by);
    }
    const text = JSON.stringify(byId);
    for (const clear of [person.name, person.idNumber, person.card?.number ?? "-"]) {
      assert.ok(!text.includes(clear));
    }
  });

  await t.step("part of a number finds nobody, and SQL in it is only text", async () => {
    for (const value of [person.idNumber.slice(0, 10), "%%%%", "' or 1=1 --", "____________"]) {
      assert.deepEqual(await search(call, "id_number", value), [], value);
    }
  });

  await t.step("the trail knows who looked and how, not for which number", async () => {
    const events = await eventsOf(world, "identity.person_searched");
    assert.ok(events.length >= 8);
    const fields = events.map((event) => event.fields);
    assert.ok(fields.includes(JSON.stringify({ by: "id_number", found: 1 })), fields.join());
    for (const event of events) assert.ok(!JSON.stringify(event).includes(person.idNumber));
  });

  await t.step("elsewhere the person is as if he were not there", async () => {
    const other = await world.own.db.selectFrom("organisation").select("id")
      .where("kind", "=", "centre")
      .where("id", "!=", world.terminal.institutionId).executeTakeFirstOrThrow();
    const stranger = await clerk(world, other.id);
    assert.deepEqual(await search(stranger, "id_number", person.idNumber), []);
    const [found] = await search(call, "id_number", person.idNumber);
    for (
      const [method, path, body] of [
        ["GET", `/persons/${found.id}`, undefined],
        ["GET", `/persons/${found.id}/consents`, undefined],
        ["POST", `/persons/${found.id}/reveal`, { fields: ["name"], reason: REASON }],
        ["POST", `/persons/${found.id}/export`, { reason: REASON }],
        ["POST", `/persons/${found.id}/erase`, { reason: REASON }],
      ] as const
    ) {
      const reply = await stranger(method, path, body);
      assert.equal(reply.status, 404, `${method} ${path}`);
    }
  });

  await t.step(
    "what is asked for is shown in clear with a reason, and told (R-SEC-14)",
    async () => {
      const [found] = await search(call, "id_number", person.idNumber);
      const path = `/persons/${found.id}/reveal`;
      assert.equal((await call("POST", path, { fields: ["name"], reason: "看" })).status, 400);
      const reply = await call("POST", path, { fields: ["phone", "name"], reason: REASON });
      assert.deepEqual(await reply.json(), { name: person.name, phone: person.phone });
      const [event] = await eventsOf(world, "identity.person_revealed");
      assert.deepEqual(JSON.parse(event?.fields ?? ""), { fields: "name,phone", reason: REASON });
      assert.equal(event?.patient_id, found.id);
      assert.ok(!JSON.stringify(event).includes(person.name));
    },
  );

  await t.step("who shows too many in a minute has to wait", async () => {
    const [found] = await search(call, "id_number", person.idNumber);
    const statuses: number[] = [];
    for (let n = 0; n < 12; n++) {
      const body = { fields: ["name"], reason: REASON };
      statuses.push((await call("POST", `/persons/${found.id}/reveal`, body)).status);
    }
    assert.equal(statuses.at(-1), 429);
  });
});

Deno.test("consents are recorded at terminals and withdrawn at counters", async () => {
  await using world = await openWorld();
  const identificationId = await identifyByCard(world, STORY);
  const consent = {
    id: world.id(),
    identificationId,
    purpose: "notification",
    decision: "given",
    noticeVersion: "2026-11",
  };
  assert.equal((await world.call("POST", "/consents", consent)).status, 204);
  assert.equal((await world.call("POST", "/consents", consent)).status, 204);
  const call = await clerk(world);
  const [found] = await search(call, "id_number", world.person(STORY).idNumber);
  const path = `/persons/${found.id}/consents`;
  const list = await (await call("GET", path)).json();
  assert.deepEqual(
    list.consents.map(({ decision, by }: { decision: string; by: string }) => [decision, by]),
    [["given", "terminal"]],
  );
  world.clock.advance(1_000);
  const withdrawal = { purpose: "notification", evidence: "书面申请第 12 号" };
  const reply = await call("POST", `${path}/withdraw`, withdrawal);
  const after = await reply.json();
  assert.deepEqual(
    after.consents.map(({ decision, by }: { decision: string; by: string }) => [decision, by]),
    [["withdrawn", "account"], ["given", "terminal"]],
  );
  const again = await call("POST", `${path}/withdraw`, withdrawal);
  assert.equal((await again.json()).code, "identity.not_given");
  const strange = { ...consent, id: world.id(), identificationId: world.id() };
  assert.equal((await world.call("POST", "/consents", strange)).status, 404);
  assert.equal((await eventsOf(world, "identity.consent_given")).length, 1);
  assert.equal((await eventsOf(world, "identity.consent_withdrawn")).length, 1);
});

async function paidVisit(world: World) {
  const order = await orderAllBills(world, STORY);
  await act(world, order, "confirm", { quoteVersion: order.quote?.version });
  const shown = await act(world, order, "tender", { id: world.id(), mode: "show_code" });
  await payShownCode(world, shown);
  return order;
}

Deno.test("one person's data is given to him, and removed", async (t) => {
  await using world = await openWorld();
  const person = world.person(STORY);
  const order = await paidVisit(world);
  const call = await clerk(world);
  const [found] = await search(call, "id_number", person.idNumber);

  await t.step("not while an order of his is open", async () => {
    const reply = await call("POST", `/persons/${found.id}/erase`, { reason: REASON });
    assert.equal(reply.status, 409);
    assert.equal((await reply.json()).code, "identity.person_busy");
    assert.equal((await settle(world, order)).state, "completed");
  });

  await t.step("the export holds what every module keeps on him, in clear", async () => {
    const reply = await call("POST", `/persons/${found.id}/export`, { reason: REASON });
    assert.equal(reply.status, 200);
    const files = await unzip(new Uint8Array(await reply.arrayBuffer()));
    const whole = JSON.parse(files.get("person.json") ?? "");
    assert.equal(whole.identity.rows[0].姓名, person.name);
    for (const name of ["media", "identifications", "orders", "coverage", "claims", "payments"]) {
      assert.ok(whole[name].rows.length > 0, name);
      assert.ok(files.get(`${name}.csv`)?.includes("\r\n"), name);
    }
    assert.equal(whole.coverage.rows[0].凭证号码, person.card?.number);
    const [end] = await eventsOf(world, "identity.person_exported");
    assert.equal((await eventsOf(world, "identity.person_export_started")).length, 1);
    assert.match(JSON.parse(end?.fields ?? "").digest, /^[0-9a-f]{64}$/);
  });

  await t.step(
    "erased, nothing leads to him; money records stay, with the law's name",
    async () => {
      const reply = await call("POST", `/persons/${found.id}/erase`, { reason: REASON });
      assert.equal(reply.status, 200, await reply.clone().text());
      const erasure = await reply.json();
      const names = (list: { what: string }[]) => list.map(({ what }) => what);
      assert.ok(names(erasure.erased).includes("姓名、证件号码、手机号码"));
      assert.ok(names(erasure.erased).includes("参保信息"));
      assert.ok(names(erasure.kept).includes("支付记录"));
      assert.ok(erasure.kept.every(({ why }: { why: string }) => why.includes("第")));
      assert.deepEqual(await search(call, "id_number", person.idNumber), []);
      assert.equal((await call("GET", `/persons/${found.id}`)).status, 404);
      const { db } = world.own;
      const row = await db.selectFrom("patient").selectAll().where("id", "=", found.id)
        .executeTakeFirstOrThrow();
      assert.deepEqual(
        [row.name_sealed, row.id_number_sealed, row.id_number_index, row.phone_sealed],
        [null, null, null, null],
      );
      for (const table of ["patient_credential", "insurance_coverage"] as const) {
        assert.deepEqual(await db.selectFrom(table).selectAll().execute(), [], table);
      }
      const postings = await db.selectFrom("ledger_posting").selectAll().execute();
      assert.ok(postings.length > 0);
    },
  );

  await t.step("who comes again is a new person", async () => {
    await identifyByIdCard(world, STORY);
    const [again] = await search(call, "id_number", person.idNumber);
    assert.notEqual(again.id, found.id);
  });
});

Deno.test("answers that nobody asks for again are forgotten after a day", async () => {
  await using world = await openWorld();
  await identifyByCard(world, STORY);
  const deps = { db: world.own.db, clock: world.clock };
  assert.equal(await forgetOldAnswers(deps), 0);
  world.clock.advance(49 * 3_600_000);
  assert.equal(await forgetOldAnswers(deps), 1);
  const rows = await world.own.db.selectFrom("identification").select("reply_sealed").execute();
  assert.deepEqual(rows, [{ reply_sealed: null }]);
});

async function unzip(bytes: Uint8Array): Promise<Map<string, string>> {
  configure({ useWebWorkers: false });
  const reader = new ZipReader(new Uint8ArrayReader(bytes));
  const files = new Map<string, string>();
  for (const entry of await reader.getEntries()) {
    if (entry.directory) continue;
    files.set(entry.filename, await entry.getData(new TextWriter()));
  }
  await reader.close();
  return files;
}
