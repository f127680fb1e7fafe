import assert from "node:assert/strict";
import type { CommandOptions } from "../contract.ts";
import type {
  CardMovement,
  MotorReader,
  MotorReaderEvent,
  MotorReaderStatus,
} from "../motor_reader/contract.ts";

/** A motor reader and the hand at it: a simulator, or a person at the bench. */
export interface MotorReaderRig {
  /** The driver; another one after `restart`. */
  readonly reader: MotorReader;
  /** What the journal was told, and whether the motor had run for it by then. */
  readonly movements: readonly {
    readonly kind: CardMovement["kind"];
    readonly hadMoved: boolean;
  }[];
  /** From now on the journal takes nothing, or takes it again. */
  setJournal(works: boolean): void;
  /** False when the shutter is shut. */
  insert(): boolean;
  pull(): void;
  /** Where the card really is; `bin` once one was kept. */
  whereabouts(): "nowhere" | "slot" | "inside" | "bin";
  jam(kind: "loose" | "stuck"): void;
  /** Null where the reader cannot tell. */
  readonly fillBin: (() => void) | null;
  /** The reader goes off and on again; a card inside stays. */
  losePower(): void;
  /** The next answer never comes, though the reader does what it was told. */
  loseAnswer(): void;
  /** The reader says nothing, or speaks again. */
  setSilent(silent: boolean): void;
  /** The cable goes; the driver finds it again by itself. */
  unplug(): Promise<void>;
  /** The driver's process ends and begins anew. */
  restart(): Promise<void>;
}

type Check = (rig: MotorReaderRig) => Promise<void>;

