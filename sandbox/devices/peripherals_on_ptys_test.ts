import assert from "node:assert/strict";
import { UPS_CHECKS } from "../../ffi/conformance/ups.ts";
import { ID_CARD_READER_CHECKS } from "../../ffi/conformance/id_card_reader.ts";
import { RECEIPT_PRINTER_CHECKS } from "../../ffi/conformance/receipt_printer.ts";
import { SCANNER_CHECKS } from "../../ffi/conformance/scanner.ts";
import { openMegatecUps } from "../../ffi/cabinet/megatec_ups.ts";
import type { CommandOptions, IdCard } from "../../ffi/contract.ts";
import { openSdtReader } from "../../ffi/id_card/sdt_reader.ts";
import type { ByteLine, OpenLine } from "../../ffi/line.ts";
import { openEscposPrinter } from "../../ffi/receipt_printer/escpos_printer.ts";
import { openSerialScanner } from "../../ffi/scanner/serial_scanner.ts";
import { openSerialPort } from "../../ffi/serial/serial_port.ts";
import { pauseFor } from "../../server/platform/pause.ts";
import { CabinetPower } from "./cabinet_power.ts";
import { UpsLineSimulator } from "./cabinet_ups_line.ts";
import { IdCardField } from "./id_card_field.ts";
import { IdCardLineSimulator } from "./id_card_line.ts";
import { ManualPause } from "./manual_pause.ts";
import { textOfSheet } from "./paper_roll.ts";
import { PrinterLineSimulator } from "./printer_line.ts";
import { PrinterMechanism } from "./printer_mechanism.ts";
import { openPty } from "./pty.ts";
import { ScannerLineSimulator } from "./scanner_line.ts";

/** The drivers on real ports of the system, which cut and delay bytes as they like. */

const GAP_MS = 20;
const BETWEEN_CODES_MS = 120;
const CARD: IdCard = {
  document: "resident",
  name: "陈测试",
  idNumber: "441900199001010000",
  validUntil: "长期",
};

for (const [behaviour, check] of Object.entries(ID_CARD_READER_CHECKS)) {
  Deno.test(`SDT reader on a pty: ${behaviour}`, async () => {
    const field = new IdCardField();
    const manual = new ManualPause();
    let isReleased = false;
    const simulator = new IdCardLineSimulator({
      field,
      readTakesMs: 1,
      pause: (ms, signal) => isReleased ? Promise.resolve() : manual.pause(ms, signal),
    });
    await using port = await openPort(simulator);
    await using reader = await openSdtReader({ openLine: port.openLine, pollMs: 1 });
    await check({
      reader,
      layGood: () => void field.lay(CARD),
      layUnreadable: () => void field.lay(CARD, "unreadable"),
      lift: () => field.lift(),
      reading: () => manual.reached(),
      finishReading: () => {
        isReleased = true;
        manual.release();
      },
    });
  });
}

for (const [behaviour, check] of Object.entries(SCANNER_CHECKS)) {
  Deno.test(`serial scanner on a pty: ${behaviour}`, async () => {
    const simulator = new ScannerLineSimulator({
      pause: pauseFor,
      betweenCodesMs: BETWEEN_CODES_MS,
    });
    await using port = await openPort(simulator);
    await using scanner = await openSerialScanner({ openLine: port.openLine, gapMs: GAP_MS });
    await check({
      scanner,
      show: async (text) => {
        simulator.present(text);
        await simulator.sent();
      },
    });
  });
}

for (const [behaviour, check] of Object.entries(RECEIPT_PRINTER_CHECKS)) {
  Deno.test(`ESC/POS printer on a pty: ${behaviour}`, async () => {
    await using bench = await openPrinter();
    await check({
      printer: bench.printer,
      loadPaper: (lines) => bench.mechanism.loadPaper(lines),
      setCover: (open) => bench.mechanism.setCover(open),
    });
  });
}

for (const [behaviour, check] of Object.entries(UPS_CHECKS)) {
  Deno.test(`Megatec UPS on a pty: ${behaviour}`, async () => {
    const power = new CabinetPower();
    await using port = await openPort(new UpsLineSimulator(power));
    await using ups = await openMegatecUps({ openLine: port.openLine, pollMs: 1 });
    await check({
      ups,
      setSupply: (supply) => power.setSupply(supply),
      disconnect: () => port.unplug(),
    });
  });
}

Deno.test("ESC/POS printer on a pty prints 64 kB whole", async () => {
  await using bench = await openPrinter();
  const line = "0123456789".repeat(4);
  const slip = new TextEncoder().encode(`\x1b@${`${line}\n`.repeat(1_500)}\x1dVB\0`);
  const options = { signal: new AbortController().signal, timeoutMs: 60_000 };
  assert.deepEqual(await bench.printer.print(slip, options), { kind: "done", value: null });
  const texts = bench.mechanism.sheets.map(textOfSheet);
  assert.deepEqual(texts, [`${line}\n`.repeat(1_500).trimEnd()]);
});

Deno.test("ESC/POS printer on a pty: a cable pulled mid-slip fails it as offline", async () => {
  const manual = new ManualPause();
  await using bench = await openPrinter(manual);
  const options: CommandOptions = { signal: new AbortController().signal, timeoutMs: 60_000 };
  const printing = bench.printer.print(new TextEncoder().encode("one\n\x1dVB\0"), options);
  await manual.reached();
  await bench.port.unplug();
  assert.deepEqual(await printing, { kind: "failed", reason: "offline" });
  manual.release();
});

async function openPrinter(manual?: ManualPause) {
  const mechanism = new PrinterMechanism(48);
  const pause = manual?.pause ?? (() => Promise.resolve());
  const port = await openPort(new PrinterLineSimulator({ mechanism, pause, printTakesMs: 1 }));
  const printer = await openEscposPrinter({ openLine: port.openLine, columns: 48 });
  return {
    mechanism,
    port,
    printer,
    async [Symbol.asyncDispose]() {
      await printer[Symbol.asyncDispose]();
      await port[Symbol.asyncDispose]();
    },
  };
}

interface Port extends AsyncDisposable {
  readonly openLine: OpenLine;
  unplug(): Promise<void>;
}

async function openPort(device: { serve(line: ByteLine): Promise<void> }): Promise<Port> {
  const pty = await openPty();
  const served = device.serve(pty.line);
  return {
    openLine: () => openSerialPort({ path: pty.path, baud: 115_200 }),
    unplug: () => pty.unplug(),
    async [Symbol.asyncDispose]() {
      await pty[Symbol.asyncDispose]();
      await served;
    },
  };
}
