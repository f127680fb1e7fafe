import { type EscPosCommand, readEscPos } from "./escpos_commands.ts";

export type PaperAlign = "left" | "center" | "right";

export interface PaperRun {
  readonly text: string;
  readonly bold: boolean;
  readonly width: number;
  readonly height: number;
}

export type PaperLine =
  | { readonly kind: "text"; readonly align: PaperAlign; readonly runs: readonly PaperRun[] }
  | {
    readonly kind: "qr";
    readonly align: PaperAlign;
    readonly text: string;
    readonly dots: number;
  };

export interface PaperSheet {
  readonly id: number;
  readonly cut: boolean;
  readonly lines: readonly PaperLine[];
}

/** A QR code of our slips is about as tall as this many lines of text. */
const QR_LINES = 8;
const DOTS_PER_LINE = 30;
/** Sheets that hang out before the oldest is dropped. */
const SHEETS_MAX = 20;
const NORMAL = { align: "left", bold: false, width: 1, height: 1 } as const;

interface Look {
  align: PaperAlign;
  bold: boolean;
  width: number;
  height: number;
}

/** Paper that goes through the printer: what is on it, and how much is left. */
export class PaperRoll {
  readonly columns: number;
  #linesLeft: number;
  #sheets: PaperSheet[] = [];
  #lastId = 0;
  #lines: PaperLine[] = [];
  #runs: PaperRun[] = [];
  #cellsUsed = 0;
  #look: Look = { ...NORMAL };
  #qr = { text: "", dots: 3 };

  constructor(options: { readonly columns: number; readonly lines: number }) {
    this.columns = options.columns;
    this.#linesLeft = options.lines;
  }

  get linesLeft(): number {
    return this.#linesLeft;
  }

  get sheets(): readonly PaperSheet[] {
    if (this.#lines.length === 0) return this.#sheets;
    return [...this.#sheets, { id: this.#lastId + 1, cut: false, lines: this.#lines }];
  }

  load(lines: number): void {
    this.#linesLeft = lines;
  }

  tearOff(): void {
    this.#sheets = [];
    this.#lines = [];
  }

  /** Prints till the end of the bytes or of the paper; false when the paper ended first. */
  write(bytes: Uint8Array): boolean {
    for (const command of readEscPos(bytes)) if (!this.take(command)) return false;
    return true;
  }

  /** Prints what one command prints; false when the paper ended first. */
  take(command: EscPosCommand): boolean {
    const printed = this.#apply(command);
    if (!printed) this.#dropLine();
    return printed;
  }

  #apply(command: EscPosCommand): boolean {
    switch (command.kind) {
      case "initialize":
        this.#look = { ...NORMAL };
        this.#dropLine();
        return true;
      case "character":
        return this.#type(command.text, command.cells);
      case "line_feed":
        return this.#endLine();
      case "feed":
        return this.#feed(command.lines);
      case "align":
        this.#look.align = command.align;
        return true;
      case "bold":
        this.#look.bold = command.on;
        return true;
      case "size":
        this.#look = { ...this.#look, width: command.width, height: command.height };
        return true;
      case "qr_dots":
        this.#qr.dots = command.dots;
        return true;
      case "qr_store":
        this.#qr.text = command.text;
        return true;
      case "qr_print":
        return this.#take(QR_LINES, { kind: "qr", align: this.#look.align, ...this.#qr });
      case "raster":
        return this.#draw(command.rowBytes * 8, command.rows);
      case "transmit_status":
      case "automatic_status":
        return true;
      case "cut":
        return this.#cut();
    }
  }

  /** What was typed and is not on the paper yet. */
  #dropLine(): void {
    this.#runs = [];
    this.#cellsUsed = 0;
  }

  #type(text: string, cells: number): boolean {
    const cellsNeeded = cells * this.#look.width;
    if (this.#cellsUsed + cellsNeeded > this.columns && !this.#endLine()) return false;
    this.#cellsUsed += cellsNeeded;
    const { bold, width, height } = this.#look;
    const last = this.#runs.at(-1);
    if (last && last.bold === bold && last.width === width && last.height === height) {
      this.#runs[this.#runs.length - 1] = { ...last, text: last.text + text };
    } else {
      this.#runs.push({ text, bold, width, height });
    }
    return true;
  }

  #endLine(): boolean {
    const runs = this.#runs;
    this.#runs = [];
    this.#cellsUsed = 0;
    const height = Math.max(1, ...runs.map((run) => run.height));
    return this.#take(height, { kind: "text", align: this.#look.align, runs });
  }

  #feed(lines: number): boolean {
    if (this.#runs.length > 0 && !this.#endLine()) return false;
    for (let line = 0; line < lines; line++) if (!this.#endLine()) return false;
    return true;
  }

  /** A picture is shown by its measures. */
  #draw(width: number, height: number): boolean {
    const text = `[图 ${width}×${height}]`;
    return this.#take(Math.ceil(height / DOTS_PER_LINE), {
      kind: "text",
      align: this.#look.align,
      runs: [{ text, bold: false, width: 1, height: 1 }],
    });
  }

  #cut(): boolean {
    if (this.#runs.length > 0 && !this.#endLine()) return false;
    this.#lastId += 1;
    this.#sheets.push({ id: this.#lastId, cut: true, lines: this.#lines });
    if (this.#sheets.length > SHEETS_MAX) this.#sheets.shift();
    this.#lines = [];
    return true;
  }

  #take(lines: number, line: PaperLine): boolean {
    if (this.#linesLeft < lines) {
      this.#linesLeft = 0;
      return false;
    }
    this.#linesLeft -= lines;
    this.#lines.push(line);
    return true;
  }
}

/** The words on a sheet, one string per line: what tests and a reader of logs look at. */
export function textOfSheet(sheet: PaperSheet): string {
  return sheet.lines.map((line) =>
    line.kind === "qr" ? `[QR ${line.text}]` : line.runs.map((run) => run.text).join("")
  ).join("\n");
}
