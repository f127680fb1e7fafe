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
  | { readonly kind: "cut" };

const DLE = 0x10;
const LF = 0x0a;
const ESC = 0x1b;
const FS = 0x1c;
const GS = 0x1d;
const ALIGNS = ["left", "center", "right"] as const;

interface Step {
  readonly length: number;
  readonly command: EscPosCommand | null;
}

/**
 * Reads the commands our slips use (shared specs, devices §6.3). An unknown control byte is skipped
 * alone, so that its parameters print as characters, as they do on a real printer.
 */
export function* readEscPos(bytes: Uint8Array): Generator<EscPosCommand> {
  let chinese = false;
  for (let at = 0; at < bytes.length;) {
    const lead = bytes[at] ?? 0;
    const step = readControl(bytes.subarray(at)) ?? readCharacter(bytes.subarray(at), chinese);
    if (step.command?.kind === "initialize") chinese = false;
    if (lead === FS) chinese = bytes[at + 1] === 0x26;
    if (step.command) yield step.command;
    at += step.length;
  }
}

function readControl(bytes: Uint8Array): Step | null {
  const [lead = 0, next = 0, value = 0] = bytes;
  if (lead === LF) return { length: 1, command: { kind: "line_feed" } };
  if (lead === FS && (next === 0x26 || next === 0x2e)) return { length: 2, command: null };
  if (lead === DLE && next === 0x04) return { length: 3, command: null };
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
  if (next === 0x56) {
    return { length: value === 0x41 || value === 0x42 ? 4 : 3, command: { kind: "cut" } };
  }
  return next === 0x28 && value === 0x6b ? readQr(bytes) : { length: 1, command: null };
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
