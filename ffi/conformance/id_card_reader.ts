import assert from "node:assert/strict";
import type { CommandOptions, IdCardReader } from "../contract.ts";

export interface IdCardReaderRig {
  readonly reader: IdCardReader;
  layGood(): void;
  layUnreadable(): void;
  lift(): void;
  reading(): Promise<void>;
  finishReading(): void;
}

type Check = (rig: IdCardReaderRig) => Promise<void>;

/** What every ID card reader driver must do; each check wants a rig of its own. */
export const ID_CARD_READER_CHECKS: Readonly<Record<string, Check>> = {
  "read() waits for a card and gives name, number and validity": async (rig) => {
    const reading = rig.reader.read(patiently());
    rig.layGood();
    await rig.reading();
    rig.finishReading();
    const completion = await reading;
    assert.equal(completion.kind, "done");
    assert.match(completion.kind === "done" ? completion.value.idNumber : "", /^\d{17}[\dX]$/);
  },
  "a card lifted mid-read fails as removed_too_early": async (rig) => {
    const reading = rig.reader.read(patiently());
    rig.layGood();
    await rig.reading();
    rig.lift();
    assert.deepEqual(await reading, { kind: "failed", reason: "removed_too_early" });
  },
  "an unreadable card fails as unreadable": async (rig) => {
    const reading = rig.reader.read(patiently());
    rig.layUnreadable();
    await rig.reading();
    rig.finishReading();
    assert.deepEqual(await reading, { kind: "failed", reason: "unreadable" });
  },
  "a card that lies there is read once": async (rig) => {
    const reading = rig.reader.read(patiently());
    rig.layGood();
    await rig.reading();
    rig.finishReading();
    assert.equal((await reading).kind, "done");
    const again = rig.reader.read({ signal: new AbortController().signal, timeoutMs: 20 });
    assert.deepEqual(await again, { kind: "failed", reason: "timeout" });
  },
  "read() ends as cancelled, as timeout, and refuses a second command": async (rig) => {
    const stop = new AbortController();
    const first = rig.reader.read({ signal: stop.signal, timeoutMs: 60_000 });
    assert.deepEqual(await rig.reader.read(patiently()), { kind: "failed", reason: "busy" });
    stop.abort();
    assert.deepEqual(await first, { kind: "failed", reason: "cancelled" });
    const late = await rig.reader.read({ signal: new AbortController().signal, timeoutMs: 1 });
    assert.deepEqual(late, { kind: "failed", reason: "timeout" });
  },
  "reset() ends a read, and the next one works": async (rig) => {
    const reading = rig.reader.read(patiently());
    assert.deepEqual(await rig.reader.reset(patiently()), { kind: "done", value: null });
    assert.deepEqual(await reading, { kind: "failed", reason: "cancelled" });
    const again = rig.reader.read(patiently());
    rig.layGood();
    await rig.reading();
    rig.finishReading();
    assert.equal((await again).kind, "done");
  },
};

function patiently(): CommandOptions {
  return { signal: new AbortController().signal, timeoutMs: 60_000 };
}
