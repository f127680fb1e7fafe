import assert from "node:assert/strict";
import { Cable } from "../../sandbox/devices/cable.ts";
import { ManualPause } from "../../sandbox/devices/manual_pause.ts";
import { textOfSheet } from "../../sandbox/devices/paper_roll.ts";
import { PrinterLineSimulator } from "../../sandbox/devices/printer_line.ts";
import { PrinterMechanism } from "../../sandbox/devices/printer_mechanism.ts";
import { RECEIPT_PRINTER_CHECKS } from "../conformance/receipt_printer.ts";
import type { CommandOptions, ReceiptPrinter } from "../contract.ts";
import { type EscposPrinterOptions, openEscposPrinter } from "./escpos_printer.ts";
import { rasterImage } from "./raster.ts";

const SLIP = bytesOf("\x1b@one\ntwo\n\x1dVB\0");

for (const [behaviour, check] of Object.entries(RECEIPT_PRINTER_CHECKS)) {
  Deno.test(`ESC/POS printer: ${behaviour}`, async () => {
    await using bench = await openBench();
    await check({
      printer: bench.printer,
      loadPaper: (lines) => bench.mechanism.loadPaper(lines),
      setCover: (open) => bench.mechanism.setCover(open),
    });
  });
}

Deno.test("ESC/POS printer: print() completes when the slip is cut, not when it is sent", async () => {
  const manual = new ManualPause();
  await using bench = await openBench({}, { pause: manual.pause });
  let completed = false;
  const printing = bench.printer.print(SLIP, patiently()).then((completion) => {
    completed = true;
    return completion;
  });
  await manual.reached();
  assert.equal((await bench.printer.status()).device, "online");
  assert.equal(completed, false);
  manual.release();
  assert.deepEqual(await printing, { kind: "done", value: null });
  assert.deepEqual(bench.texts(), ["one\ntwo"]);
});

Deno.test("ESC/POS printer: what is left of a failed slip is not printed on new paper", async () => {
  await using bench = await openBench();
  bench.mechanism.loadPaper(1);
  const failed = await bench.printer.print(SLIP, patiently());
  assert.deepEqual(failed, { kind: "failed", reason: "paper_out" });
  assert.equal((await bench.printer.status()).paper, "out");
  bench.mechanism.tearOff();
  bench.mechanism.loadPaper(300);
  await bench.simulator.idle();
  assert.deepEqual(bench.texts(), []);
  assert.equal((await bench.printer.print(SLIP, patiently())).kind, "done");
  assert.deepEqual(bench.texts(), ["one\ntwo"]);
});

Deno.test("ESC/POS printer: nothing is left of a slip that was given up or cut off", async () => {
  const giveUps = {
    cancelled: async (bench: Bench, stop: AbortController) => {
      const cleared = bench.simulator.asked(4);
      stop.abort();
      await cleared;
    },
    offline: async (bench: Bench) => {
      const gone = nextChange(bench.printer);
      await bench.cable.unplug();
      await gone;
      const back = nextChange(bench.printer);
      bench.cable.plug();
      await back;
    },
  };
  for (const [reason, giveUp] of Object.entries(giveUps)) {
    const manual = new ManualPause();
    await using bench = await openBench({}, { pause: manual.pause });
    const stop = new AbortController();
    const options = { signal: stop.signal, timeoutMs: 60_000 };
    const printing = bench.printer.print(bytesOf("\x1dVB\0secret\n"), options);
    await manual.reached();
    await giveUp(bench, stop);
    assert.deepEqual(await printing, { kind: "failed", reason });
    manual.release();
    await bench.simulator.idle();
    assert.deepEqual(bench.texts(), [""], reason);
  }
});

