import {
  asciiBytes,
  joinBytes,
  type PadInput,
  type PadParser,
  strayInput,
  STX,
  xorOf,
} from "./frame.ts";

/**
 * Frames of the SUNSON XZ F35 (旭子), after a public Linux service provider and its definitions:
 * host `1B | CMD | LEN | DATA | LRC | 0D 0A` with LEN = DATA and LRC, LRC the XOR from 1B on; pad
 * `02 | 'S' or 'E' | LEN | DATA`, without a checksum. LEN is two bytes, the high one first.
 */

const COMMAND_DATA_BYTES_MAX = 3272;
/** A longer reply is none. */
export const XZ_REPLY_DATA_BYTES_MAX = 3072;
/** `status` of a reply that says 'S'; another number is the error of one that says 'E'. */
export const XZ_DONE = 0;
/** 'E' without the byte that says which. */
export const XZ_UNNAMED_ERROR = 0xff;

const ESC = 0x1b;
const HEAD_BYTES = 3;
const [SUCCESS = 0, ERROR = 0] = asciiBytes("SE");

/** `command` is two ASCII letters. Throws `RangeError` for data that is too long. */
export function encodeXzCommand(command: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  if (data.length > COMMAND_DATA_BYTES_MAX) {
    throw new RangeError(
      `Cannot frame ${data.length} bytes: expected at most ${COMMAND_DATA_BYTES_MAX}`,
    );
  }
  const length = data.length + 1;
  const summed = joinBytes(
    Uint8Array.of(ESC),
    asciiBytes(command),
    Uint8Array.of(length >> 8, length & 0xff),
    data,
  );
  const frame = joinBytes(summed, Uint8Array.of(xorOf(summed), 0x0d, 0x0a));
  summed.fill(0);
  return frame;
}

/** Reads what an XZ pad sends. */
export class XzParser implements PadParser {
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
    if (inside.length === 1 && byte !== SUCCESS && byte !== ERROR) return this.#drop(byte);
    if (inside.length < HEAD_BYTES) return null;
    const [kind = 0, high = 0, low = 0] = inside;
    const length = (high << 8) | low;
    if (length > XZ_REPLY_DATA_BYTES_MAX) return this.#drop(byte);
    if (inside.length < HEAD_BYTES + length) return null;
    this.#inside = null;
    return replyOf(kind, Uint8Array.from(inside.slice(HEAD_BYTES)));
  }

  #drop(byte: number): PadInput {
    this.#inside = byte === STX ? [] : null;
    return { kind: "bad_frame" };
  }
}

function replyOf(kind: number, data: Uint8Array): PadInput {
  const status = kind === SUCCESS ? XZ_DONE : data[0] || XZ_UNNAMED_ERROR;
  return { kind: "reply", reply: { status, data } };
}
