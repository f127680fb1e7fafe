import assert from "node:assert/strict";
import type {
  TerminalReleasesPage,
  TerminalsReply,
} from "../server/modules/fleet/console/contract.ts";
import type { TerminalJournalEvent } from "../server/modules/fleet/contract.ts";
import { newId } from "../server/platform/ids.ts";
import { addPerson, Browser } from "./console.ts";
import { callSigned, enrol, newTerminal, open, type OpenLine } from "./line_client.ts";
import { openWorld, type World } from "./world.ts";

/** What terminals tell of releases, kept and shown (R-TOM-05, R-TOM-06, R-CUT-12). */

async function openLine(world: World): Promise<OpenLine> {
  const send = (path: string, init: RequestInit) => world.app.request(path, init);
  const terminal = await newTerminal({ clock: world.clock, send, number: world.terminal.number });
  return await open(await enrol(terminal, world.own.db));
}

let number = 0;

function told(
  { clock }: World,
  did: string,
  fields: TerminalJournalEvent["fields"],
): TerminalJournalEvent {
  clock.advance(1_000);
  const kind = `release.${did}`;
  return { id: newId(clock.now()), number: ++number, kind, severity: "info", fields };
}

async function ship(line: OpenLine, events: readonly TerminalJournalEvent[]): Promise<void> {
  const answer = await callSigned(line, { method: "POST", path: "/events", body: { events } });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
}

async function official(world: World, organisationId?: string): Promise<Browser> {
  const login = `person-${crypto.randomUUID().slice(0, 8)}`;
  const permissions = ["terminal.read"] as const;
  await addPerson(world, { login, permissions, ...(organisationId && { organisationId }) });
  const browser = new Browser(world);
  await browser.signIn(login);
  return browser;
}

async function ask<Value>(browser: Browser, path: string): Promise<Value> {
  const answer = await browser.call("GET", path);
  assert.equal(answer.status, 200, await answer.clone().text());
  return await answer.json();
}

function failedUpdate(world: World): TerminalJournalEvent[] {
  const version = "1.3.0";
  return [
    told(world, "staged", { version, now: "1.2.0" }),
    told(world, "switched", { version, now: version }),
    told(world, "trial_started", { version, start: 1 }),
    told(world, "trial_started", { version, start: 2 }),
    told(world, "left", { version, now: "1.2.0", reason: "启动两次都没有确认" }),
  ];
}

Deno.test("a terminal that flipped back is found among the others, with what it runs and why (R-CUT-12)", async () => {
  await using world = await openWorld();
  const line = await openLine(world);
  const browser = await official(world);
  await ship(line, failedUpdate(world));
  const { terminals } = await ask<TerminalsReply>(browser, "/terminals?release=left");
  assert.deepEqual(terminals.map(({ number, release }) => [number, release]), [
    ["0001", { outcome: "left", version: "1.3.0", at: world.clock.now().toISOString() }],
  ]);
  const page = await ask<TerminalReleasesPage>(
    browser,
    `/terminals/${world.terminal.id}/releases?limit=2`,
  );
  assert.deepEqual(
    page.releases.map(({ outcome, version, now, reason }) => [outcome, version, now, reason]),
    [
      ["left", "1.3.0", "1.2.0", "启动两次都没有确认"],
      ["trial_started", "1.3.0", null, ""],
    ],
  );
  const rest = await ask<TerminalReleasesPage>(
    browser,
    `/terminals/${world.terminal.id}/releases?before=${page.next}`,
  );
  assert.deepEqual(rest.releases.map(({ outcome }) => outcome), [
    "trial_started",
    "switched",
    "staged",
  ]);
  assert.equal(rest.next, null);
});

Deno.test("what is told again, also by a journal that was made anew, is kept once (R-TOM-06)", async () => {
  await using world = await openWorld();
  const line = await openLine(world);
  const events = failedUpdate(world);
  await ship(line, events.slice(0, 3));
  await ship(line, events.slice(0, 4));
  await ship(line, events);
  await ship(line, [told(world, "committed", { version: "1.3.1", now: "1.3.1" })]);
  const wiped = await openLine(world);
  await ship(wiped, events.map((event, at) => ({ ...event, number: at + 1 })));
  const rows = await world.own.db.selectFrom("terminal_release_event").select("outcome")
    .orderBy("id").execute();
  assert.deepEqual(rows.map(({ outcome }) => outcome), [
    "staged",
    "switched",
    "trial_started",
    "trial_started",
    "left",
    "committed",
  ]);
  const { terminals } = await ask<TerminalsReply>(await official(world), "/terminals?number=0001");
  assert.equal(terminals[0]?.release?.outcome, "committed", "what came again changes nothing");
  const trail = await world.own.db.selectFrom("audit_event").select(["kind", "result", "fields"])
    .where("kind", "like", "fleet.release\\_%").orderBy("id").execute();
  assert.deepEqual(trail.map(({ kind, result, fields }) => [kind, result, JSON.parse(fields)]), [
    ["fleet.release_left", "failed", {
      version: "1.3.0",
      now: "1.2.0",
      reason: "启动两次都没有确认",
    }],
    ["fleet.release_committed", "succeeded", { version: "1.3.1" }],
  ]);
});

Deno.test("files that do not fit are told every day, and are one refusal", async () => {
  await using world = await openWorld();
  const line = await openLine(world);
  const fields = { verification: "warn", version: "1.3.0", troubles: "lib/app.js 被改动" };
  await ship(line, [told(world, "refused", fields)]);
  await ship(line, [told(world, "refused", fields), told(world, "refused", fields)]);
  await ship(line, [told(world, "refused", { verification: "warn", troubles: "没有签名" })]);
  const rows = await world.own.db.selectFrom("terminal_release_event")
    .select(["version", "reason"]).orderBy("id").execute();
  assert.deepEqual(rows, [
    { version: "1.3.0", reason: "lib/app.js 被改动" },
    { version: "", reason: "没有签名" },
  ]);
  const events = await world.own.db.selectFrom("terminal_event").select("id")
    .where("kind", "=", "release.refused").execute();
  assert.equal(events.length, 4, "the journal has them all");
});

Deno.test("a newer terminal's words and rubbish in its fields keep nothing back", async () => {
  await using world = await openWorld();
  const line = await openLine(world);
  await ship(line, [
    told(world, "teleported", { version: "2.0.0" }),
    told(world, "declined", { version: "1.3\u0000.0\n", reason: "a\u0000b\ud800", extra: true }),
    told(world, "declined", { version: 7, now: false }),
  ]);
  const rows = await world.own.db.selectFrom("terminal_release_event")
    .select(["outcome", "version", "now"]).orderBy("id").execute();
  assert.deepEqual(rows, [
    { outcome: "declined", version: "1.3 .0", now: null },
    { outcome: "declined", version: "7", now: "false" },
  ]);
});

Deno.test("the releases of a terminal of another place are nobody's to see", async () => {
  await using world = await openWorld();
  await ship(await openLine(world), failedUpdate(world));
  const { id } = await world.own.db.selectFrom("organisation").select("id")
    .where("kind", "=", "station").where("id", "!=", world.terminal.institutionId)
    .limit(1).executeTakeFirstOrThrow();
  const stranger = await official(world, id);
  const answer = await stranger.call("GET", `/terminals/${world.terminal.id}/releases`);
  assert.equal((await answer.json()).code, "fleet.not_found");
  assert.deepEqual((await ask<TerminalsReply>(stranger, "/terminals?release=left")).terminals, []);
});
