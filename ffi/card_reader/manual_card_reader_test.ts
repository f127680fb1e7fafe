import assert from "node:assert/strict";
import type { CardReaderEvent, CommandOptions } from "../contract.ts";
import { ManualCardRig } from "./testing/card_rigs.ts";

Deno.test("a library that cannot tell presence is asked by reading, and a card is read once", async () => {
  await using rig = new ManualCardRig();
  delete rig.chip.presence;
  const events: CardReaderEvent["kind"][] = [];
  rig.reader.subscribe(({ kind }) => void events.push(kind));
  const reading = rig.reader.read(patiently());
  rig.insertGood();
  await rig.reading();
  rig.finishReading();
  assert.equal((await reading).kind, "done");
  assert.equal((await rig.reader.status()).media, "present");
  assert.equal((await rig.reader.eject(patiently())).kind, "done");
  assert.equal((await rig.reader.status()).media, "entering");
  const gone = Promise.withResolvers<void>();
  rig.reader.subscribe(({ kind }) => void (kind === "media_removed" && gone.resolve()));
  await rig.reading();
  rig.pull();
  await gone.promise;
  assert.equal((await rig.reader.status()).media, "not_present");
  assert.deepEqual(events, ["media_inserted", "status_changed", "media_removed"]);
  assert.equal(rig.chip.sessionsEnded, 1);
});

Deno.test("a library that cannot tell presence still names what is wrong with a card", async () => {
  await using rig = new ManualCardRig();
  delete rig.chip.presence;
  const reading = rig.reader.read(patiently());
  rig.insertUnreadable();
  await rig.reading();
  rig.finishReading();
  assert.deepEqual(await reading, { kind: "failed", reason: "unreadable" });
});

Deno.test("a library that dies mid-read is a hardware error", async () => {
  await using rig = new ManualCardRig();
  const reading = rig.reader.read(patiently());
  rig.insertGood();
  await rig.reading();
  rig.chip.die();
  assert.deepEqual(await reading, { kind: "failed", reason: "hardware_error" });
  assert.deepEqual(await rig.reader.status(), { device: "offline", media: "unknown" });
  assert.deepEqual(await rig.reader.reset(patiently()), { kind: "failed", reason: "offline" });
});

function patiently(): CommandOptions {
  return { signal: new AbortController().signal, timeoutMs: 60_000 };
}
