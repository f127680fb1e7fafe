import assert from "node:assert/strict";
import { CardPath } from "../../sandbox/devices/motor_reader/card_path.ts";
import { SimulatedCrt310 } from "../../sandbox/devices/motor_reader/simulated_crt310.ts";
import {
  type SimulatedChip,
  SimulatedCrt571,
} from "../../sandbox/devices/motor_reader/simulated_crt571.ts";
import { ManualPause } from "../../sandbox/devices/manual_pause.ts";
import type { CommandOptions } from "../contract.ts";
import type { MotorReaderStatus } from "./contract.ts";
import { openCrt310 } from "./crt310.ts";
import { openCrt571 } from "./crt571.ts";
import type { CrtWaits } from "./crt_wire.ts";
import { MotorRig, SHORT_WAITS, type SimulatedReader } from "./testing/motor_rig.ts";

const AT_ONCE = { pause: () => Promise.resolve(), moveTakesMs: 0 };
const DONE = { kind: "done", value: null };
/** Nothing is lost by time, but a broken frame is noticed. */
const PATIENT_WAITS: CrtWaits = { ackMs: 30_000, answerMs: 30_000, gapMs: 150, moveMs: 60_000 };
/** Initialisations and moves that take a card in or drop it; only retain() may say the last one. */
const DROPS_571 = ["30 30", "30 31", "30 34", "30 35"];
const DROPS_310 = ["30 31", "30 32", "32 34"];

Deno.test("CRT-571: NAK, cut and broken frames and wrong block checks are got over [R-DEV-06]", async () => {
  const simulator = new SimulatedCrt571<string>(AT_ONCE);
  await using rig = await rigOf(simulator, { waits: PATIENT_WAITS });
  const { faults } = simulator;
  faults.splits = true;
  faults.rubbish = [0x00, 0x55, 0xf2, 0xff, 0xff, 0xff];
  for (const kind of ["refusals", "damages", "breaks"] as const) {
    faults[kind] = 2;
    assert.deepEqual(await rig.reader.setEntry(true, patiently()), DONE);
    assert.equal(faults[kind], 0);
  }
  assert.equal(rig.insert(), true);
  await until(rig, ({ card }) => card === "gate");
  faults.refusals = 2;
  assert.deepEqual(await rig.reader.position("contact", patiently()), DONE);
  faults.damages = 1;
  assert.deepEqual(await rig.reader.eject(patiently()), DONE);
});

Deno.test("CRT-571: a move is never said twice when nobody knows whether it was heard", async () => {
  const simulator = new SimulatedCrt571<string>(AT_ONCE);
  await using rig = await rigOf(simulator);
  await inserted(rig);
  assert.deepEqual(await rig.reader.position("contact", patiently()), DONE);
  simulator.faults.wordlessMoves = 1;
  assert.deepEqual(await rig.reader.position("contactless", patiently()), DONE);
  simulator.faults.lostMoves = 1;
  assert.deepEqual(await rig.reader.eject(patiently()), DONE);
  simulator.faults.wordlessMoves = 1;
  assert.deepEqual(await rig.reader.retain(patiently()), DONE);
  const moves = simulator.heard.filter((said) => said.startsWith("32"));
  assert.deepEqual(moves, ["32 31", "32 32", "32 39", "32 33"]);
});

Deno.test("no driver ever takes a card in by itself, whatever happens", async () => {
  const crt571 = new SimulatedCrt571<string>(AT_ONCE);
  const crt310 = new SimulatedCrt310<string>(AT_ONCE);
  for (const simulator of [crt571, crt310]) {
    await using rig = await rigOf(simulator);
    await inserted(rig);
    assert.deepEqual(await rig.reader.position("contact", patiently()), DONE);
    for (const jam of ["loose", "stuck"] as const) {
      simulator.path.jamCard(jam);
      simulator.losePower();
      await rig.reader.eject(patiently());
      await rig.reader.reset(patiently());
      await rig.reader.identify(patiently());
      await rig.restart();
    }
    simulator.setOnline(false);
    await rig.reader.reset(patiently());
    simulator.setOnline(true);
    await rig.reader.reset(patiently());
    await rig.unplug();
    assert.equal(simulator.path.binned, 0);
  }
  assert.ok(!crt571.heard.some((said) => DROPS_571.includes(said) || said === "32 33"));
  assert.ok(!crt310.heard.some((said) => DROPS_310.includes(said) || said === "32 33"));
});

