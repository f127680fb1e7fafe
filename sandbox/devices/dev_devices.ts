import type { IdCard, KioskDevices, SocialSecurityCard } from "../../ffi/contract.ts";
import type { BankCard } from "./bank_card.ts";
import { CabinetBody } from "./cabinet_body.ts";
import { SimulatedLights } from "./cabinet_lights.ts";
import { CabinetPower, type PowerSupply } from "./cabinet_power.ts";
import { SimulatedCabinetSensors } from "./cabinet_sensors.ts";
import { SimulatedUps } from "./cabinet_ups.ts";
import { type CardFault, SimulatedCardReader } from "./card_reader.ts";
import { SimulatedIdCardReader } from "./id_card_reader.ts";
import { type EcPerson, SimulatedInsuranceTerminal } from "./insurance_terminal.ts";
import type { Jam } from "./motor_reader/card_path.ts";
import type { PaperSheet } from "./paper_roll.ts";
import type { HandKey } from "./pin_pad/pad_state.ts";
import { SimulatedPinPad } from "./pin_pad/simulated_pin_pad.ts";
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
  /** Whose the insurance voucher is; nobody's when it is not said. */
  readonly findInsured?: (voucher: string) => EcPerson | null;
  /** What insurance takes for a face. */
  readonly issueToken?: (person: EcPerson) => Promise<string>;
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
  readonly #pinPad = new SimulatedPinPad({ isSecureRoom: true });
  readonly #insuranceTerminal: SimulatedInsuranceTerminal;
  readonly #body = new CabinetBody();
  readonly #power = new CabinetPower();
  readonly #sensors = new SimulatedCabinetSensors(this.#body);
  readonly #ups = new SimulatedUps(this.#power);
  readonly #lights = new SimulatedLights();
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
    this.#insuranceTerminal = new SimulatedInsuranceTerminal({
      pause,
      callTakesMs: readTakesMs,
      findPerson: options.findInsured ?? (() => null),
      ...(options.issueToken && { issueToken: options.issueToken }),
    });
  }

  get devices(): KioskDevices {
    return {
      cardReader: this.#cardReader,
      idCardReader: this.#idCardReader,
      scanner: this.#scanner,
      receiptPrinter: this.#printer,
      pinPad: this.#pinPad,
      insuranceTerminal: this.#insuranceTerminal,
      cabinet: this.#sensors,
      ups: this.#ups,
      lights: this.#lights,
    };
  }

  insertCard(
    card: SocialSecurityCard,
    held: { readonly personId: string; readonly fault: CardFault | null },
    bank: BankCard | null = null,
  ): boolean {
    this.#cardReader.insert(card, held.fault, bank);
    this.#card = held;
    return true;
  }

  insertBankCard(
    bank: BankCard,
    held: { readonly personId: string; readonly fault: CardFault | null },
  ): boolean {
    this.#cardReader.insertBankCard(bank);
    this.#card = held;
    return true;
  }

  tapBankCard(bank: BankCard): boolean {
    return this.#cardReader.tapBankCard(bank);
  }

  /** False while the keypad hears nothing. */
  pressPad(key: HandKey): boolean {
    const { isKeypadOpen } = this.#pinPad.state;
    if (isKeypadOpen) this.#pinPad.press(key);
    return isKeypadOpen;
  }

  /** Who stands before the camera of the insurance terminal. */
  showFace(person: EcPerson | null): boolean {
    this.#insuranceTerminal.stand(person);
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
    device: "card_reader" | "id_card_reader" | "scanner" | "receipt_printer" | "pin_pad" | "ups",
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
      case "pin_pad":
        return this.#pinPad.setOnline(online);
      case "ups":
        return this.#ups.setOnline(online);
    }
  }

  takePaper(): void {
    this.#printer.tearOff();
  }

  setDoor(open: boolean): void {
    this.#body.setDoor(open);
  }

  knock(): void {
    this.#body.shake();
  }

  setSupply(supply: PowerSupply): void {
    this.#power.setSupply(supply);
  }

  setTamper(tampered: boolean): void {
    if (tampered) this.#pinPad.tamper();
    else this.#pinPad.repair();
  }

  setJam(jam: Jam | null): void {
    this.#cardReader.jam(jam);
  }

  setBin(full: boolean): void {
    if (full) this.#cardReader.fillBin();
    else this.#cardReader.emptyBin();
  }

  /** There is none in this form. */
  setLibrary(): boolean {
    return false;
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

  get cabinet(): {
    readonly doorOpen: boolean;
    readonly supply: PowerSupply;
    readonly padTampered: boolean;
    readonly jam: Jam | null;
    readonly binFull: boolean;
    readonly library: null;
  } {
    return {
      doorOpen: this.#body.doorOpen,
      supply: this.#power.supply,
      padTampered: this.#pinPad.state.isTampered,
      jam: this.#cardReader.jammed,
      binFull: this.#cardReader.isBinFull,
      library: null,
    };
  }

  get paper(): { readonly columns: number; readonly sheets: readonly PaperSheet[] } {
    return { columns: this.#printer.capabilities.columns, sheets: this.#printer.sheets };
  }
}
