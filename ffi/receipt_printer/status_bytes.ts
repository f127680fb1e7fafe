import type { RealTimeStatusNumber, ReceiptPrinterStatus } from "../contract.ts";

/** Answers of `DLE EOT` 1 to 4, see {@link RealTimeStatusNumber}. */
export type StatusBytes = Readonly<Record<RealTimeStatusNumber, number>>;

/** What a byte that a printer sends can be. */
export type PrinterByte =
  | { readonly kind: "real_time"; readonly byte: number }
  /** Answer of `GS r 1`, sent when everything before it has been printed. */
  | { readonly kind: "paper"; readonly byte: number }
  /** Software flow control: the printer's buffer is full, or has room again. */
  | { readonly kind: "stop" }
  | { readonly kind: "go" };

const GO = 0x11;
const STOP = 0x13;
/** Bytes of an automatic status block behind its first one. */
const AUTOMATIC_REST_BYTES = 3;

/**
 * Tells the bytes of a printer apart by their fixed bits (ESC/POS command reference, "Identifying
 * status"): real-time answers are `0xx1xx10`, answers of `GS r` `0xx0xxxx`, the first byte of an
 * automatic block of four (`GS a`) `0xx1xx00`. Automatic blocks and bytes of no kind are dropped.
 */
export class PrinterByteReader {
  #automaticLeft = 0;

  read(byte: number): PrinterByte | null {
    if (this.#automaticLeft > 0 && (byte & 0x90) === 0) {
      this.#automaticLeft--;
      return null;
    }
    this.#automaticLeft = 0;
    if (byte === GO) return { kind: "go" };
    if (byte === STOP) return { kind: "stop" };
    if ((byte & 0x93) === 0x12) return { kind: "real_time", byte };
    if ((byte & 0x93) === 0x10) this.#automaticLeft = AUTOMATIC_REST_BYTES;
    return (byte & 0x90) === 0 ? { kind: "paper", byte } : null;
  }
}

/** What a printer with the answers of all four is like. */
export function statusOf(bytes: StatusBytes): ReceiptPrinterStatus {
  const [offline, cover, feeding] = [bytes[1] & 0x08, bytes[2] & 0x04, bytes[2] & 0x08];
  const out = (bytes[2] & 0x20) !== 0 || (bytes[4] & 0x60) !== 0;
  const broken = (bytes[2] & 0x40) !== 0 || (bytes[3] & 0x6c) !== 0;
  // Off line for no reason it gives: it would swallow the slip.
  const stuck = offline !== 0 && cover === 0 && feeding === 0 && !out;
  return {
    device: broken || stuck ? "hardware_error" : "online",
    paper: out ? "out" : (bytes[4] & 0x0c) !== 0 ? "low" : "full",
    cover: cover === 0 ? "closed" : "open",
  };
}

/** The same bytes for a printer that answers only `GS r 1`: bits 2 and 3 no paper, 0 and 1 near its end. */
export function statusBytesOfPaper(paper: number): StatusBytes {
  const out = (paper & 0x0c) !== 0;
  const low = out || (paper & 0x03) !== 0;
  return {
    1: out ? 0x1a : 0x12,
    2: out ? 0x32 : 0x12,
    3: 0x12,
    4: 0x12 | (out ? 0x60 : 0) | (low ? 0x0c : 0),
  };
}
