import assert from "node:assert/strict";
import type { SocialSecurityCard } from "../ffi/contract.ts";
import { DevDevices } from "../sandbox/devices/dev_devices.ts";
import { SILENT_LOG } from "../server/platform/log.ts";
import type { Pause } from "../server/platform/pause.ts";
import type { TerminalEvent } from "./contract.ts";
import type { TerminalNote } from "./device_notes.ts";
import { DeviceSupervisor } from "./device_supervisor.ts";
import { watchCard } from "./end_session.ts";
import { PatientSession } from "./patient_session.ts";

/** Nobody is read while a card is watched. */
const READ_TAKES_MS = 7;
const CARD: SocialSecurityCard = {
  region: "441900",
  socialSecurityNumber: "441900199001010000",
  cardNumber: "X00000019",
  cardIdentifier: "441900D15600000500BF7C7A48FB4966",
  name: "陈测试",
  version: "3.00",
};

Deno.test("watchCard() keeps a card that nobody takes (R-DEV-06)", async () => {
  await using rig = await startRig();
  const watching = rig.watch();
  await rig.waitsOver();
  await rig.waitsOver();
  await watching;
  assert.ok(rig.kinds().includes("card.retained"));
});

Deno.test("watchCard() keeps no card of whoever came next", async () => {
  for (const waits of [0, 1]) {
    await using rig = await startRig();
    const watching = rig.watch();
    for (let wait = 0; wait < waits; wait++) await rig.waitsOver();
    await rig.waits();
    rig.hand.pullCard();
    rig.insert();
    await rig.waitsOver();
    await watching;
    assert.ok(!rig.kinds().includes("card.retaining"));
    assert.equal((await rig.reader.status()).media, "present");
  }
});

Deno.test("watchCard() leaves a slot alone that was empty when the session ended", async () => {
  await using rig = await startRig();
  rig.hand.pullCard();
  await rig.watch();
  rig.insert();
  assert.ok(!rig.kinds().includes("card.retaining"));
});

Deno.test("watchCard() gives way to the next session", async () => {
  await using rig = await startRig();
  const watching = rig.watch();
  await rig.waits();
  rig.session.keep("next", rig.session.era);
  await rig.waitsOver();
  await watching;
  assert.ok(!rig.kinds().includes("card.retaining"));
});

async function startRig() {
  const hand = new DevDevices({
    pause: (ms, signal) => ms === READ_TAKES_MS ? still(ms, signal) : Promise.resolve(),
    readTakesMs: READ_TAKES_MS,
  });
  const notes: TerminalNote[] = [];
  const told: TerminalEvent[] = [];
  const waits = { begun: Promise.withResolvers<void>(), over: Promise.withResolvers<void>() };
  const pause: Pause = () => {
    waits.begun.resolve();
    return waits.over.promise;
  };
  const tell = (event: TerminalEvent) => void told.push(event);
  const note = (each: TerminalNote) => void notes.push(each);
  const supervisor = new DeviceSupervisor({
    devices: hand.devices,
    pause: still,
    log: SILENT_LOG,
    tell,
    note,
  });
  await supervisor.start();
  const session = new PatientSession();
  const stop = new AbortController();
  const insert = () => void hand.insertCard(CARD, { personId: "chen", fault: null });
  insert();
  return {
    hand,
    session,
    insert,
    reader: hand.devices.cardReader,
    kinds: () => notes.map(({ kind }) => kind),
    watch: () =>
      watchCard({
        session,
        supervisor,
        pause,
        log: SILENT_LOG,
        tell,
        note,
        printer: hand.devices.receiptPrinter,
        settings: { last: null },
        clock: { now: () => new Date("2026-11-22T04:30:00Z") },
      }, { era: session.era, signal: stop.signal }),
    waits: () => waits.begun.promise,
    async waitsOver() {
      await waits.begun.promise;
      const { over } = waits;
      waits.begun = Promise.withResolvers();
      waits.over = Promise.withResolvers();
      over.resolve();
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await supervisor[Symbol.asyncDispose]();
    },
  };
}

const still: Pause = (_ms, signal) =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
