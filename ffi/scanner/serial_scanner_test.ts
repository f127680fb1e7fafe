import assert from "node:assert/strict";
import { Cable } from "../../sandbox/devices/cable.ts";
import { ScannerLineSimulator } from "../../sandbox/devices/scanner_line.ts";
import { pauseFor } from "../../server/platform/pause.ts";
import { SCANNER_CHECKS } from "../conformance/scanner.ts";
import type { CommandOptions, Scanner } from "../contract.ts";
import { openSerialScanner, type SerialScannerOptions } from "./serial_scanner.ts";

const GAP_MS = 5;
/** The hand is much slower than the line. */
const BETWEEN_CODES_MS = 60;
const TRIGGER = { on: Uint8Array.of(0x16, 0x54, 0x0d), off: Uint8Array.of(0x16, 0x55, 0x0d) };

for (const [behaviour, check] of Object.entries(SCANNER_CHECKS)) {
  Deno.test(`serial scanner: ${behaviour}`, async () => {
    await using bench = await openBench();
    await check({
      scanner: bench.scanner,
      show: async (text) => {
        bench.simulator.present(text);
        await bench.simulator.sent();
      },
    });
  });
}

Deno.test("serial scanner delivers a code that comes byte by byte, in GBK (R-DEV-13)", async () => {
  await using bench = await openBench({}, { encoding: "gbk" });
  bench.simulator.wire.splitInto(1);
  const scanning = bench.scanner.scan(patiently());
  bench.simulator.present("就诊码123");
  assert.deepEqual(await scanning, { kind: "done", value: "就诊码123" });
});

Deno.test("serial scanner drops the rest of a code that began before the scan", async () => {
  await using bench = await openBench();
  bench.simulator.presentBytes(Uint8Array.of(0x31, 0x31));
  await bench.simulator.sent();
  const scanning = bench.scanner.scan(patiently());
  bench.simulator.presentBytes(Uint8Array.of(0x31, 0x31, 0x0d));
  bench.simulator.present("2222");
  assert.deepEqual(await scanning, { kind: "done", value: "2222" });
});

Deno.test("serial scanner switches the light on for a scan, and off behind it", async () => {
  await using bench = await openBench({ trigger: TRIGGER }, { trigger: TRIGGER });
  assert.equal(bench.simulator.present("111111"), false);
  const scanning = bench.scanner.scan(patiently());
  await bench.simulator.light(true);
  bench.simulator.present("222222");
  assert.deepEqual(await scanning, { kind: "done", value: "222222" });
  await bench.simulator.light(false);
  const stop = new AbortController();
  const cancelled = bench.scanner.scan({ signal: stop.signal, timeoutMs: 60_000 });
  await bench.simulator.light(true);
  stop.abort();
  await cancelled;
  await bench.simulator.light(false);
});

Deno.test("serial scanner: a pulled cable ends the scan, and it comes back by itself", async () => {
  await using bench = await openBench();
  const scanning = bench.scanner.scan(patiently());
  await bench.cable.unplug();
  assert.deepEqual(await scanning, { kind: "failed", reason: "offline" });
  assert.deepEqual(await bench.scanner.status(), { device: "offline", armed: false });
  assert.deepEqual(await bench.scanner.scan(patiently()), { kind: "failed", reason: "offline" });
  const back = Promise.withResolvers<void>();
  bench.scanner.subscribe(() => back.resolve());
  bench.cable.plug();
  await back.promise;
  const again = bench.scanner.scan(patiently());
  bench.simulator.present("3333");
  assert.deepEqual(await again, { kind: "done", value: "3333" });
});

interface Bench extends AsyncDisposable {
  readonly scanner: Scanner;
  readonly simulator: ScannerLineSimulator;
  readonly cable: Cable;
}

async function openBench(
  options: Partial<SerialScannerOptions> = {},
  device: Partial<ConstructorParameters<typeof ScannerLineSimulator>[0]> = {},
): Promise<Bench> {
  const simulator = new ScannerLineSimulator({
    pause: pauseFor,
    betweenCodesMs: BETWEEN_CODES_MS,
    ...device,
  });
  const cable = new Cable((line) => simulator.serve(line));
  const scanner = await openSerialScanner({
    openLine: cable.openLine,
    gapMs: GAP_MS,
    backOffMs: [1],
    ...options,
  });
  return {
    scanner,
    simulator,
    cable,
    [Symbol.asyncDispose]: () => scanner[Symbol.asyncDispose](),
  };
}

function patiently(): CommandOptions {
  return { signal: new AbortController().signal, timeoutMs: 60_000 };
}
