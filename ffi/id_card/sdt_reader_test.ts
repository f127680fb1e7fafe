import assert from "node:assert/strict";
import { Cable } from "../../sandbox/devices/cable.ts";
import { IdCardField } from "../../sandbox/devices/id_card_field.ts";
import { IdCardLineSimulator } from "../../sandbox/devices/id_card_line.ts";
import { ManualPause } from "../../sandbox/devices/manual_pause.ts";
import { ID_CARD_READER_CHECKS, type IdCardReaderRig } from "../conformance/id_card_reader.ts";
import type { CommandOptions, IdCard, IdCardReader } from "../contract.ts";
import { openSdtReader } from "./sdt_reader.ts";

const CARD: IdCard = {
  document: "resident",
  name: "陈测试",
  idNumber: "441900199001010000",
  validUntil: "长期",
};

for (const [behaviour, check] of Object.entries(ID_CARD_READER_CHECKS)) {
  Deno.test(`SDT reader: ${behaviour}`, async () => {
    await using bench = await openBench();
    await check(rigOf(bench));
  });
}

Deno.test("SDT reader reads every kind of card (R-DEV-04)", async () => {
  await using bench = await openBench();
  bench.release();
  const documents: [IdCard["document"], string][] = [
    ["resident", "44190019900101001X"],
    ["hmt_resident", "810000199001010010"],
    ["foreign_permanent_resident", "CAN110190010101"],
    ["foreign_permanent_resident", "911124199001010010"],
  ];
  for (const [document, idNumber] of documents) {
    const card = { document, idNumber, name: "测试", validUntil: "20301231" };
    const reading = bench.reader.read(patiently());
    bench.field.lay(card);
    assert.deepEqual(await reading, { kind: "done", value: card });
    bench.field.lift();
    await bench.simulator.searchedInVain(2);
  }
});

Deno.test("SDT reader: a card that lies there is read once, till it is taken away", async () => {
  for (const findsReadCards of [false, true]) {
    await using bench = await openBench();
    bench.release();
    bench.simulator.setFindsReadCards(findsReadCards);
    bench.field.lay(CARD);
    const first = bench.reader.read(patiently());
    assert.equal((await first).kind, "done");
    const again = await bench.reader.read({ signal: never(), timeoutMs: 30 });
    assert.deepEqual(again, { kind: "failed", reason: "timeout" }, `${findsReadCards}`);
    bench.field.lift();
    await bench.simulator.searchedInVain(2);
    bench.field.lay(CARD);
    const anew = bench.reader.read(patiently());
    assert.equal((await anew).kind, "done");
  }
});

Deno.test("SDT reader: a card that lay there before it began is not read till it is taken away", async () => {
  const field = new IdCardField();
  field.lay(CARD);
  await using bench = await openBench({ field });
  bench.release();
  const reading = bench.reader.read(patiently());
  bench.field.lift();
  await bench.simulator.searchedInVain(2);
  bench.field.lay({ ...CARD, name: "后来者" });
  assert.deepEqual(await reading, { kind: "done", value: { ...CARD, name: "后来者" } });
});

Deno.test("SDT reader: a card taken away between the commands is removed_too_early", async () => {
  for (const command of ["find", "select"] as const) {
    await using bench = await openBench();
    bench.simulator.liftAfter(command);
    bench.field.lay(CARD);
    const completion = await bench.reader.read(patiently());
    assert.deepEqual(completion, { kind: "failed", reason: "removed_too_early" });
  }
});

Deno.test("SDT reader reads through split, spoiled and missing answers", async () => {
  for (const fault of ["bad_checksum", "cut", "silence", "garbage_before"] as const) {
    await using bench = await openBench({ replyWaitMs: 20 });
    bench.release();
    bench.simulator.wire.splitInto(7);
    bench.simulator.wire.spoil(fault, 2);
    bench.field.lay(CARD);
    const reading = bench.reader.read(patiently());
    assert.deepEqual(await reading, { kind: "done", value: CARD }, fault);
  }
});

Deno.test("SDT reader that answers nothing is offline, and online when it answers again", async () => {
  await using bench = await openBench({ replyWaitMs: 5 });
  const changes = countChanges(bench.reader);
  bench.simulator.wire.spoil("silence");
  assert.deepEqual(await bench.reader.read(patiently()), { kind: "failed", reason: "offline" });
  assert.deepEqual(await bench.reader.status(), { device: "offline" });
  bench.simulator.wire.heal();
  assert.deepEqual(await bench.reader.status(), { device: "online" });
  assert.equal(changes.count, 2);
});

