import assert from "node:assert/strict";
import type { CommandOptions } from "../contract.ts";
import { MotorCardRig } from "./testing/card_rigs.ts";

const DONE = { kind: "done", value: null };

Deno.test("a chip library that dies mid-read is a hardware error, and the card comes out", async () => {
  await using rig = await new MotorCardRig().open();
  const reading = rig.reader.read(patiently());
  rig.insertGood();
  await rig.reading();
  rig.chip.die();
  assert.deepEqual(await reading, { kind: "failed", reason: "hardware_error" });
  assert.deepEqual(await rig.reader.status(), { device: "offline", media: "present" });
  assert.deepEqual(await rig.reader.read(patiently()), { kind: "failed", reason: "offline" });
  assert.deepEqual(await rig.reader.eject(patiently()), DONE);
  rig.pull();
  rig.chip.revive();
  assert.deepEqual(await rig.reader.status(), { device: "online", media: "not_present" });
});

Deno.test("a chip library that hangs keeps nobody from ejecting the card", async () => {
  await using rig = await new MotorCardRig().open();
  rig.chip.readCard = () => new Promise(() => {});
  const stop = new AbortController();
  const reading = rig.reader.read({ signal: stop.signal, timeoutMs: 60_000 });
  rig.insertGood();
  await until(rig, () => rig.simulator.path.place === "contact");
  stop.abort();
  assert.deepEqual(await reading, { kind: "failed", reason: "cancelled" });
  assert.deepEqual(await rig.reader.eject(patiently()), DONE);
  assert.equal(rig.simulator.path.place, "slot");
});

Deno.test("cards are let in only while somebody waits for one", async () => {
  await using rig = await new MotorCardRig().open();
  const { path } = rig.simulator;
  assert.equal(path.letsIn, false);
  const stop = new AbortController();
  const reading = rig.reader.read({ signal: stop.signal, timeoutMs: 60_000 });
  await until(rig, () => path.letsIn);
  stop.abort();
  await reading;
  await until(rig, () => !path.letsIn);
});

Deno.test("a card is taken, read and given back with the journal knowing each step [R-DEV-06]", async () => {
  await using rig = await new MotorCardRig().open();
  const reading = rig.reader.read(patiently());
  await until(rig, () => rig.simulator.path.letsIn);
  rig.insertGood();
  await rig.reading();
  assert.deepEqual(rig.movements, ["taken"]);
  rig.finishReading();
  assert.equal((await reading).kind, "done");
  assert.deepEqual(await rig.reader.eject(patiently()), DONE);
  assert.deepEqual(rig.movements, ["taken", "given_back"]);
  assert.deepEqual(await rig.reader.retain(patiently()), DONE);
  assert.deepEqual(rig.movements, ["taken", "given_back", "retained"]);
});

Deno.test("a card whose contacts do not answer is read at the aerial [R-DEV-05]", async () => {
  await using rig = await new MotorCardRig().open();
  const readCard = rig.chip.readCard.bind(rig.chip);
  const places: string[] = [];
  rig.chip.readCard = async (place, options) => {
    places.push(`${place} at ${rig.simulator.path.place}`);
    return place === "contact"
      ? { kind: "failed", reason: "no_card" }
      : await readCard(place, options);
  };
  rig.insertGood();
  const reading = rig.reader.read(patiently());
  await rig.reading();
  rig.finishReading();
  assert.equal((await reading).kind, "done");
  assert.deepEqual(places, ["contact at contact", "contactless at contactless"]);
});

Deno.test("a card that is silent at contacts and aerial was put in the wrong way round", async () => {
  await using rig = await new MotorCardRig().open();
  const answers = { contact: "wrong_way_round", contactless: "unreadable" } as const;
  rig.chip.readCard = (place) => Promise.resolve({ kind: "failed", reason: answers[place] });
  rig.insertGood();
  assert.deepEqual(await rig.reader.read(patiently()), {
    kind: "failed",
    reason: "wrong_way_round",
  });
});

for (const look of ["presence", "reading"] as const) {
  Deno.test(`a card on the aerial is read once, however long it lies there, by ${look}`, async () => {
    await using rig = await new MotorCardRig().open();
    if (look === "reading") delete rig.chip.presence;
    rig.chip.readCard = rig.readAtOnce;
    rig.tapGood();
    assert.equal((await rig.reader.read(patiently())).kind, "done");
    let reads = 0;
    const again = rig.reader.read(patiently()).finally(() => reads++);
    await Promise.race([rig.looked(3), again]);
    rig.lift();
    await Promise.race([rig.looked(3), again]);
    assert.equal(reads, 0);
    rig.layGood();
    assert.equal((await again).kind, "done");
  });

  Deno.test(`a card that lay on the aerial before anybody looked is not read, by ${look}`, async () => {
    await using rig = await new MotorCardRig().open();
    if (look === "reading") delete rig.chip.presence;
    rig.chip.readCard = rig.readAtOnce;
    rig.layGood();
    const reading = rig.reader.read(patiently());
    await Promise.race([rig.looked(3), reading]);
    rig.lift();
    await Promise.race([rig.looked(3), reading]);
    rig.insertGood();
    assert.equal((await reading).kind, "done");
    assert.equal(rig.simulator.path.place, "contact");
  });
}

Deno.test("a card that was tapped in the last session is not read in the next one", async () => {
  await using rig = await new MotorCardRig().open();
  rig.chip.readCard = rig.readAtOnce;
  rig.tapGood();
  assert.equal((await rig.reader.read(patiently())).kind, "done");
  const stop = new AbortController();
  const waiting = rig.reader.read({ signal: stop.signal, timeoutMs: 60_000 });
  await Promise.race([rig.looked(3), waiting]);
  assert.equal((await rig.reader.reset(patiently())).kind, "done");
  assert.deepEqual(await waiting, { kind: "failed", reason: "cancelled" });
  const next = rig.reader.read({ signal: stop.signal, timeoutMs: 60_000 });
  await Promise.race([rig.looked(3), next]);
  stop.abort();
  assert.deepEqual(await next, { kind: "failed", reason: "cancelled" });
});

Deno.test("when the card is gone the library forgets the patient", async () => {
  await using rig = await new MotorCardRig().open();
  rig.insertGood();
  assert.equal((await rig.reader.status()).media, "present");
  assert.equal(rig.chip.sessionsEnded, 0);
  rig.pull();
  assert.equal((await rig.reader.status()).media, "not_present");
  assert.equal(rig.chip.sessionsEnded, 1);
  rig.insertGood();
  assert.deepEqual(await rig.reader.retain(patiently()), DONE);
  assert.equal(rig.chip.sessionsEnded, 2);
});

Deno.test("a reader that loses power while it waits goes on waiting with its slot open", async () => {
  await using rig = await new MotorCardRig().open();
  const { simulator } = rig;
  const reading = rig.reader.read(patiently());
  await until(rig, () => simulator.path.letsIn);
  simulator.losePower();
  await until(rig, () => simulator.path.letsIn);
  rig.insertGood();
  await rig.reading();
  rig.finishReading();
  assert.equal((await reading).kind, "done");
});

async function until({ simulator }: MotorCardRig, isMeant: () => boolean): Promise<void> {
  let changed = Promise.withResolvers<void>();
  const end = simulator.path.subscribe(() => changed.resolve());
  while (!isMeant()) {
    await changed.promise;
    changed = Promise.withResolvers();
  }
  end();
}

function patiently(): CommandOptions {
  return { signal: new AbortController().signal, timeoutMs: 60_000 };
}