Deno.test("a command that ends while the journal is written moves no card", async () => {
  const simulator = new SimulatedCrt571<string>(AT_ONCE);
  const written = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  await using rig = await rigOf(simulator, {
    keepMovement: () => {
      asked.resolve();
      return written.promise;
    },
  });
  await inserted(rig);
  const stop = new AbortController();
  const moving = rig.reader.position("contact", { signal: stop.signal, timeoutMs: 60_000 });
  await asked.promise;
  stop.abort();
  assert.deepEqual(await moving, { kind: "failed", reason: "cancelled" });
  written.resolve();
  assert.equal((await rig.reader.status()).card, "gate");
  assert.ok(!simulator.heard.includes("32 31"));
  rig.pull();
  await until(rig, ({ card }) => card === "none");
});

Deno.test("a reader that draws cards in by itself is caught up with in the journal", async () => {
  const path = new CardPath<string>({ binCards: 1, entersTo: "held" });
  const simulator = new SimulatedCrt571<string>({ ...AT_ONCE, path });
  await using rig = await rigOf(simulator);
  await rig.reader.setEntry(true, patiently());
  assert.equal(rig.insert(), true);
  await until(rig, ({ card }) => card === "held");
  assert.deepEqual(await rig.reader.position("contact", patiently()), DONE);
  assert.deepEqual(rig.movements.map(({ kind }) => kind), ["taken"]);
});

Deno.test("a card pushed back in is told as inserted again", async () => {
  const simulator = new SimulatedCrt571<string>(AT_ONCE);
  await using rig = await rigOf(simulator);
  await inserted(rig);
  const kinds: string[] = [];
  rig.reader.subscribe(({ kind }) => void kinds.push(kind));
  simulator.path.move("held");
  await until(rig, ({ card }) => card === "held");
  assert.ok(kinds.includes("media_inserted"));
});

Deno.test("status() is answered while the motor runs, as it was before", async () => {
  const manual = new ManualPause();
  const simulator = new SimulatedCrt571<string>({ pause: manual.pause, moveTakesMs: 1 });
  await using rig = await rigOf(simulator, { waits: PATIENT_WAITS });
  await inserted(rig);
  const moving = rig.reader.position("contact", patiently());
  await manual.reached();
  assert.equal((await rig.reader.status()).card, "gate");
  manual.release();
  assert.deepEqual(await moving, DONE);
});

Deno.test("a move cancelled half-way is finished, and the next command finds the card where it is", async () => {
  const manual = new ManualPause();
  const simulator = new SimulatedCrt571<string>({ pause: manual.pause, moveTakesMs: 1 });
  await using rig = await rigOf(simulator, { waits: PATIENT_WAITS });
  await inserted(rig);
  const stop = new AbortController();
  const moving = rig.reader.position("contact", { signal: stop.signal, timeoutMs: 60_000 });
  await manual.reached();
  stop.abort();
  assert.deepEqual(await moving, { kind: "failed", reason: "cancelled" });
  const ejecting = rig.reader.eject(patiently());
  manual.release();
  await manual.reached();
  manual.release();
  assert.deepEqual(await ejecting, DONE);
  assert.equal(rig.whereabouts(), "slot");
});

