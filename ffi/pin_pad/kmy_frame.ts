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
 * Frames of the KMY 3501B/3502 family (凯明杨), after a public driver of the vendor's:
 * host `02 | hex(LEN CMD ARGS… BCC) | 03`, pad `02 | hex(LEN ST DATA… BCC) | 03`. LEN counts what
 * lies between it and BCC; BCC is the XOR of LEN to the last byte before it.
 */

/** LEN is one byte and counts the command. */
export const KMY_ARGUMENT_BYTES_MAX = 254;
const REPLY_HEX_MAX = 2 * (1 + 255 + 1);

/** Throws `RangeError` for arguments that no frame holds. */
export function encodeKmyCommand(command: number, args: Uint8Array): Uint8Array<ArrayBuffer> {
  if (args.length > KMY_ARGUMENT_BYTES_MAX) {
    throw new RangeError(
      `Cannot frame ${args.length} bytes: expected at most ${KMY_ARGUMENT_BYTES_MAX}`,
    );
  }
  const body = joinBytes(Uint8Array.of(1 + args.length, command), args);
  const text = joinBytes(body, Uint8Array.of(xorOf(body))).toHex().toUpperCase();
  body.fill(0);
  return joinBytes(Uint8Array.of(STX), asciiBytes(text), Uint8Array.of(ETX));
}

/** Reads what a KMY pad sends. */
export class KmyParser implements PadParser {
  /** Hexadecimal characters of the frame begun; null outside one. */
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
    if (byte === STX) {
      this.#inside = [];
      return inside === null ? null : { kind: "bad_frame" };
    }
    if (inside === null) return strayInput(byte);
    if (byte === ETX) {
      this.#inside = null;
      return replyOf(Uint8Array.from(inside));
    }
    if (isHexDigit(byte) && inside.length < REPLY_HEX_MAX) {
      inside.push(byte);
      return null;
    }
    this.#inside = null;
    return { kind: "bad_frame" };
  }
}

function replyOf(hex: Uint8Array): PadInput {
  const bytes = bytesOfHex(hex);
  const [length = 0, status = 0] = bytes ?? [];
  if (bytes === null || length < 1 || bytes.length !== length + 2 || xorOf(bytes) !== 0) {
    return { kind: "bad_frame" };
  }
  return { kind: "reply", reply: { status, data: bytes.slice(2, -1) } };
}
