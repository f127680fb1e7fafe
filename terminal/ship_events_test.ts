import assert from "node:assert/strict";
import { SYSTEM_CLOCK } from "../server/platform/clock.ts";
import { SILENT_LOG } from "../server/platform/log.ts";
import { FakePlatform } from "./fake_platform.ts";
import { Journal } from "./journal.ts";
import type { EventNote } from "./journal_events.ts";
import { askPulse } from "./platform_calls.ts";
import { PlatformClient } from "./platform_client.ts";
import { shipEvents } from "./ship_events.ts";

Deno.test("events reach the platform in order although answers are lost, and then are gone here", async () => {
  await using rig = await openRig();
  const kept = Array.from({ length: 250 }, (_, at) => rig.journal.events.keep(note(at)));
  await rig.until(() => rig.platform.events.length >= 100);
  rig.platform.loseAnswers(2);
  await rig.until(() => rig.journal.events.unsentCount === 0);
  const numbers = rig.platform.events.map(({ number }) => number);
  const firstSeen = [...new Set(numbers)];
  assert.deepEqual(firstSeen, kept.map(({ number }) => number));
});

Deno.test("an event that is refused for ever does not keep the others back", async () => {
  await using rig = await openRig();
  rig.platform.refuseEvent = ({ fields }) => fields.at === 1;
  for (let at = 0; at < 4; at++) rig.journal.events.keep(note(at));
  await rig.until(() => rig.journal.events.unsentCount === 0);
  const seen = rig.platform.events.map(({ kind, fields }) =>
    `${kind} ${fields.at ?? fields.reason}`
  );
  assert.deepEqual(seen, [
    "device.state_changed 0",
    "device.state_changed 2",
    "device.state_changed 3",
    "journal.dropped request.malformed",
  ]);
});

Deno.test("without a line nothing is sent and nothing is lost", async () => {
  await using rig = await openRig();
  rig.client.setLine(false);
  await rig.client.call(askPulse());
  const { number } = rig.journal.events.keep(note(0));
  await rig.rounds(5);
  assert.deepEqual(rig.journal.events.unsent().map((event) => event.number), [number]);
  rig.client.setLine(true);
  await rig.client.call(askPulse());
  await rig.until(() => rig.journal.events.unsentCount === 0);
});

function note(at: number): EventNote {
  return { kind: "device.state_changed", severity: "info", fields: { at } };
}

async function openRig() {
  const platform = new FakePlatform();
  const journal = new Journal(":memory:", SYSTEM_CLOCK);
  const stop = new AbortController();
  let rounds = 0;
  /** Waits are counted, not waited for. */
  const pause = async () => {
    rounds += 1;
    await new Promise((resolve) => setTimeout(resolve));
  };
  const client = new PlatformClient({
    options: {
      kind: "token",
      url: "http://platform",
      token: "t",
      terminalId: "T1",
      fetch: platform.fetch,
    },
    pause,
    log: SILENT_LOG,
    tell: () => {},
  });
  await client.call(askPulse());
  const deps = { client, events: journal.events, pause, log: SILENT_LOG };
  const shipping = shipEvents(deps, stop.signal);
  const until = async (isSo: () => boolean) => {
    while (!isSo()) {
      await client.call(askPulse());
      await pause();
    }
  };
  return {
    platform,
    journal,
    client,
    until,
    async rounds(count: number) {
      const last = rounds + count;
      while (rounds < last) await pause();
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      client.close();
      await shipping;
      journal[Symbol.dispose]();
    },
  };
}
