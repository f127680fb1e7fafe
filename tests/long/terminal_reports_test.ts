import assert from "node:assert/strict";
import type { HeartbeatBody, TerminalJournalEvent } from "../../server/modules/fleet/contract.ts";
import { listTerminals } from "../../server/modules/fleet/health/list_terminals.ts";
import { newId } from "../../server/platform/ids.ts";
import { callSigned, enrol, newTerminal, open, type OpenLine } from "../line_client.ts";
import { openWorld, type World } from "../world.ts";

/** What terminals report of themselves, over a signed line and in development (R-TOM-07, R-TOM-13). */

async function openLine(world: World): Promise<OpenLine> {
  const send = (path: string, init: RequestInit) => world.app.request(path, init);
  const terminal = await newTerminal({ clock: world.clock, send, number: world.terminal.number });
  return await open(await enrol(terminal, world.own.db));
}

function heartbeat(world: World, devices: HeartbeatBody["devices"]): HeartbeatBody {
  return {
    at: world.clock.now().toISOString(),
    startedAt: "2026-11-18T00:00:00.000Z",
    version: "0.4.0",
    devices,
    journal: { unsent: 3, openOrders: 1, diskFreeBytes: 5_000_000_000 },
  };
}

const PRINTER = { device: "receipt_printer", state: "ready", detail: "EPSON" };
const READER = { device: "card_reader", state: "ready", detail: "" };

async function deviceEvents(world: World): Promise<unknown[]> {
  const rows = await world.own.db.selectFrom("terminal_event").select(["kind", "fields"])
    .where("kind", "like", "device.%").orderBy("at").orderBy("fields").execute();
  return rows.map(({ kind, fields }) => ({ kind, ...JSON.parse(fields) }));
}

Deno.test("heartbeats keep the newest status, and a device that changed is an event", async () => {
  await using world = await openWorld();
  const line = await openLine(world);
  const beat = async (body: HeartbeatBody) => {
    const answer = await callSigned(line, { method: "POST", path: "/heartbeats", body });
    assert.deepEqual(answer, { status: 204, isSigned: true, body: null });
  };
  const first = heartbeat(world, [PRINTER, READER]);
  await beat(first);
  world.clock.advance(30_000);
  await beat(heartbeat(world, [PRINTER, READER]));
  world.clock.advance(30_000);
  await beat(heartbeat(world, [{ ...PRINTER, state: "paper_out" }, READER]));
  await beat(first);
  world.clock.advance(30_000);
  await beat(heartbeat(world, [{ ...PRINTER, state: "paper_out" }]));
  assert.deepEqual(await deviceEvents(world), [
    { kind: "device.changed", device: "card_reader", before: "", state: "ready" },
    { kind: "device.changed", device: "receipt_printer", before: "", state: "ready" },
    { kind: "device.changed", device: "receipt_printer", before: "ready", state: "paper_out" },
    { kind: "device.gone", device: "card_reader", before: "ready" },
  ]);
  const devices = await world.own.db.selectFrom("device_status").select(["device", "state"])
    .execute();
  assert.deepEqual(devices, [{ device: "receipt_printer", state: "paper_out" }]);
  const [status] = await world.own.db.selectFrom("terminal_status").selectAll().execute();
  assert.deepEqual([status?.unsent_entries, status?.open_orders], [3n, 1n]);
  assert.deepEqual(status?.at, world.clock.now());

  const [shown] = await listTerminals({ db: world.own.db }, { state: null, after: "", limit: 1 });
  assert.deepEqual(
    [shown?.number, shown?.line, shown?.version, shown?.lastSeenAt],
    ["0001", "enrolled", "0.4.0", world.clock.now()],
  );
  const page = await listTerminals({ db: world.own.db }, {
    state: "active",
    after: "0001",
    limit: 2,
  });
  assert.deepEqual(page.map(({ number, line }) => [number, line]), [["0002", "none"], [
    "0003",
    "none",
  ]]);
});

Deno.test("a heartbeat of a clock that was ahead does not hold up those of the right time", async () => {
  await using world = await openWorld();
  const line = await openLine(world);
  const beat = (body: HeartbeatBody) =>
    callSigned(line, { method: "POST", path: "/heartbeats", body });
  const ahead = new Date(world.clock.now().getTime() + 240_000).toISOString();
  assert.equal((await beat({ ...heartbeat(world, [READER]), at: ahead })).status, 204);
  world.clock.advance(30_000);
  assert.equal((await beat(heartbeat(world, [PRINTER]))).status, 204);
  const devices = await world.own.db.selectFrom("device_status").select("device").execute();
  assert.deepEqual(devices, [{ device: "receipt_printer" }]);
});

