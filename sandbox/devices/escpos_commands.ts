import iconv from "iconv-lite";

/** What a printer understands in a stream of ESC/POS bytes. */
export type EscPosCommand =
  | { readonly kind: "initialize" }
  /** One printed character; `cells` counts columns at normal size, two for a Chinese one. */
  | { readonly kind: "character"; readonly text: string; readonly cells: 1 | 2 }
  | { readonly kind: "line_feed" }
  | { readonly kind: "feed"; readonly lines: number }
  | { readonly kind: "align"; readonly align: "left" | "center" | "right" }
  | { readonly kind: "size"; readonly width: number; readonly height: number }
  | { readonly kind: "bold"; readonly on: boolean }
  | { readonly kind: "qr_dots"; readonly dots: number }
  | { readonly kind: "qr_store"; readonly text: string }
  | { readonly kind: "qr_print" }
  | { readonly kind: "raster"; readonly rowBytes: number; readonly rows: number }
  /** `GS r`: answered in its turn. */
  | { readonly kind: "transmit_status" }
  /** `GS a`: from now on changes are told, or not. */
  | { readonly kind: "automatic_status"; readonly on: boolean }
  | { readonly kind: "cut" };

const DLE = 0x10;
const LF = 0x0a;
const ESC = 0x1b;
const FS = 0x1c;
const GS = 0x1d;
/** `DLE DC4 8` with its parameters. */
const CLEAR_BYTES = 10;
const ALIGNS = ["left", "center", "right"] as const;

interface Step {
  readonly length: number;
  readonly command: EscPosCommand | null;
}

/** Reads a whole stream; what is missing at its end is not waited for. */
export function* readEscPos(bytes: Uint8Array): Generator<EscPosCommand> {
  const reader = new EscPosReader();
  reader.push(bytes);
  for (let step = reader.next("end"); step; step = reader.next("end")) {
    if (step.command) yield step.command;
  }
}

/**
 * Reads the commands our slips use (shared specs, devices §6.3) from a stream that arrives in
 * pieces. An unknown control byte is skipped alone, so that its parameters print as characters, as
 * they do on a real printer.
 */
export class EscPosReader {
  #bytes: Uint8Array = new Uint8Array(0);
  #chinese = false;

  push(piece: Uint8Array): void {
    const bytes = new Uint8Array(this.#bytes.length + piece.length);
    bytes.set(this.#bytes);
    bytes.set(piece, this.#bytes.length);
    this.#bytes = bytes;
  }

  clear(): void {
    this.#bytes = new Uint8Array(0);
  }

  /** The next command, a null one for what only changes the reader; null when no whole one is there. */
  next(rest: "more" | "end"): { readonly command: EscPosCommand | null } | null {
    const bytes = this.#bytes;
    const [lead] = bytes;
    if (lead === undefined || (rest === "more" && bytes.length < bytesNeeded(bytes))) return null;
    const step = readControl(bytes) ?? readCharacter(bytes, this.#chinese);
    if (rest === "more" && bytes.length < step.length) return null;
    if (step.command?.kind === "initialize") this.#chinese = false;
    if (lead === FS) this.#chinese = bytes[1] === 0x26;
    this.#bytes = bytes.subarray(step.length);
    return { command: step.command };
  }
}

/** Enough of a command to know how long it is. */
function bytesNeeded([lead = 0, next]: Uint8Array): number {
  switch (lead) {
    case ESC:
    case FS:
      return next === 0x40 || lead === FS ? 2 : 3;
    case DLE:
      return next === 0x14 ? CLEAR_BYTES : 3;
    case GS:
      return next === 0x76 ? 8 : next === 0x28 ? 7 : 3;
    default:
      return 1;
  }
}

function readControl(bytes: Uint8Array): Step | null {
  const [lead = 0, next = 0, value = 0] = bytes;
  if (lead === LF) return { length: 1, command: { kind: "line_feed" } };
  if (lead === FS && (next === 0x26 || next === 0x2e)) return { length: 2, command: null };
  if (lead === DLE && (next === 0x04 || next === 0x05)) return { length: 3, command: null };
  if (lead === DLE && next === 0x14) return { length: CLEAR_BYTES, command: null };
  if (lead === ESC) return readEscape(next, value);
  if (lead === GS) return readGroup(bytes);
  return lead < 0x20 ? { length: 1, command: null } : null;
}

function readEscape(next: number, value: number): Step {
  switch (next) {
    case 0x40:
      return { length: 2, command: { kind: "initialize" } };
    case 0x61:
      return { length: 3, command: { kind: "align", align: ALIGNS[value] ?? "left" } };
    case 0x45:
      return { length: 3, command: { kind: "bold", on: (value & 1) === 1 } };
    case 0x64:
      return { length: 3, command: { kind: "feed", lines: value } };
    default:
      return { length: 1, command: null };
  }
}

function readGroup(bytes: Uint8Array): Step {
  const [, next = 0, value = 0] = bytes;
  if (next === 0x21) {
    const size = { width: (value >> 4) + 1, height: (value & 0x0f) + 1 };
    return { length: 3, command: { kind: "size", ...size } };
  }
  if (next === 0x72) return { length: 3, command: { kind: "transmit_status" } };
  if (next === 0x61) {
    return { length: 3, command: { kind: "automatic_status", on: value !== 0 } };
  }
  if (next === 0x76) return readRaster(bytes);
  if (next === 0x56) {
    return { length: value === 0x41 || value === 0x42 ? 4 : 3, command: { kind: "cut" } };
  }
  return next === 0x28 && value === 0x6b ? readQr(bytes) : { length: 1, command: null };
}

/** `GS v 0 m xL xH yL yH`, then the dots. */
function readRaster(bytes: Uint8Array): Step {
  const rowBytes = (bytes[4] ?? 0) + (bytes[5] ?? 0) * 256;
  const rows = (bytes[6] ?? 0) + (bytes[7] ?? 0) * 256;
  return { length: 8 + rowBytes * rows, command: { kind: "raster", rowBytes, rows } };
}

/** `GS ( k pL pH 31 fn …`: 43 module size, 50 store, 51 print; model and error level draw alike. */
function readQr(bytes: Uint8Array): Step {
  const size = (bytes[3] ?? 0) + (bytes[4] ?? 0) * 256;
  const length = 5 + size;
  const parameters = bytes.subarray(7, length);
  switch (bytes[6]) {
    case 0x43:
      return { length, command: { kind: "qr_dots", dots: parameters[0] ?? 3 } };
    case 0x50: {
      const text = new TextDecoder().decode(parameters.subarray(1));
      return { length, command: { kind: "qr_store", text } };
    }
    case 0x51:
      return { length, command: { kind: "qr_print" } };
    default:
      return { length, command: null };
  }
}

function readCharacter(bytes: Uint8Array, chinese: boolean): Step {
  const [lead = 0] = bytes;
  if (lead < 0x80) {
    return {
      length: 1,
      command: { kind: "character", text: String.fromCharCode(lead), cells: 1 },
    };
  }
  if (!chinese) return { length: 1, command: { kind: "character", text: "?", cells: 1 } };
  const text = iconv.decode(bytes.slice(0, 2), "gbk");
  return { length: 2, command: { kind: "character", text, cells: 2 } };
}
