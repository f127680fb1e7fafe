import type {
  CommandOptions,
  Completion,
  PrintFailure,
  RealTimeStatusNumber,
  ReceiptPrinter,
  ReceiptPrinterStatus,
  StatusChanged,
} from "../../ffi/contract.ts";
import { CommandSlot } from "../../ffi/command_slot.ts";
import { Listeners } from "../../ffi/listeners.ts";
import { PaperRoll, type PaperSheet } from "./paper_roll.ts";
import type { Pause } from "../../server/platform/pause.ts";

/** A new 80 mm roll of 80 m, in lines. */
export const FULL_ROLL_LINES = 20_000;
/** Where the near-end sensor of the roll trips. */
export const LOW_ROLL_LINES = 200;
const SLIP_BYTES_MAX = 64 * 1024;

interface Options {
  readonly pause: Pause;
  readonly printTakesMs: number;
  /** 48 for 80 mm paper, 32 for 58 mm. */
  readonly columns: number;
}

/** A thermal printer with a roll, a cover and a cutter. */
export class SimulatedReceiptPrinter implements ReceiptPrinter {
  readonly capabilities;
  readonly #options: Options;
  readonly #roll: PaperRoll;
  readonly #slot = new CommandSlot();
  readonly #listeners = new Listeners<StatusChanged>();
  #online = true;
  #coverOpen = false;

  constructor(options: Options) {
    this.#options = options;
    this.#roll = new PaperRoll({ columns: options.columns, lines: FULL_ROLL_LINES });
    this.capabilities = { columns: options.columns, cutter: true, bytesMax: SLIP_BYTES_MAX };
  }

  get sheets(): readonly PaperSheet[] {
    return this.#roll.sheets;
  }

  get linesLeft(): number {
    return this.#roll.linesLeft;
  }

  get coverOpen(): boolean {
    return this.#coverOpen;
  }

  get paper(): "full" | "low" | "out" {
    if (this.#roll.linesLeft === 0) return "out";
    return this.#roll.linesLeft <= LOW_ROLL_LINES ? "low" : "full";
  }

  status(): Promise<ReceiptPrinterStatus> {
    return Promise.resolve({
      device: this.#online ? "online" : "offline",
      paper: this.paper,
      cover: this.#coverOpen ? "open" : "closed",
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
      const whole = this.#roll.write(bytes);
      this.#listeners.tell({ kind: "status_changed" });
      return whole ? { kind: "done", value: null } : { kind: "failed", reason: "paper_out" };
    });
  }

  realTimeStatus(
    n: RealTimeStatusNumber,
    _options: CommandOptions,
  ): Promise<Completion<number>> {
    if (!this.#online) return Promise.resolve({ kind: "failed", reason: "offline" });
    return Promise.resolve({ kind: "done", value: 0x12 | this.#statusBits(n) });
  }

  reset(_options: CommandOptions): Promise<Completion<null>> {
    if (!this.#online) return Promise.resolve({ kind: "failed", reason: "offline" });
    this.#slot.end("cancelled");
    return Promise.resolve({ kind: "done", value: null });
  }

  loadPaper(lines: number): void {
    this.#roll.load(lines);
    this.#listeners.tell({ kind: "status_changed" });
  }

  setCover(open: boolean): void {
    this.#coverOpen = open;
    this.#listeners.tell({ kind: "status_changed" });
  }

  setOnline(online: boolean): void {
    this.#online = online;
    if (!online) this.#slot.end("offline");
    this.#listeners.tell({ kind: "status_changed" });
  }

  tearOff(): void {
    this.#roll.tearOff();
    this.#listeners.tell({ kind: "status_changed" });
  }

  #hindrance(): "offline" | "cover_open" | "paper_out" | null {
    if (!this.#online) return "offline";
    if (this.#coverOpen) return "cover_open";
    return this.paper === "out" ? "paper_out" : null;
  }

  #statusBits(n: RealTimeStatusNumber): number {
    const out = this.paper === "out";
    switch (n) {
      case 1:
        return out || this.#coverOpen ? 0x08 : 0;
      case 2:
        return (this.#coverOpen ? 0x04 : 0) | (out ? 0x20 : 0);
      case 3:
        return 0;
      case 4:
        return (out ? 0x60 : 0) | (this.paper === "full" ? 0 : 0x0c);
    }
  }
}
