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
export const ZT598_BODY_BYTES_MAX = 4096;

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

export class Zt598Parser implements PadParser {
  /** Everything after 02; null outside a frame. */
  #inside: number[] | null = null;

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
  }

  #take(byte: number): PadInput | null {
    const inside = this.#inside;
    if (inside === null) {
      if (byte !== STX) return strayInput(byte);
      this.#inside = [];
      return null;
    }
    inside.push(byte);
    const step = stepOf(inside, byte);
    if (step === "more") return null;
    this.#inside = step === "bad" && byte === STX ? [] : null;
    return step === "bad" ? { kind: "bad_frame" } : replyOf(Uint8Array.from(inside));
  }
}

/** Judges the newest byte by its place: Ln, body, 03, LRC. */
function stepOf(inside: readonly number[], byte: number): "more" | "bad" | "whole" {
  if (inside.length <= 3) return byte >= 0x30 && byte <= 0x39 ? "more" : "bad";
  const count = countOf(inside);
  const bodyEnd = count === 0 ? inside.indexOf(ETX, 3) : 3 + count;
  if (bodyEnd < 0) return inside.length > 3 + ZT598_BODY_BYTES_MAX ? "bad" : "more";
  if (inside.length <= bodyEnd) return "more";
  if (inside.length === bodyEnd + 1) return byte === ETX ? "more" : "bad";
  if (!isHexDigit(byte)) return "bad";
  return inside.length === bodyEnd + 3 ? "whole" : "more";
}

function countOf(inside: readonly number[]): number {
  const [hundreds = 0, tens = 0, ones = 0] = inside.slice(0, 3).map((digit) => digit - 0x30);
  return 100 * hundreds + 10 * tens + ones;
}

function replyOf(bytes: Uint8Array): PadInput {
  const summed = bytes.subarray(0, -2);
  const [check] = bytesOfHex(bytes.subarray(-2)) ?? [];
  const [status] = bytes.subarray(3, -3);
  if (check !== xorOf(summed) || status === undefined) return { kind: "bad_frame" };
  return { kind: "reply", reply: { status, data: bytes.slice(4, -3) } };
}