Deno.test("CRT-571: a broken sensor or motor is a hardware error till it is mended", async () => {
  const simulator = new SimulatedCrt571<string>(AT_ONCE);
  await using rig = await rigOf(simulator);
  simulator.broken = { on: "look", code: "12" };
  assert.deepEqual(await seen(rig), ["hardware_error", "unknown"]);
  assert.deepEqual(await rig.reader.eject(patiently()), {
    kind: "failed",
    reason: "hardware_error",
  });
  simulator.broken = { on: "look", code: "10" };
  assert.deepEqual(await seen(rig), ["online", "jammed"]);
  simulator.broken = null;
  await inserted(rig);
  simulator.broken = { on: "move", code: "51" };
  const position = await rig.reader.position("contact", patiently());
  assert.deepEqual(position, { kind: "failed", reason: "hardware_error" });
  assert.deepEqual(await seen(rig), ["hardware_error", "gate"]);
  simulator.broken = null;
  assert.deepEqual(await rig.reader.reset(patiently()), DONE);
  assert.deepEqual(await seen(rig), ["online", "gate"]);
  assert.deepEqual(await rig.reader.position("contact", patiently()), DONE);
});

Deno.test("CRT-571: a chip at the contacts answers its reset and APDUs [R-DEV-05]", async () => {
  const chip: SimulatedChip = {
    answerToReset: [0x3b, 0x02, 0x14, 0x50],
    exchange: (apdu) => [apdu.length, 0x90, 0x00],
  };
  const simulator = new SimulatedCrt571<string>({
    ...AT_ONCE,
    chipOf: (medium) => medium === "card" ? chip : null,
  });
  await using rig = await rigOf(simulator);
  assert.deepEqual(await rig.reader.powerChip(patiently()), { kind: "failed", reason: "refused" });
  await inserted(rig);
  await rig.reader.position("contact", patiently());
  const early = await rig.reader.exchange(Uint8Array.of(0, 0xa4), patiently());
  assert.deepEqual(early, { kind: "failed", reason: "unreadable" });
  assert.deepEqual(await rig.reader.powerChip(patiently()), {
    kind: "done",
    value: Uint8Array.from(chip.answerToReset),
  });
  assert.deepEqual(await rig.reader.exchange(Uint8Array.of(0, 0xa4, 4, 0), patiently()), {
    kind: "done",
    value: Uint8Array.of(4, 0x90, 0x00),
  });
});

Deno.test("CRT-310: what its wire does not carry is not supported, and its version costs no entry", async () => {
  const simulator = new SimulatedCrt310<string>(AT_ONCE);
  await using rig = await rigOf(simulator);
  const notSupported = { kind: "failed", reason: "not_supported" };
  assert.deepEqual(await rig.reader.powerChip(patiently()), notSupported);
  assert.deepEqual(await rig.reader.exchange(Uint8Array.of(0), patiently()), notSupported);
  const identity = await rig.reader.identify(patiently());
  assert.deepEqual(identity, {
    kind: "done",
    value: { serialNumber: "CRT310-SN0001", firmware: "CRT310-V3.0" },
  });
  assert.equal(simulator.path.letsIn, false);
});

async function rigOf(
  simulator: SimulatedReader,
  { waits = SHORT_WAITS, ...journal }: {
    readonly keepMovement?: () => Promise<void>;
    readonly waits?: CrtWaits;
  } = {},
): Promise<MotorRig> {
  const rig = new MotorRig({
    simulator,
    tellsBin: true,
    open: (options) => {
      const all = { ...options, ...journal, waits };
      return simulator instanceof SimulatedCrt310 ? openCrt310(all) : openCrt571(all);
    },
  });
  await rig.restart();
  return rig;
}

async function inserted(rig: MotorRig): Promise<void> {
  assert.deepEqual(await rig.reader.setEntry(true, patiently()), DONE);
  assert.equal(rig.insert(), true);
  await until(rig, ({ card }) => card === "gate");
}

async function seen({ reader }: MotorRig): Promise<string[]> {
  const { device, card } = await reader.status();
  return [device, card];
}

async function until(
  { reader }: MotorRig,
  isMeant: (status: MotorReaderStatus) => boolean,
): Promise<void> {
  let told = Promise.withResolvers<void>();
  const end = reader.subscribe(() => told.resolve());
  while (!isMeant(await reader.status())) {
    await told.promise;
    told = Promise.withResolvers();
  }
  end();
}

function patiently(): CommandOptions {
  return { signal: new AbortController().signal, timeoutMs: 60_000 };
}
