import assert from "node:assert/strict";
import { portableEngine } from "../crypto/providers/portable.ts";
import { SoftwareProvider } from "../crypto/providers/software.ts";
import { shellActor } from "../server/modules/audit/actor.ts";
import {
  approveTerminal,
  findEnrolmentToApprove,
} from "../server/modules/fleet/enrolment/approve_terminal.ts";
import { OffsetClock } from "../server/platform/clock.ts";
import { SILENT_LOG } from "../server/platform/log.ts";
import { pauseFor } from "../server/platform/pause.ts";
import { TERMINAL_AGREE_KEY, TERMINAL_SIGN_KEY } from "../server/platform/signed_line.ts";
import { Journal } from "../terminal/journal.ts";
import { stepEnrolment } from "../terminal/line/enrol.ts";
import { LineClient, type LineNote } from "../terminal/line/line_client.ts";
import { findLineKeys, type LineKeys } from "../terminal/line/line_keys.ts";
import { enrolledOf } from "../terminal/line/line_memory.ts";
import { askPulse, askSettings, callStaff, sendHeartbeat } from "../terminal/platform_calls.ts";
import { PlatformClient } from "../terminal/platform_client.ts";
import { shipEvents } from "../terminal/ship_events.ts";
import { openWorld, type World } from "./world.ts";
import { TemporaryFolder } from "./temporary_folder.ts";

/** The terminal's own line against the platform's own: enrolment to events (R-DEV-12, R-TOM-07). */

Deno.test("the terminal enrols, takes the platform's time, and is served on its line", async () => {
  await using world = await openWorld();
  await using kiosk = await openKiosk(world);
  await kiosk.enrol();
  const client = kiosk.open();
  assert.equal((await client.call(askPulse())).kind, "answered");
  const settings = await client.call(askSettings());
  assert.ok(settings.kind === "answered");
  assert.equal(settings.value.terminal.number, "0001");
  const skewMs = kiosk.clock.now().getTime() - world.clock.now().getTime();
  assert.ok(Math.abs(skewMs) < 60_000, `${skewMs} ms apart`);
});

Deno.test("calls at once, events and a heartbeat reach the platform over the line", async () => {
  await using world = await openWorld();
  await using kiosk = await openKiosk(world);
  await kiosk.enrol();
  const client = kiosk.open();
  await client.call(askPulse());
  const calls = await Promise.all(
    Array.from(
      { length: 12 },
      () => client.call(callStaff({ id: world.id(), reason: "help", orderId: null })),
    ),
  );
  assert.deepEqual(new Set(calls.map(({ kind }) => kind)), new Set(["answered"]));
  const { events } = kiosk.journal;
  for (let at = 0; at < 3; at++) {
    events.keep({ kind: "test.noted", severity: "info", fields: { at } });
  }
  const stop = new AbortController();
  const shipping = shipEvents({ client, events, pause: shortPause, log: SILENT_LOG }, stop.signal);
  while (events.unsentCount > 0) await shortPause(1, stop.signal);
  stop.abort();
  await shipping;
  const kept = await world.own.db.selectFrom("terminal_event").selectAll()
    .where("kind", "=", "test.noted").orderBy("number").execute();
  assert.deepEqual(kept.map(({ fields }) => JSON.parse(fields).at), [0, 1, 2]);
  const beat = await client.call(sendHeartbeat({
    at: kiosk.clock.now().toISOString(),
    startedAt: kiosk.clock.now().toISOString(),
    version: "test",
    devices: [{ device: "scanner", state: "online", detail: "" }],
    journal: { unsent: 0, openOrders: 0, diskFreeBytes: 1 },
  }));
  assert.equal(beat.kind, "answered");
});

