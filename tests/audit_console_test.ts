import assert from "node:assert/strict";
import { sm3 } from "../crypto/sm3.ts";
import type {
  AuditEventView,
  ExportView,
  SearchReply,
} from "../server/modules/audit/viewer/contract.ts";
import { addPerson, Browser, signInEnrolling } from "./console.ts";
import { createOrder, identifyByCard } from "./visit.ts";
import { openWorld, type World } from "./world.ts";

/** The trail of a visit as an auditor meets it in the console. */

async function auditor(world: World, organisationId?: string): Promise<Browser> {
  const login = `auditor-${crypto.randomUUID().slice(0, 8)}`;
  await addPerson(world, {
    login,
    duty: "audit",
    permissions: ["audit.read", "audit.export"],
    ...(organisationId !== undefined && { organisationId }),
  });
  const browser = new Browser(world);
  await signInEnrolling(world, browser, login);
  return browser;
}

async function search(browser: Browser, filter: unknown, more = {}): Promise<SearchReply> {
  const reply = await browser.call("POST", "/audit/search", { body: { filter, ...more } });
  assert.equal(reply.status, 200, await reply.clone().text());
  return await reply.json();
}

const kindsOf = (events: readonly AuditEventView[]) => events.map(({ kind }) => kind);

async function orderedVisit(world: World): Promise<string> {
  // Events of one millisecond have no order.
  const step = () => world.clock.advance(1_000);
  const identificationId = await identifyByCard(world, "two_bills");
  step();
  const bills = await world.call("GET", `/identifications/${identificationId}/bills`);
  const [bill] = (await bills.json()).bills;
  const order = await createOrder(world, {
    identificationId,
    payable: { kind: "bills", billIds: [bill.id] },
  });
  step();
  await world.call("POST", `/orders/${order.id}/confirm`, {
    quoteVersion: order.quote?.version,
  });
  step();
  await world.call("POST", `/orders/${order.id}/cancel`);
  step();
  return order.id;
}

Deno.test("the viewer follows an order, a patient and a terminal through a visit (R-SEC-17)", async () => {
  await using world = await openWorld();
  const orderId = await orderedVisit(world);
  const browser = await auditor(world);
  const { events } = await search(browser, { orderId });
  const told = kindsOf(events).toReversed().slice(0, 3);
  assert.deepEqual(told, [
    "checkout.order_created",
    "checkout.order_agreed",
    "checkout.order_called_off",
  ]);
  const [last] = events;
  assert.equal(last?.organisationName !== null, true);
  assert.equal(events.every(({ patientId }) => patientId !== null), true);
  const created = events.at(-1);
  assert.deepEqual([created?.actor.kind, created?.actor.name], ["terminal", "0001"]);

  const patientIdNumber = world.person("two_bills").idNumber;
  const ofPatient = await search(browser, { patientIdNumber });
  assert.ok(kindsOf(ofPatient.events).includes("identity.identified"));
  assert.ok(kindsOf(ofPatient.events).includes("checkout.order_created"));
  const stranger = await search(browser, { patientIdNumber: "441900190001010000" });
  assert.deepEqual(stranger.events, []);

  const ofTerminal = await search(browser, { terminalId: world.terminal.id, module: "checkout" });
  assert.equal(kindsOf(ofTerminal.events).every((kind) => kind.startsWith("checkout.")), true);
  const noted = await search(browser, { kinds: ["audit.searched"] });
  assert.equal(noted.events.length, 4);
  assert.doesNotMatch(JSON.stringify(noted.events), new RegExp(patientIdNumber));
});

Deno.test("the viewer pages newest first, tells what changed, and keeps to its bounds", async () => {
  await using world = await openWorld({ profile: { confirmWaitMs: 60_000 } });
  await orderedVisit(world);
  const browser = await auditor(world);
  world.clock.advance(1_000);
  const whole = await search(browser, {}, { limit: 200 });
  world.clock.advance(1_000);
  assert.equal(whole.next, null);
  const paged: AuditEventView[] = [];
  // Each search adds one event of its own, at the newest end.
  for (let before: string | undefined = whole.events[0]?.id; before !== undefined;) {
    const page: SearchReply = await search(browser, {}, { limit: 3, before });
    paged.push(...page.events);
    before = page.next ?? undefined;
  }
  assert.deepEqual(paged.map(({ id }) => id), whole.events.slice(1).map(({ id }) => id));
  const { events: [changed] } = await search(browser, {
    kinds: ["settings.changed"],
    text: "checkout.profile",
  });
  assert.ok(
    changed?.changes.some(({ name, after }) => name === "confirmWaitMs" && after === "60000"),
  );
  const one = await browser.call("GET", `/audit/events/${changed?.id}`);
  assert.deepEqual((await one.json()).changes, changed?.changes);
  assert.deepEqual((await search(browser, { text: "100%_no such" })).events, []);
  for (
    const filter of [
      { from: "2024-01-01T00:00:00Z", to: "2026-01-01T00:00:00Z" },
      { from: "2026-11-18T00:00:00Z", to: "2026-11-17T00:00:00Z" },
    ]
  ) {
    const refused = await browser.call("POST", "/audit/search", { body: { filter } });
    assert.equal((await refused.json()).code, "audit.malformed");
  }
});

