/**
 * Frames between a host and the SAM of an identity card reader (SDT serial protocol, 115200 8N1).
 *
 *     request  AA AA AA 96 69 | length | command parameter [data] | checksum
 *     answer   AA AA AA 96 69 | length | SW1 SW2 SW3 [data]       | checksum
 *
 * The length, two bytes with the high one first, counts everything behind itself; the checksum is
 * the XOR of everything from the length on.
 */
export interface SdtCommand {
  readonly command: number;
  readonly parameter: number;
}

export const SDT_STATUS: SdtCommand = { command: 0x11, parameter: 0xff };
export const SDT_FIND: SdtCommand = { command: 0x20, parameter: 0x01 };
export const SDT_SELECT: SdtCommand = { command: 0x20, parameter: 0x02 };
/** Text and photo; there is no command for the text alone. */
export const SDT_READ: SdtCommand = { command: 0x30, parameter: 0x01 };

export type SdtReply =
  | {
    readonly kind: "reply";
    /** SW3, see `sdt_codes.ts`; SW1 and SW2 are zero and say nothing. */
    readonly code: number;
    /** Holds a person's record: wipe it after use. */
    readonly data: Uint8Array;
  }
  | { readonly kind: "bad_checksum" };

const PREAMBLE: readonly number[] = [0xaa, 0xaa, 0xaa, 0x96, 0x69];
const DATA_AT = PREAMBLE.length + 2;
/** Three status bytes and the checksum. */
const LENGTH_MIN = 4;
/** Text, photo and fingerprints: 2321 bytes in all, the longest answer there is. */
const FRAME_BYTES_MAX = 2321;
const LENGTH_MAX = FRAME_BYTES_MAX - DATA_AT;

export function sdtRequest({ command, parameter }: SdtCommand): Uint8Array {
  const body = [0, 3, command, parameter];
  return Uint8Array.of(...PREAMBLE, ...body, checksumOf(body));
}

/** Puts answers together from pieces of any size, and passes over what is none. */
export class SdtReplyReader {
  #bytes = new Uint8Array(0);

  push(piece: Uint8Array): void {
    const before = this.#bytes;
    this.#bytes = new Uint8Array(before.length + piece.length);
    this.#bytes.set(before);
    this.#bytes.set(piece, before.length);
    before.fill(0);
  }

  /** The next whole answer, or null till more bytes are there. */
  take(): SdtReply | null {
    this.#skip(startOf(this.#bytes));
    while (this.#bytes.length >= DATA_AT) {
      const length = lengthAt(this.#bytes, PREAMBLE.length);
      if (length >= LENGTH_MIN && length <= LENGTH_MAX) {
        return this.#bytes.length < DATA_AT + length ? null : this.#cut(DATA_AT + length);
      }
      this.#skip(1);
      this.#skip(startOf(this.#bytes));
    }
    return null;
  }

  /** Drops and wipes what is there. */
  clear(): void {
    this.#skip(this.#bytes.length);
  }

  #cut(end: number): SdtReply {
    const body = this.#bytes.subarray(PREAMBLE.length, end - 1);
    if (checksumOf(body) !== this.#bytes[end - 1]) {
      // A preamble of the true answer may stand inside of what looked like one.
      this.#skip(1);
      return { kind: "bad_checksum" };
    }
    const reply: SdtReply = { kind: "reply", code: body[4] ?? 0, data: body.slice(5) };
    this.#skip(end);
    return reply;
  }

  #skip(count: number): void {
    if (count === 0) return;
    this.#bytes.subarray(0, count).fill(0);
    this.#bytes = this.#bytes.subarray(count);
  }
}

/** Where a preamble stands, or the beginning of one at the very end. */
function startOf(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(0xaa); at !== -1; at = bytes.indexOf(0xaa, at + 1)) {
    const known = bytes.subarray(at, at + PREAMBLE.length);
    if (known.every((byte, offset) => byte === PREAMBLE[offset])) return at;
  }
  return bytes.length;
}

function lengthAt(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) << 8 | (bytes[at + 1] ?? 0);
}

function checksumOf(bytes: Iterable<number>): number {
  let sum = 0;
  for (const byte of bytes) sum ^= byte;
  return sum;
}
