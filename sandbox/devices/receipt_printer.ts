import type {
  CommandOptions,
  Completion,
  DeviceCondition,
  PrintFailure,
  RealTimeStatusNumber,
  ReceiptPrinter,
  ReceiptPrinterStatus,
  StatusChanged,
} from "../../ffi/contract.ts";
import { CommandSlot } from "../../ffi/command_slot.ts";
import { Listeners } from "../../ffi/listeners.ts";
import type { PaperSheet } from "./paper_roll.ts";
import type { Pause } from "../../server/platform/pause.ts";
import { PrinterMechanism } from "./printer_mechanism.ts";

const SLIP_BYTES_MAX = 64 * 1024;

interface Options {
  readonly pause: Pause;
  readonly printTakesMs: number;
  /** 48 for 80 mm paper, 32 for 58 mm. */
  readonly columns: number;
  /** A new one when none is given. */
  readonly mechanism?: PrinterMechanism;
}

/** A thermal printer with a roll, a cover and a cutter. */
export class SimulatedReceiptPrinter implements ReceiptPrinter {
  readonly capabilities;
  /** Roll, cover and cutter: what a hand acts on. */
  readonly mechanism: PrinterMechanism;
  readonly #options: Options;
  readonly #slot = new CommandSlot();
  readonly #listeners = new Listeners<StatusChanged>();
  #online = true;

  constructor(options: Options) {
    this.#options = options;
    this.mechanism = options.mechanism ?? new PrinterMechanism(options.columns);
    this.mechanism.onChange(() => this.#listeners.tell({ kind: "status_changed" }));
    this.capabilities = { columns: options.columns, cutter: true, bytesMax: SLIP_BYTES_MAX };
  }

  get sheets(): readonly PaperSheet[] {
    return this.mechanism.sheets;
  }

  get linesLeft(): number {
    return this.mechanism.linesLeft;
  }

  get coverOpen(): boolean {
    return this.mechanism.coverOpen;
  }

  get paper(): "full" | "low" | "out" {
    return this.mechanism.paper;
  }

  status(): Promise<ReceiptPrinterStatus> {
    return Promise.resolve({
      device: this.#device,
      paper: this.paper,
      cover: this.coverOpen ? "open" : "closed",
    });
  }

  subscribe(listener: (event: StatusChanged) => void): () => void {
    return this.#listeners.add(listener);
  }

  async print(
    bytes: Uint8Array,
    options: CommandOptions,
  ): Promise<Completion<null, PrintFailure>> {
    if (bytes.length > SLIP_BYTES_MAX) return { kind: "failed", reason: "too_long" };
    const hindrance = this.#hindrance();
    if (hindrance) return { kind: "failed", reason: hindrance };
    return await this.#slot.run<null, PrintFailure>(options, async (signal) => {
      await this.#options.pause(this.#options.printTakesMs, signal);
      const opened = this.#hindrance();
      if (opened) return { kind: "failed", reason: opened };
      const whole = this.mechanism.write(bytes);
      return whole ? { kind: "done", value: null } : { kind: "failed", reason: "paper_out" };
    });
  }

  realTimeStatus(
    n: RealTimeStatusNumber,
    _options: CommandOptions,
  ): Promise<Completion<number>> {
    if (!this.#online) return Promise.resolve({ kind: "failed", reason: "offline" });
    return Promise.resolve({ kind: "done", value: this.mechanism.realTimeStatus(n) });
  }

  reset(_options: CommandOptions): Promise<Completion<null>> {
    if (!this.#online) return Promise.resolve({ kind: "failed", reason: "offline" });
    this.#slot.end("cancelled");
    return Promise.resolve({ kind: "done", value: null });
  }

  loadPaper(lines: number): void {
    this.mechanism.loadPaper(lines);
  }

  setCover(open: boolean): void {
    this.mechanism.setCover(open);
  }

  setOnline(online: boolean): void {
    this.#online = online;
    if (!online) this.#slot.end("offline");
    this.#listeners.tell({ kind: "status_changed" });
  }

  tearOff(): void {
    this.mechanism.tearOff();
  }

  get #device(): DeviceCondition {
    if (!this.#online) return "offline";
    return this.mechanism.hindrance === "cutter_jammed" ? "hardware_error" : "online";
  }

  #hindrance(): "offline" | "cover_open" | "paper_out" | "hardware_error" | null {
    if (!this.#online) return "offline";
    const { hindrance } = this.mechanism;
    return hindrance === "cutter_jammed" ? "hardware_error" : hindrance;
  }
}