Deno.test("SDT reader whose SAM refuses, or talks rubbish, has a hardware error", async () => {
  await using bench = await openBench({ replyWaitMs: 20 });
  bench.simulator.setAuthorised(false);
  const refused = await bench.reader.read(patiently());
  assert.deepEqual(refused, { kind: "failed", reason: "hardware_error" });
  bench.simulator.setAuthorised(true);
  assert.deepEqual(await bench.reader.status(), { device: "online" });
  bench.simulator.wire.spoil("bad_checksum");
  assert.deepEqual(await bench.reader.status(), { device: "hardware_error" });
});

Deno.test("SDT reader: a pulled cable ends the read, and it comes back by itself", async () => {
  await using bench = await openBench();
  const reading = bench.reader.read(patiently());
  await bench.cable.unplug();
  assert.deepEqual(await reading, { kind: "failed", reason: "offline" });
  assert.deepEqual(await bench.reader.status(), { device: "offline" });
  const back = changed(bench.reader);
  bench.cable.plug();
  await back;
  assert.deepEqual(await bench.reader.status(), { device: "online" });
});

Deno.test("SDT reader: a forgotten card is not read after the cable was pulled either", async () => {
  await using bench = await openBench();
  bench.release();
  bench.simulator.setFindsReadCards(true);
  bench.field.lay(CARD);
  assert.equal((await bench.reader.read(patiently())).kind, "done");
  const gone = changed(bench.reader);
  await bench.cable.unplug();
  await gone;
  const back = changed(bench.reader);
  bench.cable.plug();
  await back;
  const again = await bench.reader.read({ signal: never(), timeoutMs: 30 });
  assert.deepEqual(again, { kind: "failed", reason: "timeout" });
});

Deno.test("SDT reader comes up offline where there is none", async () => {
  const cable = new Cable(() => Promise.resolve());
  await cable.unplug();
  await using reader = await openSdtReader({ openLine: cable.openLine });
  assert.deepEqual(await reader.status(), { device: "offline" });
  assert.deepEqual(await reader.read(patiently()), { kind: "failed", reason: "offline" });
});

interface Bench extends AsyncDisposable {
  readonly reader: IdCardReader;
  readonly simulator: IdCardLineSimulator;
  readonly field: IdCardField;
  readonly cable: Cable;
  readonly manual: ManualPause;
  /** Lets the reading in progress and all later ones go on. */
  release(): void;
}

interface BenchOptions {
  readonly replyWaitMs?: number;
  readonly field?: IdCardField;
}

async function openBench(
  { field = new IdCardField(), ...options }: BenchOptions = {},
): Promise<Bench> {
  const manual = new ManualPause();
  let open = false;
  const simulator = new IdCardLineSimulator({
    field,
    readTakesMs: 1,
    pause: (ms, signal) => open ? Promise.resolve() : manual.pause(ms, signal),
  });
  const cable = new Cable((line) => simulator.serve(line));
  const reader = await openSdtReader({
    openLine: cable.openLine,
    pollMs: 1,
    backOffMs: [1],
    ...options,
  });
  return {
    reader,
    simulator,
    field,
    cable,
    manual,
    release: () => {
      open = true;
      manual.release();
    },
    [Symbol.asyncDispose]: () => reader[Symbol.asyncDispose](),
  };
}

function rigOf(bench: Bench): IdCardReaderRig {
  return {
    reader: bench.reader,
    layGood: () => void bench.field.lay(CARD),
    layUnreadable: () => void bench.field.lay(CARD, "unreadable"),
    lift: () => bench.field.lift(),
    reading: () => bench.manual.reached(),
    finishReading: () => bench.release(),
  };
}

function countChanges(reader: IdCardReader): { count: number } {
  const changes = { count: 0 };
  reader.subscribe(() => void changes.count++);
  return changes;
}

function changed(reader: IdCardReader): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  reader.subscribe(() => resolve());
  return promise;
}

function patiently(): CommandOptions {
  return { signal: never(), timeoutMs: 60_000 };
}

function never(): AbortSignal {
  return new AbortController().signal;
}
