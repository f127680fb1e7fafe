import assert from "node:assert/strict";
import type { CardReader, CardReaderEvent, CommandOptions } from "../contract.ts";

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
};

function patiently(): CommandOptions {
  return { signal: new AbortController().signal, timeoutMs: 60_000 };
}
