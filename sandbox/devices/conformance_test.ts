import { CARD_READER_CHECKS, type CardReaderRig } from "../../ffi/conformance/card_reader.ts";
import {
  ID_CARD_READER_CHECKS,
  type IdCardReaderRig,
} from "../../ffi/conformance/id_card_reader.ts";
import {
  RECEIPT_PRINTER_CHECKS,
  type ReceiptPrinterRig,
} from "../../ffi/conformance/receipt_printer.ts";
import { SCANNER_CHECKS, type ScannerRig } from "../../ffi/conformance/scanner.ts";
import type { IdCard, SocialSecurityCard } from "../../ffi/contract.ts";
import { SimulatedCardReader } from "./card_reader.ts";
import { SimulatedIdCardReader } from "./id_card_reader.ts";
import { ManualPause } from "./manual_pause.ts";
import { SimulatedReceiptPrinter } from "./receipt_printer.ts";
import { SimulatedScanner } from "./scanner.ts";

const CARD: SocialSecurityCard = {
  region: "441900",
  socialSecurityNumber: "441900199001010000",
  cardNumber: "X00000019",
  cardIdentifier: "441900D15600000500BF7C7A48FB4966",
  name: "陈测试",
  version: "3.00",
};
const ID_CARD: IdCard = {
  document: "resident",
  name: "陈测试",
  idNumber: "441900199001010000",
  validUntil: "长期",
};

for (const [behaviour, check] of Object.entries(CARD_READER_CHECKS)) {
  Deno.test(`simulated card reader: ${behaviour}`, () => check(cardReaderRig()));
}
for (const [behaviour, check] of Object.entries(ID_CARD_READER_CHECKS)) {
  Deno.test(`simulated ID card reader: ${behaviour}`, () => check(idCardReaderRig()));
}
for (const [behaviour, check] of Object.entries(SCANNER_CHECKS)) {
  Deno.test(`simulated scanner: ${behaviour}`, () => check(scannerRig()));
}
for (const [behaviour, check] of Object.entries(RECEIPT_PRINTER_CHECKS)) {
  Deno.test(`simulated receipt printer: ${behaviour}`, () => check(printerRig()));
}

function cardReaderRig(): CardReaderRig {
  const manual = new ManualPause();
  const reader = new SimulatedCardReader({ pause: manual.pause, readTakesMs: 1 });
  return {
    reader,
    insertGood: () => reader.insert(CARD),
    insertUnreadable: () => reader.insert(CARD, "unreadable"),
    insertWrongWayRound: () => reader.insert(CARD, "wrong_way_round"),
    pull: () => reader.pull(),
    tapGood: () => void reader.tap(CARD),
    fillBin: () => reader.fillBin(),
    jam: (kind) => reader.jam(kind),
    setOnline: (online) => reader.setOnline(online),
    reading: () => manual.reached(),
    finishReading: () => manual.release(),
  };
}

function idCardReaderRig(): IdCardReaderRig {
  const manual = new ManualPause();
  const reader = new SimulatedIdCardReader({ pause: manual.pause, readTakesMs: 1 });
  return {
    reader,
    layGood: () => void reader.lay(ID_CARD),
    layUnreadable: () => void reader.lay(ID_CARD, "unreadable"),
    lift: () => reader.lift(),
    reading: () => manual.reached(),
    finishReading: () => manual.release(),
  };
}

function scannerRig(): ScannerRig {
  const scanner = new SimulatedScanner();
  return {
    scanner,
    show: (text) => {
      scanner.present(text);
      return Promise.resolve();
    },
  };
}

function printerRig(): ReceiptPrinterRig {
  const printer = new SimulatedReceiptPrinter({
    pause: () => Promise.resolve(),
    printTakesMs: 1,
    columns: 48,
  });
  return {
    printer,
    loadPaper: (lines) => printer.loadPaper(lines),
    setCover: (open) => printer.setCover(open),
  };
}
