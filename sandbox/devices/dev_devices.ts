import type { IdCard, KioskDevices, SocialSecurityCard } from "../../ffi/contract.ts";
import { type CardFault, SimulatedCardReader } from "./card_reader.ts";
import { SimulatedIdCardReader } from "./id_card_reader.ts";
import type { PaperSheet } from "./paper_roll.ts";
import { type Pause, pauseFor } from "../../server/platform/pause.ts";
import { FULL_ROLL_LINES, LOW_ROLL_LINES } from "./printer_mechanism.ts";
import { SimulatedReceiptPrinter } from "./receipt_printer.ts";
import { SimulatedScanner } from "./scanner.ts";

/** As long as a real chip takes, so that a card can be pulled too early by hand. */
const READ_TAKES_MS = 700;
const PRINT_TAKES_MS = 900;
const COLUMNS_80_MM = 48;

export interface DevDevicesOptions {
  readonly pause?: Pause;
  readonly readTakesMs?: number;
  readonly printTakesMs?: number;
  readonly columns?: number;
}

export type PaperLevel = "full" | "low" | "out";

const ROLL_LINES: Record<PaperLevel, number> = {
  full: FULL_ROLL_LINES,
  low: LOW_ROLL_LINES,
  out: 0,
};

/** The simulated devices of one kiosk, and the hand that acts on them from the dev dock. */
export class DevDevices {
  readonly #cardReader: SimulatedCardReader;
  readonly #idCardReader: SimulatedIdCardReader;
  readonly #scanner = new SimulatedScanner();
  readonly #printer: SimulatedReceiptPrinter;
  #card: { readonly personId: string; readonly fault: CardFault | null } | null = null;

  constructor(options: DevDevicesOptions = {}) {
    const pause = options.pause ?? pauseFor;
    const readTakesMs = options.readTakesMs ?? READ_TAKES_MS;
    this.#cardReader = new SimulatedCardReader({ pause, readTakesMs });
    this.#idCardReader = new SimulatedIdCardReader({ pause, readTakesMs });
    this.#printer = new SimulatedReceiptPrinter({
      pause,
      printTakesMs: options.printTakesMs ?? PRINT_TAKES_MS,
      columns: options.columns ?? COLUMNS_80_MM,
    });
  }

  get devices(): KioskDevices {
    return {
      cardReader: this.#cardReader,
      idCardReader: this.#idCardReader,
      scanner: this.#scanner,
      receiptPrinter: this.#printer,
    };
  }

  insertCard(
    card: SocialSecurityCard,
    held: { readonly personId: string; readonly fault: CardFault | null },
  ): boolean {
    this.#cardReader.insert(card, held.fault);
    this.#card = held;
    return true;
  }

  pullCard(): void {
    this.#cardReader.pull();
    this.#card = null;
  }

  tapCard(card: SocialSecurityCard): boolean {
    return this.#cardReader.tap(card);
  }

  tapIdCard(card: IdCard, fault: "unreadable" | null): boolean {
    return this.#idCardReader.lay(card, fault);
  }

  scan(text: string): boolean {
    return this.#scanner.present(text);
  }

  setPaper(level: PaperLevel): void {
    this.#printer.loadPaper(ROLL_LINES[level]);
  }

  setPaperLines(linesLeft: number): void {
    this.#printer.loadPaper(linesLeft);
  }

  setCover(open: boolean): void {
    this.#printer.setCover(open);
  }

  setOnline(
    device: "card_reader" | "id_card_reader" | "scanner" | "receipt_printer",
    online: boolean,
  ): void {
    switch (device) {
      case "card_reader":
        return this.#cardReader.setOnline(online);
      case "id_card_reader":
        return this.#idCardReader.setOnline(online);
      case "scanner":
        return this.#scanner.setOnline(online);
      case "receipt_printer":
        return this.#printer.setOnline(online);
    }
  }

  takePaper(): void {
    this.#printer.tearOff();
  }

  onChange(listener: () => void): void {
    this.#printer.mechanism.onChange(listener);
    this.#cardReader.subscribe(listener);
  }

  get card(): { readonly personId: string; readonly fault: CardFault | null } | null {
    return this.#card;
  }

  get printer(): {
    readonly paper: PaperLevel;
    readonly linesLeft: number;
    readonly coverOpen: boolean;
  } {
    const { paper, linesLeft, coverOpen } = this.#printer;
    return { paper, linesLeft, coverOpen };
  }

  get paper(): { readonly columns: number; readonly sheets: readonly PaperSheet[] } {
    return { columns: this.#printer.capabilities.columns, sheets: this.#printer.sheets };
  }
}