Deno.test("ESC/POS printer: a cover opened mid-slip fails it, and a stuck cutter too", async () => {
  const manual = new ManualPause();
  await using bench = await openBench({}, { pause: manual.pause });
  const hindrances = [
    ["cover_open", (on: boolean) => bench.mechanism.setCover(on)],
    ["hardware_error", (on: boolean) => bench.mechanism.setCutterJammed(on)],
  ] as const;
  for (const [reason, hinder] of hindrances) {
    const printing = bench.printer.print(SLIP, patiently());
    await manual.reached();
    hinder(true);
    assert.deepEqual(await printing, { kind: "failed", reason });
    hinder(false);
    manual.release();
  }
  assert.deepEqual(await bench.printer.status(), {
    device: "online",
    paper: "full",
    cover: "closed",
  });
});

Deno.test("ESC/POS printer tolerates status blocks that come unasked", async () => {
  await using bench = await openBench();
  bench.simulator.startAutomaticStatus();
  const picture = rasterImage({ bits: new Uint8Array(4_800), width: 384, height: 100 });
  const slip = new Uint8Array([...picture, ...SLIP]);
  assert.deepEqual(await bench.printer.print(slip, patiently()), { kind: "done", value: null });
  assert.deepEqual(bench.texts(), ["[图 384×100]\none\ntwo"]);
  bench.mechanism.setCover(true);
  assert.equal((await bench.printer.status()).cover, "open");
});

Deno.test("ESC/POS printer waits when the printer asks for a pause", async () => {
  await using bench = await openBench();
  bench.simulator.setStopped(true);
  const printing = bench.printer.print(SLIP, patiently());
  await bench.simulator.asked(4);
  for (let turns = 0; turns < 10; turns++) await nextTurn();
  bench.simulator.setStopped(false);
  assert.equal((await printing).kind, "done");
  assert.equal(bench.simulator.lostCharacters, 0);
  assert.deepEqual(bench.texts(), ["one\ntwo"]);
});

Deno.test("ESC/POS printer that says nothing is offline, and online when it answers again", async () => {
  await using bench = await openBench({ replyWaitMs: 5 });
  let changes = 0;
  bench.printer.subscribe(() => void changes++);
  bench.simulator.wire.spoil("silence");
  assert.equal((await bench.printer.status()).device, "offline");
  assert.deepEqual(await bench.printer.print(SLIP, patiently()), {
    kind: "failed",
    reason: "offline",
  });
  assert.deepEqual(await bench.printer.realTimeStatus(1, patiently()), {
    kind: "failed",
    reason: "offline",
  });
  bench.simulator.wire.heal();
  assert.equal((await bench.printer.status()).device, "online");
  assert.equal(changes, 2);
});

Deno.test("ESC/POS printer hears an answer at the second try", async () => {
  await using bench = await openBench({ replyWaitMs: 10 });
  bench.simulator.wire.spoil("silence", 1);
  assert.equal((await bench.printer.status()).device, "online");
  bench.simulator.wire.spoil("garbage_before", 1);
  assert.equal((await bench.printer.status()).device, "online");
});

Deno.test("ESC/POS printer: a late answer is not taken for the next one's", async () => {
  await using bench = await openBench();
  await bench.simulator.say(Uint8Array.of(0x7e));
  assert.deepEqual(await bench.printer.realTimeStatus(4, patiently()), {
    kind: "done",
    value: 0x12,
  });
});

Deno.test("ESC/POS printer: nothing is sent to a printer that cannot print", async () => {
  await using bench = await openBench({ clearBytes: new Uint8Array(0) });
  bench.mechanism.setCover(true);
  assert.deepEqual(await bench.printer.print(SLIP, patiently()), {
    kind: "failed",
    reason: "cover_open",
  });
  bench.mechanism.setCover(false);
  await bench.simulator.idle();
  assert.deepEqual(bench.texts(), []);
});

Deno.test("ESC/POS printer tells of an empty roll by itself", async () => {
  await using bench = await openBench({ watchMs: 1 });
  const changed = nextChange(bench.printer);
  bench.mechanism.loadPaper(0);
  await changed;
  assert.equal((await bench.printer.status()).paper, "out");
});

