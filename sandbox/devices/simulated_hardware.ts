import type { IdCard, SocialSecurityCard } from "../../ffi/contract.ts";
import type { Pause } from "../../server/platform/pause.ts";
import { CabinetBody } from "./cabinet_body.ts";
import { CabinetModemPort } from "./cabinet_modem_line.ts";
import { CabinetPower, type PowerSupply } from "./cabinet_power.ts";
import { RelayBoardSimulator } from "./cabinet_relay_board.ts";
import { UpsLineSimulator } from "./cabinet_ups_line.ts";
import type { CardFault } from "./card_reader.ts";
import { IdCardField } from "./id_card_field.ts";
import { IdCardLineSimulator } from "./id_card_line.ts";
import type { CardPath, CardPlace, Jam } from "./motor_reader/card_path.ts";
import { SimulatedCrt571 } from "./motor_reader/simulated_crt571.ts";
import type { PaperSheet } from "./paper_roll.ts";
import type { HandKey } from "./pin_pad/pad_state.ts";
import { simulateZt598Pad } from "./pin_pad/zt598_simulator.ts";
import { PrinterLineSimulator } from "./printer_line.ts";
import { FULL_ROLL_LINES, LOW_ROLL_LINES, PrinterMechanism } from "./printer_mechanism.ts";
import { PtyCable } from "./pty_cable.ts";
import { ScannerLineSimulator } from "./scanner_line.ts";
import { type VendorAnswer, writeVendorScript } from "./vendor/script.ts";

export interface SimulatedHardwareOptions {
  /** For the links to the serial ports, and the script that the card library reads. */
  readonly folder: string;
  readonly pause: Pause;
  readonly readTakesMs: number;
  readonly moveTakesMs: number;
  readonly printTakesMs: number;
}

/** Ports by the names under which the terminal's configuration finds them. */
export type HardwarePort =
  | "card_reader"
  | "id_card_reader"
  | "scanner"
  | "printer"
  | "pin_pad"
  | "ups"
  | "lights";

export type HardwareDevice =
  | "card_reader"
  | "id_card_reader"
  | "scanner"
  | "receipt_printer"
  | "pin_pad"
  | "ups";

/** What the card library does at its next reads. */
type LibraryState = "sound" | "crash" | "hang" | "slow";

interface HeldCard {
  readonly personId: string;
  readonly fault: CardFault | null;
}

interface InsertedCard {
  readonly card: SocialSecurityCard;
  readonly held: HeldCard;
}

const COLUMNS = 48;
/** A hand that holds a card out waits so long for the shutter to open. */
const SHUTTER_WAIT_MS_MAX = 5_000;
/** A tapped card lies on the aerial so long. */
const TAP_MS = 1_500;
const CONTACT_SYMBOL = "iReadCardBas";
/** Within the deadline of a read. */
const SLOW_READ_MS = 6_000;
const NO_CHIP_ANSWERS = -4;
const CARD_DATA_WRONG = -15;

/**
 * One kiosk's devices as they are wired: serial ports (ptys) with simulators behind them, and the
 * script of the simulated card library. What the dev dock asks of the virtual devices these do too.
 */