function event(world: World, number: number, at = world.clock.now()): TerminalJournalEvent {
  return {
    id: newId(at),
    number,
    kind: "printer.jammed",
    severity: "warning",
    fields: { tries: number, side: "front", cleared: false },
  };
}

async function ship(line: OpenLine, events: readonly TerminalJournalEvent[]): Promise<number> {
  const answer = await callSigned(line, { method: "POST", path: "/events", body: { events } });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body.keptUpTo;
}

async function keptNumbers(world: World): Promise<(bigint | null)[]> {
  const rows = await world.own.db.selectFrom("terminal_event").select("number")
    .where("source", "=", "terminal").orderBy("number").execute();
  return rows.map(({ number }) => number);
}

Deno.test("events of a terminal are kept once, in order, and a hole is counted", async () => {
  await using world = await openWorld();
  const line = await openLine(world);
  const events = [1, 2, 3, 4, 5, 6, 7, 8].map((number) => event(world, number));
  assert.equal(await ship(line, events.slice(0, 3)), 3);
  assert.equal(await ship(line, events.slice(0, 3)), 3, "the answer was lost");
  assert.equal(await ship(line, events.slice(1, 5).toReversed()), 5);
  assert.equal(await ship(line, events.slice(7)), 8, "6 and 7 are lost");
  assert.equal(await ship(line, events.slice(5, 7)), 8);
  assert.deepEqual(await keptNumbers(world), [1n, 2n, 3n, 4n, 5n, 8n]);
  const [journal] = await world.own.db.selectFrom("terminal_journal").selectAll().execute();
  assert.deepEqual([journal?.kept_up_to, journal?.missing], [8n, 2n]);
  const [first] = await world.own.db.selectFrom("terminal_event").selectAll()
    .where("source", "=", "terminal").orderBy("number").execute();
  assert.deepEqual(JSON.parse(first?.fields ?? ""), { tries: 1, side: "front", cleared: false });
});

Deno.test("events that waited for months are kept all the same", async () => {
  await using world = await openWorld();
  const line = await openLine(world);
  const old = event(world, 1, new Date("2026-06-01T00:00:00Z"));
  assert.equal(await ship(line, [old, event(world, 2)]), 2);
  assert.equal(await ship(line, [old]), 2);
  const rows = await world.own.db.selectFrom("terminal_event").select(["at", "happened_at"])
    .where("source", "=", "terminal").orderBy("number").execute();
  assert.equal(rows.length, 2);
  assert.deepEqual(rows[0]?.happened_at, new Date("2026-06-01T00:00:00Z"));
  assert.deepEqual(rows[0]?.at, world.clock.now());
});

Deno.test("a terminal enrolled anew counts its events anew, and none is kept twice", async () => {
  await using world = await openWorld();
  const before = await openLine(world);
  const events = [1, 2, 3].map((number) => event(world, number));
  assert.equal(await ship(before, events), 3);
  const wiped = await openLine(world);
  assert.equal(await ship(wiped, [event(world, 1), event(world, 2)]), 2);
  const sameDisk = await openLine(world);
  assert.equal(await ship(sameDisk, [...events.slice(1), event(world, 4)]), 4);
  assert.deepEqual(await keptNumbers(world), [1n, 1n, 2n, 2n, 3n, 4n]);
  const journals = await world.own.db.selectFrom("terminal_journal").select("missing").execute();
  assert.deepEqual(journals.map(({ missing }) => missing), [0n, 0n, 0n]);
});

Deno.test("reports come in with the development token too", async () => {
  await using world = await openWorld();
  const beat = await world.call("POST", "/heartbeats", heartbeat(world, [READER]));
  assert.equal(beat.status, 204);
  const shipped = await world.call("POST", "/events", { events: [event(world, 7)] });
  assert.deepEqual(await shipped.json(), { keptUpTo: 7 });
  assert.equal((await world.call("GET", "/pulse")).status, 204);
});

Deno.test("a report with what no database keeps is refused", async () => {
  await using world = await openWorld();
  const good = heartbeat(world, [READER]);
  for (
    const body of [
      { ...good, at: "0000-01-01T00:00:00Z" },
      { ...good, startedAt: "9999-12-31T23:59:59.999Z" },
      { ...good, version: "1\u0000" },
      { ...good, devices: [{ ...READER, detail: "a\nb" }] },
    ]
  ) {
    const reply = await world.call("POST", "/heartbeats", body);
    assert.deepEqual([reply.status, (await reply.json()).code], [400, "request.malformed"]);
  }
  const odd = { ...event(world, 1), fields: { text: "\u0000\ud800" } };
  const kept = await world.call("POST", "/events", { events: [odd] });
  assert.deepEqual(await kept.json(), { keptUpTo: 1 });
});