Deno.test("ESC/POS printer without real-time status is asked by GS r", async () => {
  await using bench = await openBench({ statusBy: "gs_r" }, { realTime: false });
  assert.deepEqual(await bench.printer.realTimeStatus(4, patiently()), {
    kind: "done",
    value: 0x12,
  });
  assert.equal((await bench.printer.print(SLIP, patiently())).kind, "done");
  bench.mechanism.loadPaper(100);
  assert.equal((await bench.printer.status()).paper, "low");
  bench.mechanism.loadPaper(1);
  const failed = await bench.printer.print(SLIP, patiently());
  assert.deepEqual(failed, { kind: "failed", reason: "paper_out" });
  assert.equal((await bench.printer.status()).paper, "out");
  bench.mechanism.tearOff();
  bench.mechanism.loadPaper(300);
  assert.equal((await bench.printer.print(SLIP, patiently())).kind, "done");
  assert.deepEqual(bench.texts(), ["one\ntwo"]);
});

Deno.test("ESC/POS printer that answers nothing behind a slip is given a time", async () => {
  await using bench = await openBench({ finishBy: 5 });
  assert.equal((await bench.printer.print(SLIP, patiently())).kind, "done");
  bench.mechanism.loadPaper(1);
  assert.deepEqual(await bench.printer.print(SLIP, patiently()), {
    kind: "failed",
    reason: "paper_out",
  });
});

Deno.test("ESC/POS printer: a cable pulled mid-slip fails it, and it comes back by itself", async () => {
  const manual = new ManualPause();
  await using bench = await openBench({}, { pause: manual.pause });
  const printing = bench.printer.print(SLIP, patiently());
  await manual.reached();
  await bench.cable.unplug();
  assert.deepEqual(await printing, { kind: "failed", reason: "offline" });
  assert.equal((await bench.printer.status()).device, "offline");
  manual.release();
  const back = nextChange(bench.printer);
  bench.cable.plug();
  await back;
  assert.equal((await bench.printer.status()).device, "online");
});

Deno.test("ESC/POS printer: reset() ends a print and empties the buffers", async () => {
  const manual = new ManualPause();
  await using bench = await openBench({}, { pause: manual.pause });
  const printing = bench.printer.print(SLIP, patiently());
  await manual.reached();
  assert.deepEqual(await bench.printer.reset(patiently()), { kind: "done", value: null });
  assert.deepEqual(await printing, { kind: "failed", reason: "cancelled" });
});

interface Bench extends AsyncDisposable {
  readonly printer: ReceiptPrinter;
  readonly simulator: PrinterLineSimulator;
  readonly mechanism: PrinterMechanism;
  readonly cable: Cable;
  /** What is on the paper that hangs out, sheet by sheet. */
  texts(): string[];
}

async function openBench(
  options: Partial<EscposPrinterOptions> = {},
  printer: Partial<ConstructorParameters<typeof PrinterLineSimulator>[0]> = {},
): Promise<Bench> {
  const mechanism = new PrinterMechanism(48);
  const simulator = new PrinterLineSimulator({
    mechanism,
    printTakesMs: 1,
    pause: () => Promise.resolve(),
    ...printer,
  });
  const cable = new Cable((line) => simulator.serve(line));
  const driver = await openEscposPrinter({
    openLine: cable.openLine,
    columns: 48,
    watchMs: 60_000,
    backOffMs: [1],
    ...options,
  });
  return {
    printer: driver,
    simulator,
    mechanism,
    cable,
    texts: () => mechanism.sheets.map(textOfSheet),
    [Symbol.asyncDispose]: () => driver[Symbol.asyncDispose](),
  };
}

function nextChange(printer: ReceiptPrinter): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = printer.subscribe(() => resolve());
  return promise.finally(end);
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function patiently(): CommandOptions {
  return { signal: new AbortController().signal, timeoutMs: 60_000 };
}