export class SimulatedHardware implements AsyncDisposable {
  readonly scriptPath: string;
  readonly #pinPad = simulateZt598Pad();
  readonly #body = new CabinetBody();
  readonly #power = new CabinetPower();
  /** The sensors' port: a pty has no modem lines, so this one line is none. */
  readonly cabinetPort = new CabinetModemPort(this.#body);
  readonly #options: SimulatedHardwareOptions;
  readonly #motor: SimulatedCrt571<InsertedCard>;
  readonly #field = new IdCardField();
  readonly #mechanism = new PrinterMechanism(COLUMNS);
  readonly #scanner: ScannerLineSimulator;
  readonly #cables: Readonly<Record<HardwarePort, PtyCable>>;
  readonly #off = new AbortController();
  #library: LibraryState = "sound";
  #tapped: SocialSecurityCard | null = null;

  constructor(options: SimulatedHardwareOptions) {
    const { folder, pause, moveTakesMs, readTakesMs, printTakesMs } = options;
    this.#options = options;
    this.scriptPath = `${folder}/card_script.txt`;
    this.#motor = new SimulatedCrt571({ pause, moveTakesMs });
    this.#scanner = new ScannerLineSimulator({ pause, betweenCodesMs: 0 });
    const idCards = new IdCardLineSimulator({ field: this.#field, pause, readTakesMs });
    const printer = new PrinterLineSimulator({ mechanism: this.#mechanism, pause, printTakesMs });
    const cable = (port: HardwarePort, device: { serve: PtyCableServe }) =>
      new PtyCable({ link: `${folder}/${port}`, serve: (line) => device.serve(line) });
    this.#cables = {
      card_reader: cable("card_reader", this.#motor),
      id_card_reader: cable("id_card_reader", idCards),
      scanner: cable("scanner", this.#scanner),
      printer: cable("printer", printer),
      pin_pad: cable("pin_pad", this.#pinPad),
      ups: cable("ups", new UpsLineSimulator(this.#power)),
      lights: cable("lights", new RelayBoardSimulator()),
    };
    this.#motor.path.subscribe(() => void this.#writeScript());
  }

  async plugAll(): Promise<void> {
    await this.#writeScript();
    for (const cable of Object.values(this.#cables)) await cable.plug();
  }

  portPath(port: HardwarePort): string {
    return `${this.#options.folder}/${port}`;
  }

  /** False when the shutter stays shut: nobody waits for a card. */
  async insertCard(card: SocialSecurityCard, held: HeldCard): Promise<boolean> {
    const path = this.#motor.path;
    if (!await opened(path, this.#off.signal)) return false;
    return path.insert({ card, held });
  }

  /** The chip behind these ports is the library's, which reads social-security cards alone. */
  insertBankCard(): boolean {
    return false;
  }

  tapBankCard(): boolean {
    return false;
  }

  pressPad(key: HandKey): boolean {
    const { isKeypadOpen } = this.#pinPad.state;
    if (isKeypadOpen) this.#pinPad.press(key);
    return isKeypadOpen;
  }

  /** No insurance terminal hangs on these ports. */
  showFace(): boolean {
    return false;
  }

  pullCard(): void {
    this.#motor.path.pull();
  }

  async tapCard(card: SocialSecurityCard): Promise<boolean> {
    if (card.version !== "3.00" || !this.#motor.path.letsIn) return false;
    this.#tapped = card;
    await this.#writeScript();
    void this.#options.pause(TAP_MS, this.#off.signal).then(() => {
      if (this.#tapped === card) this.#tapped = null;
      return this.#writeScript();
    });
    return true;
  }

  tapIdCard(card: IdCard, fault: "unreadable" | null): boolean {
    const laid = this.#field.lay(card, fault);
    void this.#options.pause(TAP_MS, this.#off.signal).then(() => {
      if (this.#field.laid === laid) this.#field.lift();
    });
    return true;
  }

  scan(text: string): boolean {
    return this.#scanner.present(text);
  }

  setPaper(level: "full" | "low" | "out"): void {
    this.#mechanism.loadPaper({ full: FULL_ROLL_LINES, low: LOW_ROLL_LINES, out: 0 }[level]);
  }

  setPaperLines(linesLeft: number): void {
    this.#mechanism.loadPaper(linesLeft);
  }

  setCover(open: boolean): void {
    this.#mechanism.setCover(open);
  }

  takePaper(): void {
    this.#mechanism.tearOff();
  }

  async setOnline(device: HardwareDevice, online: boolean): Promise<void> {
    const cable = this.#cables[device === "receipt_printer" ? "printer" : device];
    await (online ? cable.plug() : cable.unplug());
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
    this.#motor.path.jamCard(jam);
  }

  setBin(full: boolean): void {
    const { path } = this.#motor;
    if (!full) path.emptyBin();
    while (full && !path.isBinFull) path.fill();
  }

  /** True: there is one. */
  async setLibrary(library: LibraryState): Promise<boolean> {
    this.#library = library;
    await this.#writeScript();
    return true;
  }

  /** At the slot the patient can take it. */
  get cardPlace(): CardPlace | null {
    return this.#motor.path.place;
  }

  get card(): HeldCard | null {
    return this.#motor.path.medium?.held ?? null;
  }

  get cabinet(): {
    readonly doorOpen: boolean;
    readonly supply: PowerSupply;
    readonly padTampered: boolean;
    readonly jam: Jam | null;
    readonly binFull: boolean;
    readonly library: LibraryState;
  } {
    return {
      doorOpen: this.#body.doorOpen,
      supply: this.#power.supply,
      padTampered: this.#pinPad.state.isTampered,
      jam: this.#motor.path.jam,
      binFull: this.#motor.path.isBinFull,
      library: this.#library,
    };
  }

  get printer(): {
    readonly paper: "full" | "low" | "out";
    readonly linesLeft: number;
    readonly coverOpen: boolean;
  } {
    const { paper, linesLeft, coverOpen } = this.#mechanism;
    return { paper, linesLeft, coverOpen };
  }

  get paper(): { readonly columns: number; readonly sheets: readonly PaperSheet[] } {
    return { columns: COLUMNS, sheets: this.#mechanism.sheets };
  }

  /** Told after whatever the dock may show differently. */
  onChange(listener: () => void): void {
    this.#mechanism.onChange(listener);
    this.#motor.path.subscribe(listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#off.abort();
    for (const cable of Object.values(this.#cables)) await cable[Symbol.asyncDispose]();
    await this.#writing;
  }

  #writing: Promise<void> = Promise.resolve();

  /** One after the other, so that the last state is the last that is written. */
  #writeScript(): Promise<void> {
    this.#writing = this.#writing.then(() =>
      writeVendorScript(this.scriptPath, { answers: { [CONTACT_SYMBOL]: this.#answer() } })
    );
    return this.#writing;
  }

  #answer(): VendorAnswer {
    const slowMs = this.#library === "slow" ? SLOW_READ_MS : this.#options.readTakesMs;
    const { medium, place } = this.#motor.path;
    if (this.#tapped) return { card: "contactless", out: recordOf(this.#tapped), slowMs };
    if (!medium || place === "slot") return { card: "none" };
    if (this.#library === "crash" || this.#library === "hang") return { end: this.#library };
    const card = medium.card.version === "3.00" && place === "contactless"
      ? "contactless"
      : "contact";
    switch (medium.held.fault) {
      case "unreadable":
        return { card, code: CARD_DATA_WRONG, out: "", slowMs };
      case "wrong_way_round":
        return { card, code: NO_CHIP_ANSWERS, out: "", slowMs };
      case null:
        return { card, out: recordOf(medium.card), slowMs };
    }
  }
}

type PtyCableServe = ConstructorParameters<typeof PtyCable>[0]["serve"];

async function opened(path: CardPath<unknown>, off: AbortSignal): Promise<boolean> {
  if (path.letsIn) return true;
  const opening = Promise.withResolvers<void>();
  const end = path.subscribe(() => path.letsIn && opening.resolve());
  const timer = setTimeout(() => opening.resolve(), SHUTTER_WAIT_MS_MAX);
  off.addEventListener("abort", () => opening.resolve(), { once: true });
  await opening.promise;
  clearTimeout(timer);
  end();
  return path.letsIn;
}

/** `pOutInfo` of `iReadCardBas` (shared specs, devices §1.2). */
function recordOf(card: SocialSecurityCard): string {
  return [
    card.region,
    card.socialSecurityNumber,
    card.cardNumber,
    card.cardIdentifier,
    card.name,
    "00814E43238697159900BF7C7A",
    card.version,
    "20200101",
    "20300101",
    "410100813475",
    "0001",
    "",
  ].join("|");
}