/** What every motor reader driver must do; each check wants a rig of its own with an empty reader. */
export const MOTOR_READER_CHECKS: Readonly<Record<string, Check>> = {
  "it comes up ready, empty and shut": async (rig) => {
    const status = await rig.reader.status();
    assert.deepEqual([status.device, status.card, status.entry], ["online", "none", "disabled"]);
    assert.equal(rig.insert(), false);
    const identity = await rig.reader.identify(patiently());
    assert.match(identity.kind === "done" ? identity.value.serialNumber : "", /\w/);
  },
  "a card is let in, told once, and taken after the journal has it": async (rig) => {
    const events = listen(rig.reader);
    await insert(rig);
    assert.equal(rig.whereabouts(), "slot");
    assert.deepEqual(await rig.reader.position("contact", patiently()), DONE);
    assert.equal(rig.whereabouts(), "inside");
    assert.equal((await rig.reader.status()).card, "held");
    assert.deepEqual(rig.movements, [{ kind: "taken", hadMoved: false }]);
    assert.deepEqual(await rig.reader.position("contactless", patiently()), DONE);
    assert.equal(rig.movements.length, 1);
    assert.deepEqual(events, ["media_inserted"]);
  },
  "no journal, no movement": async (rig) => {
    await insert(rig);
    rig.setJournal(false);
    assert.deepEqual(await rig.reader.position("contact", patiently()), failed("refused"));
    assert.equal(rig.whereabouts(), "slot");
    rig.setJournal(true);
    assert.deepEqual(await rig.reader.position("contact", patiently()), DONE);
    rig.setJournal(false);
    assert.deepEqual(await rig.reader.retain(patiently()), failed("refused"));
    assert.equal(rig.whereabouts(), "inside");
    assert.deepEqual(await rig.reader.eject(patiently()), DONE);
  },
  "eject() brings the card to the slot and only the hand takes it": async (rig) => {
    assert.deepEqual(await rig.reader.eject(patiently()), failed("no_media"));
    await take(rig);
    const events = listen(rig.reader);
    assert.deepEqual(await rig.reader.eject(patiently()), DONE);
    assert.equal((await rig.reader.status()).card, "gate");
    assert.equal(rig.movements.at(-1)?.kind, "given_back");
    assert.deepEqual(await rig.reader.eject(patiently()), DONE);
    rig.pull();
    assert.equal((await rig.reader.status()).card, "none");
    assert.deepEqual(events, ["media_removed"]);
  },
  "a card pulled out of the reader is told and given back in the journal": async (rig) => {
    await take(rig);
    const events = listen(rig.reader);
    rig.pull();
    assert.equal((await rig.reader.status()).card, "none");
    assert.deepEqual(events, ["media_removed"]);
    assert.deepEqual(await rig.reader.position("contact", patiently()), failed("no_media"));
    assert.deepEqual(rig.movements.map(({ kind }) => kind), ["taken", "given_back"]);
  },
  "retain() keeps a card after a record was kept of it": async (rig) => {
    assert.deepEqual(await rig.reader.retain(patiently()), failed("no_media"));
    await take(rig);
    const events = listen(rig.reader);
    assert.deepEqual(await rig.reader.retain(patiently()), DONE);
    assert.equal(rig.whereabouts(), "bin");
    assert.deepEqual(rig.movements.at(-1), { kind: "retained", hadMoved: false });
    assert.equal((await rig.reader.status()).card, "none");
    assert.ok(!events.includes("media_removed"));
  },
  "a card left at the slot can be kept": async (rig) => {
    await take(rig);
    assert.deepEqual(await rig.reader.eject(patiently()), DONE);
    assert.deepEqual(await rig.reader.retain(patiently()), DONE);
    assert.equal(rig.whereabouts(), "bin");
    assert.equal(rig.movements.at(-1)?.kind, "retained");
  },
  "a full bin takes no card, and the journal hears of none": async (rig) => {
    if (!rig.fillBin) return;
    await take(rig);
    rig.fillBin();
    assert.deepEqual(await rig.reader.retain(patiently()), failed("bin_full"));
    assert.equal((await rig.reader.status()).retainBin, "full");
    assert.equal(rig.whereabouts(), "inside");
    assert.deepEqual(rig.movements.map(({ kind }) => kind), ["taken"]);
    assert.deepEqual(await rig.reader.eject(patiently()), DONE);
  },
  "a loose jam is cleared by reset(), which keeps no card": async (rig) => {
    await take(rig);
    rig.jam("loose");
    assert.deepEqual(await rig.reader.eject(patiently()), failed("jammed"));
    assert.equal((await rig.reader.status()).card, "jammed");
    assert.deepEqual(await rig.reader.reset(patiently()), DONE);
    assert.equal((await rig.reader.status()).card, "gate");
    assert.equal(rig.whereabouts(), "slot");
  },
  "a stuck card stays jammed and in the reader till a hand takes it out": async (rig) => {
    await take(rig);
    rig.jam("stuck");
    assert.deepEqual(await rig.reader.retain(patiently()), failed("jammed"));
    assert.equal(rig.movements.at(-1)?.kind, "taken");
    assert.deepEqual(await rig.reader.reset(patiently()), failed("hardware_error"));
    assert.equal((await rig.reader.status()).card, "jammed");
    assert.equal(rig.whereabouts(), "inside");
    rig.pull();
    assert.equal((await rig.reader.status()).card, "none");
    assert.deepEqual(await rig.reader.reset(patiently()), DONE);
  },
  "reset() moves no card that is not jammed": async (rig) => {
    await take(rig);
    assert.deepEqual(await rig.reader.reset(patiently()), DONE);
    assert.equal(rig.whereabouts(), "inside");
    assert.equal((await rig.reader.status()).card, "held");
  },
  "after a power loss the card is held, can be ejected, and entry is as it was": async (rig) => {
    await take(rig);
    rig.losePower();
    const status = await rig.reader.status();
    assert.deepEqual([status.device, status.card], ["online", "held"]);
    rig.losePower();
    assert.deepEqual(await rig.reader.eject(patiently()), DONE);
    rig.pull();
    rig.losePower();
    assert.equal((await rig.reader.identify(patiently())).kind, "done");
    rig.losePower();
    await until(rig.reader, ({ card, entry }) => card === "none" && entry === "enabled");
    assert.equal(rig.insert(), true);
  },
  "a driver that starts with a card inside finds it held and keeps nothing": async (rig) => {
    await take(rig);
    await rig.restart();
    assert.equal((await rig.reader.status()).card, "held");
    assert.equal(rig.whereabouts(), "inside");
    assert.deepEqual(await rig.reader.eject(patiently()), DONE);
    await rig.restart();
    rig.losePower();
    await rig.restart();
    const status = await rig.reader.status();
    assert.deepEqual([status.card, status.entry], ["gate", "disabled"]);
  },
  "an answer that was lost is answered by where the card is": async (rig) => {
    await insert(rig);
    rig.loseAnswer();
    assert.deepEqual(await rig.reader.position("contact", patiently()), DONE);
    rig.loseAnswer();
    assert.deepEqual(await rig.reader.eject(patiently()), DONE);
    assert.deepEqual(await rig.reader.position("contactless", patiently()), DONE);
    rig.loseAnswer();
    assert.deepEqual(await rig.reader.retain(patiently()), DONE);
    assert.equal(rig.whereabouts(), "bin");
  },
  "a reader that says nothing is offline, and comes back by itself": async (rig) => {
    rig.setSilent(true);
    const status = await rig.reader.status();
    assert.deepEqual([status.device, status.card], ["offline", "unknown"]);
    assert.deepEqual(await rig.reader.eject(patiently()), failed("offline"));
    rig.setSilent(false);
    await until(rig.reader, ({ device, card }) => device === "online" && card === "none");
  },
  "a pulled cable is offline, and found again with the card where it was": async (rig) => {
    await take(rig);
    await rig.unplug();
    await until(rig.reader, ({ device, card }) => device === "online" && card === "held");
    assert.deepEqual(await rig.reader.eject(patiently()), DONE);
  },
  "commands end as cancelled, and one runs at a time": async (rig) => {
    const stop = new AbortController();
    const first = rig.reader.setEntry(true, { signal: stop.signal, timeoutMs: 60_000 });
    assert.deepEqual(await rig.reader.identify(patiently()), failed("busy"));
    stop.abort();
    assert.deepEqual(await first, failed("cancelled"));
    assert.equal((await rig.reader.setEntry(true, patiently())).kind, "done");
  },
};

const DONE = { kind: "done", value: null };

function failed(reason: string): { readonly kind: "failed"; readonly reason: string } {
  return { kind: "failed", reason };
}

/** Lets one card in and waits till it is seen. */
async function insert(rig: MotorReaderRig): Promise<void> {
  assert.deepEqual(await rig.reader.setEntry(true, patiently()), DONE);
  assert.equal(rig.insert(), true);
  await until(rig.reader, ({ card }) => card === "gate" || card === "held");
}

async function take(rig: MotorReaderRig): Promise<void> {
  await insert(rig);
  assert.deepEqual(await rig.reader.position("contact", patiently()), DONE);
}

async function until(
  reader: MotorReader,
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

/** Media events only. */
function listen(reader: MotorReader): MotorReaderEvent["kind"][] {
  const kinds: MotorReaderEvent["kind"][] = [];
  reader.subscribe(({ kind }) => {
    if (kind !== "status_changed") kinds.push(kind);
  });
  return kinds;
}

function patiently(): CommandOptions {
  return { signal: new AbortController().signal, timeoutMs: 60_000 };
}
