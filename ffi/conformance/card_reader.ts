import assert from "node:assert/strict";
import type { CardMedia, CardReader, CardReaderEvent, CommandOptions } from "../contract.ts";

/** A reader with something that acts as the patient's hand: a simulator, or a person at the bench. */
export interface CardReaderRig {
  readonly reader: CardReader;
  insertGood(): void;
  insertUnreadable(): void;
  insertWrongWayRound(): void;
  pull(): void;
  /** Resolves when the chip is being talked to, so that a card can be pulled mid-read. */
  reading(): Promise<void>;
  /** Lets the read in progress go on. */
  finishReading(): void;
  /** A card on the aerial outside; null where there is none. */
  readonly tapGood: (() => void) | null;
  readonly fillBin: (() => void) | null;
  /** Null where nothing moves. */
  readonly jam: ((kind: "loose" | "stuck") => void) | null;
  /** The reader is away, or there again. */
  setOnline(online: boolean): void;
}

type Check = (rig: CardReaderRig) => Promise<void>;

/** What every card reader driver must do; each check wants a rig of its own with an empty reader. */
export const CARD_READER_CHECKS: Readonly<Record<string, Check>> = {
  "read() waits for a card and gives its fields": async (rig) => {
    const reading = rig.reader.read(patiently());
    rig.insertGood();
    await rig.reading();
    rig.finishReading();
    const completion = await reading;
    assert.equal(completion.kind, "done");
    assert.match(completion.kind === "done" ? completion.value.region : "", /^\d{6}$/);
  },
  "read() reads a card that lies in the reader already": async (rig) => {
    rig.insertGood();
    const reading = rig.reader.read(patiently());
    await rig.reading();
    rig.finishReading();
    assert.equal((await reading).kind, "done");
  },
  "a card pulled mid-read fails as removed_too_early": async (rig) => {
    const reading = rig.reader.read(patiently());
    rig.insertGood();
    await rig.reading();
    rig.pull();
    assert.deepEqual(await reading, { kind: "failed", reason: "removed_too_early" });
    assert.equal((await rig.reader.status()).media, "not_present");
  },
  "an unreadable card and one the wrong way round are told apart": async (rig) => {
    for (const reason of ["unreadable", "wrong_way_round"] as const) {
      const reading = rig.reader.read(patiently());
      if (reason === "unreadable") rig.insertUnreadable();
      else rig.insertWrongWayRound();
      await rig.reading();
      rig.finishReading();
      assert.deepEqual(await reading, { kind: "failed", reason });
      rig.pull();
    }
  },
  "read() ends as cancelled and as timeout, and can be called again": async (rig) => {
    const stop = new AbortController();
    const cancelled = rig.reader.read({ signal: stop.signal, timeoutMs: 60_000 });
    stop.abort();
    assert.deepEqual(await cancelled, { kind: "failed", reason: "cancelled" });
    const late = await rig.reader.read({ signal: new AbortController().signal, timeoutMs: 1 });
    assert.deepEqual(late, { kind: "failed", reason: "timeout" });
    const reading = rig.reader.read(patiently());
    rig.insertGood();
    await rig.reading();
    rig.finishReading();
    assert.equal((await reading).kind, "done");
  },
  "a second command meanwhile is busy": async (rig) => {
    const stop = new AbortController();
    const first = rig.reader.read({ signal: stop.signal, timeoutMs: 60_000 });
    assert.deepEqual(await rig.reader.read(patiently()), { kind: "failed", reason: "busy" });
    stop.abort();
    await first;
  },
  "eject() brings the card to the slot and only the hand takes it": async (rig) => {
    const events: CardReaderEvent["kind"][] = [];
    const end = rig.reader.subscribe((event) => void events.push(event.kind));
    assert.deepEqual(await rig.reader.eject(patiently()), { kind: "failed", reason: "no_media" });
    rig.insertGood();
    assert.equal((await rig.reader.status()).media, "present");
    assert.equal((await rig.reader.eject(patiently())).kind, "done");
    assert.equal((await rig.reader.status()).media, "entering");
    rig.pull();
    assert.equal((await rig.reader.status()).media, "not_present");
    assert.deepEqual(events.filter((kind) => kind !== "status_changed"), [
      "media_inserted",
      "media_removed",
    ]);
    end();
  },
  "an ejected card is not read again; the next one is": async (rig) => {
    rig.insertGood();
    assert.equal((await rig.reader.eject(patiently())).kind, "done");
    const reading = rig.reader.read(patiently());
    assert.equal((await rig.reader.status()).media, "entering");
    rig.pull();
    await until(rig.reader, "not_present");
    rig.insertGood();
    await rig.reading();
    rig.finishReading();
    assert.equal((await reading).kind, "done");
  },
  "retain() keeps the card, and nobody is told that it was taken": async (rig) => {
    if (!rig.reader.capabilities.retain) {
      rig.insertGood();
      assert.deepEqual(await rig.reader.retain(patiently()), failed("not_supported"));
      assert.equal((await rig.reader.status()).media, "present");
      return;
    }
    assert.deepEqual(await rig.reader.retain(patiently()), failed("no_media"));
    const removed: CardReaderEvent["kind"][] = [];
    rig.insertGood();
    assert.equal((await rig.reader.status()).media, "present");
    rig.reader.subscribe(({ kind }) => void (kind === "media_removed" && removed.push(kind)));
    assert.equal((await rig.reader.eject(patiently())).kind, "done");
    assert.deepEqual(await rig.reader.retain(patiently()), { kind: "done", value: null });
    assert.equal((await rig.reader.status()).media, "not_present");
    assert.deepEqual(removed, []);
    const reading = rig.reader.read(patiently());
    rig.insertGood();
    await rig.reading();
    rig.finishReading();
    assert.equal((await reading).kind, "done");
  },
  "a full bin takes no card": async (rig) => {
    if (!rig.fillBin) return;
    rig.insertGood();
    rig.fillBin();
    assert.deepEqual(await rig.reader.retain(patiently()), failed("bin_full"));
    assert.equal((await rig.reader.status()).media, "present");
  },
  "a jammed card is neither ejected nor kept till reset() frees it": async (rig) => {
    if (!rig.jam) return;
    rig.insertGood();
    rig.jam("loose");
    assert.deepEqual(await rig.reader.eject(patiently()), failed("jammed"));
    assert.equal((await rig.reader.status()).media, "jammed");
    assert.equal((await rig.reader.reset(patiently())).kind, "done");
    assert.equal((await rig.reader.eject(patiently())).kind, "done");
    assert.equal((await rig.reader.status()).media, "entering");
  },
  "reset() ends a read, and the reader can be used again": async (rig) => {
    const reading = rig.reader.read(patiently());
    assert.equal((await rig.reader.reset(patiently())).kind, "done");
    assert.deepEqual(await reading, failed("cancelled"));
    const again = rig.reader.read(patiently());
    rig.insertGood();
    await rig.reading();
    rig.finishReading();
    assert.equal((await again).kind, "done");
  },
  "a card of the third generation is read where it is tapped": async (rig) => {
    if (!rig.tapGood) return;
    const reading = rig.reader.read(patiently());
    rig.tapGood();
    await rig.reading();
    rig.finishReading();
    assert.equal((await reading).kind, "done");
  },
  "a reader that is away is offline, and works again when it is back": async (rig) => {
    rig.setOnline(false);
    const status = await rig.reader.status();
    assert.deepEqual(status, { device: "offline", media: "unknown" });
    assert.deepEqual(await rig.reader.read(patiently()), failed("offline"));
    rig.setOnline(true);
    await until(rig.reader, "not_present");
    const reading = rig.reader.read(patiently());
    rig.insertGood();
    await rig.reading();
    rig.finishReading();
    assert.equal((await reading).kind, "done");
  },
};

function failed(reason: string): { readonly kind: "failed"; readonly reason: string } {
  return { kind: "failed", reason };
}

async function until(reader: CardReader, media: CardMedia): Promise<void> {
  let told = Promise.withResolvers<void>();
  const end = reader.subscribe(() => told.resolve());
  while ((await reader.status()).media !== media) {
    await told.promise;
    told = Promise.withResolvers();
  }
  end();
}

function patiently(): CommandOptions {
  return { signal: new AbortController().signal, timeoutMs: 60_000 };
}
