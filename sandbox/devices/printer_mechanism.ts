import type { EscPosCommand } from "./escpos_commands.ts";
import { PaperRoll, type PaperSheet } from "./paper_roll.ts";

/** A new 80 mm roll of 80 m, in lines. */
export const FULL_ROLL_LINES = 20_000;
/** Where the near-end sensor of the roll trips. */
export const LOW_ROLL_LINES = 200;

/** What hinders a printer. */
export type PrinterHindrance = "cover_open" | "paper_out" | "cutter_jammed";

/**
 * Roll, cover and cutter of a thermal printer, whatever it is connected by; the methods that change
 * something are the hand of who looks after it.
 */
export class PrinterMechanism {
  readonly #roll: PaperRoll;
  readonly #listeners = new Set<() => void>();
  #coverOpen = false;
  #cutterJammed = false;

  /** Columns: 48 for 80 mm paper, 32 for 58 mm. */
  constructor(columns: number) {
    this.#roll = new PaperRoll({ columns, lines: FULL_ROLL_LINES });
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

  get hindrance(): PrinterHindrance | null {
    if (this.#coverOpen) return "cover_open";
    if (this.paper === "out") return "paper_out";
    return this.#cutterJammed ? "cutter_jammed" : null;
  }

  /** False when the paper ended first. */
  write(bytes: Uint8Array): boolean {
    return this.#changing(() => this.#roll.write(bytes));
  }

  take(command: EscPosCommand): boolean {
    return this.#changing(() => this.#roll.take(command));
  }

  /** The answer of `DLE EOT n`. */
  realTimeStatus(n: number): number {
    const out = this.paper === "out";
    const bits: Readonly<Record<number, number>> = {
      1: this.hindrance ? 0x08 : 0,
      2: (this.#coverOpen ? 0x04 : 0) | (out ? 0x20 : 0) | (this.#cutterJammed ? 0x40 : 0),
      3: this.#cutterJammed ? 0x08 : 0,
      4: (out ? 0x60 : 0) | (this.paper === "full" ? 0 : 0x0c),
    };
    return 0x12 | (bits[n] ?? 0);
  }

  /** The answer of `GS r 1`. */
  get paperStatus(): number {
    return this.paper === "out" ? 0x0f : this.paper === "low" ? 0x03 : 0;
  }

  loadPaper(lines: number): void {
    this.#changing(() => this.#roll.load(lines));
  }

  setCover(open: boolean): void {
    this.#changing(() => this.#coverOpen = open);
  }

  setCutterJammed(jammed: boolean): void {
    this.#changing(() => this.#cutterJammed = jammed);
  }

  tearOff(): void {
    this.#changing(() => this.#roll.tearOff());
  }

  /** Listeners hear of everything that could be seen on the printer. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  #changing<Result>(change: () => Result): Result {
    const result = change();
    for (const listener of this.#listeners) listener();
    return result;
  }
}