Deno.test("an auditor of one institution sees its events and no others, by any filter", async () => {
  await using world = await openWorld();
  const orderId = await orderedVisit(world);
  const row = await world.own.db.selectFrom("terminal").selectAll()
    .where("institution_id", "<>", world.terminal.institutionId).orderBy("number", "desc")
    .limit(1).executeTakeFirstOrThrow();
  const foreign = await auditor(world, row.institution_id);
  const [event] = (await search(await auditor(world), { orderId })).events;
  for (const filter of [{}, { orderId }, { terminalId: world.terminal.id }, { text: "checkout" }]) {
    const { events } = await search(foreign, filter);
    assert.ok(events.every(({ organisationId }) => organisationId === row.institution_id));
  }
  assert.equal((await foreign.call("GET", `/audit/events/${event?.id}`)).status, 404);
  const body = { filter: { organisationId: world.terminal.institutionId } };
  assert.equal((await foreign.call("POST", "/audit/search", { body })).status, 404);
  const own = await search(await auditor(world, world.terminal.institutionId), { orderId });
  assert.ok(own.events.length >= 3);
});

async function started(browser: Browser, form: "csv" | "xlsx", filter = {}): Promise<ExportView> {
  const reply = await browser.call("POST", "/audit/exports", { body: { filter, form } });
  assert.equal(reply.status, 201, await reply.clone().text());
  return await reply.json();
}

Deno.test("an export is streamed once, with its digest and both its events (R-SEC-17)", async () => {
  await using world = await openWorld();
  await orderedVisit(world);
  const browser = await auditor(world);
  const { id, state } = await started(browser, "csv", { module: "checkout" });
  assert.equal(state, "waiting");
  world.clock.advance(1_000);
  const file = await browser.call("GET", `/audit/exports/${id}/file`);
  assert.match(
    file.headers.get("content-disposition") ?? "",
    /^attachment; filename="audit_.*\.csv"$/,
  );
  const bytes = new Uint8Array(await file.arrayBuffer());
  const lines = new TextDecoder().decode(bytes).trim().split("\r\n");
  assert.match(lines[0] ?? "", /时间（北京）.*事件编号/);
  assert.match(lines.join("\n"), /建立订单,checkout\.order_created,一般,成功/);
  const view: ExportView = await (await browser.call("GET", `/audit/exports/${id}`)).json();
  assert.deepEqual([view.state, view.rows, view.progress], ["done", lines.length - 1, 1]);
  assert.equal(view.digest, sm3(bytes).toHex());
  assert.equal((await browser.call("GET", `/audit/exports/${id}/file`)).status, 409);
  const { events } = await search(browser, { objectId: id });
  assert.deepEqual(kindsOf(events), ["audit.exported", "audit.export_started"]);
  const somebodyElse = await auditor(world);
  assert.equal((await somebodyElse.call("GET", `/audit/exports/${id}`)).status, 404);
  assert.equal((await somebodyElse.call("GET", `/audit/exports/${id}/file`)).status, 404);
});

Deno.test("an export in XLSX is a workbook; a cancelled one is over and says so", async () => {
  await using world = await openWorld();
  await orderedVisit(world);
  const browser = await auditor(world);
  const { id } = await started(browser, "xlsx");
  const file = await browser.call("GET", `/audit/exports/${id}/file`);
  const bytes = new Uint8Array(await file.arrayBuffer());
  assert.deepEqual([...bytes.subarray(0, 4)], [0x50, 0x4b, 3, 4]);
  const cancelled = await started(browser, "csv");
  assert.equal((await browser.call("POST", `/audit/exports/${cancelled.id}/cancel`)).status, 204);
  assert.equal((await browser.call("GET", `/audit/exports/${cancelled.id}/file`)).status, 409);
  const { events } = await search(browser, { objectId: cancelled.id, result: "failed" });
  assert.deepEqual(events.map(({ kind, reason }) => [kind, reason]), [[
    "audit.exported",
    "cancelled",
  ]]);
});

Deno.test("a reader that goes away in the middle of an export leaves the event that ends it", async () => {
  await using world = await openWorld();
  await orderedVisit(world);
  const browser = await auditor(world);
  const { id } = await started(browser, "csv");
  const file = await browser.call("GET", `/audit/exports/${id}/file`);
  const reader = file.body?.getReader();
  await reader?.read();
  await reader?.cancel();
  const { events } = await search(browser, { objectId: id, kinds: ["audit.exported"] });
  assert.deepEqual(events.map(({ result, reason }) => [result, reason]), [["failed", "cancelled"]]);
});
