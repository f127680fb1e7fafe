import iconv from "iconv-lite";

/** ESC/POS bytes; shared specs, devices §6.3. Text is GBK, which every Chinese printer has. */

export type Align = "left" | "center" | "right";

export interface Look {
  readonly bold?: boolean;
  /** Magnification of width and height. */
  readonly size?: 1 | 2;
}

const ALIGN_BYTES = { left: 0, center: 1, right: 2 } as const;
/** Stands for a character the printer's font has not, as Chinese typesetters do. */
export const MISSING = "〓";
const CONTROL = /\p{Cc}/gu;
const QR_DOTS = 6;
const FEED_TO_CUTTER = 4;

/** The table of GBK's characters takes longer to load than a slip to make: before it is wanted. */
export function loadCharacters(): void {
  encodePrintable("凭条");
}

export function initialize(): Uint8Array {
  return Uint8Array.of(0x1b, 0x40, 0x1c, 0x26);
}

export function textLine(text: string, align: Align, look: Look = {}): Uint8Array {
  const zoom = (look.size ?? 1) - 1;
  return joinBytes([
    Uint8Array.of(0x1b, 0x61, ALIGN_BYTES[align]),
    Uint8Array.of(0x1d, 0x21, zoom << 4 | zoom),
    Uint8Array.of(0x1b, 0x45, look.bold ? 1 : 0),
    encodeText(text),
    Uint8Array.of(0x0a),
  ]);
}

/** QR model 2, error level M (`GS ( k`). */
export function qrCode(text: string): Uint8Array {
  const data = new TextEncoder().encode(text);
  const size = data.length + 3;
  return joinBytes([
    Uint8Array.of(0x1b, 0x61, 1),
    Uint8Array.of(0x1d, 0x28, 0x6b, 4, 0, 0x31, 0x41, 0x32, 0),
    Uint8Array.of(0x1d, 0x28, 0x6b, 3, 0, 0x31, 0x43, QR_DOTS),
    Uint8Array.of(0x1d, 0x28, 0x6b, 3, 0, 0x31, 0x45, 0x31),
    Uint8Array.of(0x1d, 0x28, 0x6b, size & 0xff, size >> 8, 0x31, 0x50, 0x30),
    data,
    Uint8Array.of(0x1d, 0x28, 0x6b, 3, 0, 0x31, 0x51, 0x30),
  ]);
}

export function feedAndCut(): Uint8Array {
  return Uint8Array.of(0x1b, 0x64, FEED_TO_CUTTER, 0x1d, 0x56, 0x42, 0);
}

/** Columns a text takes at normal size: two for whatever a Chinese printer writes with two bytes. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += columnsOfCode(character.codePointAt(0) ?? 0);
  return columns;
}

/** Whether the printer's font has not all of it: rare names, above all. */
export function hasMissing(text: string): boolean {
  return encodePrintable(text.replaceAll(CONTROL, "")) === null;
}

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function encodeText(text: string): Uint8Array {
  const printable = text.replaceAll(CONTROL, "");
  return encodePrintable(printable) ?? iconv.encode(
    [...printable].map((character) => encodePrintable(character) ? character : MISSING).join(""),
    "gbk",
  );
}

/** Null when GBK lacks a character: it comes out as one question mark instead of two bytes. */
function encodePrintable(text: string): Uint8Array | null {
  const bytes = iconv.encode(text, "gbk");
  return bytes.length === columnsOf(text) ? bytes : null;
}

function columnsOfCode(code: number): number {
  if (code < 0x20) return 0;
  return code < 0x80 ? 1 : 2;
}
