import {
  asciiBytes,
  bytesOfHex,
  ETX,
  isHexDigit,
  joinBytes,
  type PadInput,
  type PadParser,
  strayInput,
  STX,
  xorOf,
} from "./frame.ts";

/**
 * Frames of the SZZT ZT598 (证通), after a public Linux service provider:
 * host `02 | Ln | CMD DATA | 03 | LRC`, pad `02 | Ln | RTN DATA | 03 | LRC`. Ln is the length of
 * what follows it before 03 in three decimal digits, "000" from 999 on; LRC is the XOR of Ln to 03
 * in two hexadecimal digits.
 */

/** Three digits hold no more; longer replies carry "000" and end at their 03. */
const COUNTED_BYTES_MAX = 998;
/** Far more than any command or reply has. */
export const ZT598_BODY_BYTES_MAX = 4096;
const LENGTH_DIGITS = 3;
/** 03 and the two digits of LRC. */
const TAIL_BYTES = 3;

/** Throws `RangeError` for a body that is too long. */
export function encodeZt598Command(body: Uint8Array): Uint8Array<ArrayBuffer> {
  if (body.length > ZT598_BODY_BYTES_MAX) {
    throw new RangeError(
      `Cannot frame ${body.length} bytes: expected at most ${ZT598_BODY_BYTES_MAX}`,
    );
  }
  const count = body.length > COUNTED_BYTES_MAX ? 0 : body.length;
  const summed = joinBytes(
    asciiBytes(count.toString().padStart(3, "0")),
    body,
    Uint8Array.of(ETX),
  );
  const check = xorOf(summed).toString(16).toUpperCase().padStart(2, "0");
  const frame = joinBytes(Uint8Array.of(STX), summed, asciiBytes(check));
  summed.fill(0);
  return frame;
}

/** Reads what a ZT598 sends. */
export class Zt598Parser implements PadParser {
  /** Everything after 02; null outside a frame. */
  #inside: number[] | null = null;
  /** Where the 03 stands; null while that is not known. */
  #bodyEnd: number | null = null;

  push(bytes: Uint8Array): readonly PadInput[] {
    const inputs: PadInput[] = [];
    for (const byte of bytes) {
      const input = this.#take(byte);
      if (input) inputs.push(input);
    }
    return inputs;
  }

  reset(): void {
    this.#inside = null;
    this.#bodyEnd = null;
  }

  #take(byte: number): PadInput | null {
    const inside = this.#inside;
    if (inside === null) {
      if (byte !== STX) return strayInput(byte);
      this.#inside = [];
      return null;
    }
    inside.push(byte);
    const step = this.#judge(inside, byte);
    if (step === "more") return null;
    this.reset();
    if (step === "bad" && byte === STX) this.#inside = [];
    return step === "bad" ? { kind: "bad_frame" } : replyOf(Uint8Array.from(inside));
  }

  /** Judges the newest byte by its place: Ln, body, 03, LRC. */
  #judge(inside: readonly number[], byte: number): "more" | "bad" | "whole" {
    if (inside.length < LENGTH_DIGITS) return isDigit(byte) ? "more" : "bad";
    if (inside.length === LENGTH_DIGITS) {
      const count = countOf(inside);
      if (count > 0) this.#bodyEnd = LENGTH_DIGITS + count;
      return isDigit(byte) ? "more" : "bad";
    }
    if (this.#bodyEnd === null && byte === ETX) this.#bodyEnd = inside.length - 1;
    if (inside.length > LENGTH_DIGITS + ZT598_BODY_BYTES_MAX + TAIL_BYTES) return "bad";
    const bodyEnd = this.#bodyEnd ?? Infinity;
    if (inside.length <= bodyEnd) return "more";
    if (inside.length === bodyEnd + 1) return byte === ETX ? "more" : "bad";
    if (!isHexDigit(byte)) return "bad";
    return inside.length === bodyEnd + TAIL_BYTES ? "whole" : "more";
  }
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function countOf(inside: readonly number[]): number {
  const [hundreds = 0, tens = 0, ones = 0] = inside.slice(0, LENGTH_DIGITS).map((digit) =>
    digit - 0x30
  );
  return 100 * hundreds + 10 * tens + ones;
}

function replyOf(bytes: Uint8Array): PadInput {
  const summed = bytes.subarray(0, -2);
  const [check] = bytesOfHex(bytes.subarray(-2)) ?? [];
  const [status] = bytes.subarray(3, -3);
  if (check !== xorOf(summed) || status === undefined) return { kind: "bad_frame" };
  return { kind: "reply", reply: { status, data: bytes.slice(4, -3) } };
}