Deno.test("a copy of a terminal's disk ends the key of both, and each says why", async () => {
  await using world = await openWorld();
  await using kiosk = await openKiosk(world);
  await kiosk.enrol();
  await using copy = kiosk.copy();
  const [own, copied] = [kiosk.open(), copy.open()];
  assert.equal((await own.call(askPulse())).kind, "answered");
  world.clock.advance(5_000);
  kiosk.clock.jump(5_000);
  copy.clock.jump(world.clock.now().getTime() - copy.clock.now().getTime());
  assert.equal((await copied.call(askPulse())).kind, "no_answer");
  const refusals = copy.notes.filter(({ kind }) => kind === "line.refused");
  assert.deepEqual(refusals.map(({ fields }) => fields.reason), ["line.key_blocked"]);
  await own.call(askPulse());
  assert.equal((await own.call(askSettings())).kind, "no_answer");
});

const SIGNAL = new AbortController().signal;

function shortPause(ms: number, signal: AbortSignal): Promise<void> {
  return pauseFor(Math.min(ms, 5), signal);
}

interface Kiosk extends AsyncDisposable {
  readonly clock: OffsetClock;
  readonly journal: Journal;
  readonly notes: readonly LineNote[];
  enrol(): Promise<void>;
  open(): PlatformClient;
  /** Its disk, as it is now, in another machine. */
  copy(): Kiosk;
}

async function openKiosk(world: World): Promise<Kiosk> {
  const provider = new SoftwareProvider(portableEngine(), {
    name: "terminal",
    onKeysChanged: () => Promise.resolve(),
  });
  const spec = { algorithm: "sm2", leaves: "never" } as const;
  await provider.generateKey({ ...spec, label: TERMINAL_SIGN_KEY, usage: "sign" });
  await provider.generateKey({ ...spec, label: TERMINAL_AGREE_KEY, usage: "agree" });
  return kioskOn(world, await findLineKeys(provider));
}

/** `disk`: the journal that it finds on it; a new one when absent. */
function kioskOn(world: World, keys: LineKeys, disk?: string): Kiosk {
  const stack = new AsyncDisposableStack();
  const path = stack.use(new TemporaryFolder()).file("journal");
  if (disk !== undefined) copyJournal(disk, path);
  const clock = new OffsetClock();
  const journal = stack.use(new Journal(path, clock));
  const notes: LineNote[] = [];
  const send = (url: string, init?: RequestInit) =>
    Promise.resolve(world.app.request(url.replace("http://platform", ""), init));
  const route = {
    url: "http://platform",
    fetch:
      ((input: string | URL | Request, init?: RequestInit) =>
        send(String(input), init)) satisfies typeof fetch,
  };
  const step = () =>
    stepEnrolment(
      { route, keys, memory: journal.line, terminalNumber: "0001", clock },
      SIGNAL,
    );
  return {
    clock,
    journal,
    notes,
    async enrol() {
      let waiting = await step();
      // The first answer may be the platform's time.
      if (waiting.kind === "clock_set") waiting = await step();
      assert.ok(waiting.kind === "waiting", JSON.stringify(waiting));
      const { own: { db }, clock, services: { audit } } = world;
      const deps = { db, clock, audit };
      const found = await findEnrolmentToApprove(deps, waiting.code);
      assert.ok(found.kind === "found");
      const { enrolment } = found;
      const actor = shellActor("张工");
      const approval = { enrolment, code: waiting.code, actor, reason: null };
      assert.equal(await approveTerminal(deps, approval), true);
      assert.equal((await step()).kind, "approved");
    },
    open() {
      const enrolled = enrolledOf(journal.line.enrolment());
      assert.ok(enrolled);
      const line = stack.use(
        new LineClient({
          route,
          keys,
          enrolled,
          memory: journal.line,
          clock,
          log: SILENT_LOG,
          note: (note) => notes.push(note),
        }),
      );
      return new PlatformClient({
        options: { kind: "line", line },
        pause: shortPause,
        log: SILENT_LOG,
        tell: () => {},
      });
    },
    copy: () => kioskOn(world, keys, path),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

function copyJournal(from: string, to: string): void {
  Deno.copyFileSync(from, to);
  Deno.copyFileSync(`${from}-wal`, `${to}-wal`);
}
