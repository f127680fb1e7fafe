/**
 * Frames of the CREATOR (创自) card readers. The CRT-571 says `F2 ADDR LEN BODY 03 BCC`, the CRT-310
 * and CRT-288 `02 LEN BODY 03 BCC`: LEN is big-endian and counts the body, BCC is the XOR of all
 * that stands before it, start and end included. Between frames stand single bytes: 06 ACK, 15 NAK,
 * 04 EOT, 05 ENQ. Source: CRT-571 and CRT-288 communication protocols of the maker, "message format".
 */
export interface FrameShape {
  readonly start: number;
  /** The DIP switches of the reader; null where its frames carry no address. */
  readonly address: number | null;
}

/** `acknowledged` and `refused` answer a frame of ours; `damaged`: the block check is wrong. */
export type FrameToken =
  | { readonly kind: "acknowledged" | "refused" | "cleared" | "damaged" }
  | { readonly kind: "frame"; readonly body: Uint8Array };

/** The other side understood. */
export const ACK = 0x06;
/** The other side did not; it is said again. */
export const NAK = 0x15;
/** The answer, please. */
export const ENQ = 0x05;
const EOT = 0x04;
const END = 0x03;
const LENGTH_BYTES = 2;
/** End and block check. */
const TAIL_BYTES = 2;
/** "1024 bytes" of the protocol, the longest APDU included. */
export const BODY_BYTES_MAX = 1024;

/** Throws a RangeError for a body that no frame can carry. */
export function encodeFrame(shape: FrameShape, body: Uint8Array): Uint8Array {
  if (body.length === 0 || body.length > BODY_BYTES_MAX) {
    throw new RangeError(
      `Cannot frame ${body.length} bytes, expected 1 to ${BODY_BYTES_MAX}`,
    );
  }
  const address = shape.address === null ? [] : [shape.address];
  const before = [shape.start, ...address, body.length >> 8, body.length & 0xff];
  const bytes = Uint8Array.of(...before, ...body, END, 0);
  bytes[bytes.length - 1] = blockCheck(bytes.subarray(0, -1));
  return bytes;
}

/** Finds frames and single bytes in what arrives, cut anywhere; anything else is passed over. */
export class FrameReader {
  readonly #shape: FrameShape;
  readonly #headBytes: number;
  /** What arrived and is not used up; `#at` is where that begins. */
  #bytes = new Uint8Array(0);
  #at = 0;

  constructor(shape: FrameShape) {
    this.#shape = shape;
    this.#headBytes = 1 + (shape.address === null ? 0 : 1) + LENGTH_BYTES;
  }

  /** A frame has begun and its end has not come. */
  get isMidFrame(): boolean {
    return this.#bytes[this.#at] === this.#shape.start;
  }

  push(bytes: Uint8Array): void {
    const rest = this.#bytes.subarray(this.#at);
    const joined = new Uint8Array(rest.length + bytes.length);
    joined.set(rest);
    joined.set(bytes, rest.length);
    this.#bytes = joined;
    this.#at = 0;
  }

  /** Forgets a frame whose end does not come. */
  clear(): void {
    this.#at = this.#bytes.length;
  }

  /** Null when more has to arrive. What waits is never longer than one frame and one piece. */
  next(): FrameToken | null {
    while (this.#at < this.#bytes.length) {
      const token = this.isMidFrame ? this.#frame() : this.#single();
      if (token !== "passed_over") return token;
    }
    return null;
  }

  #single(): FrameToken | "passed_over" {
    const byte = this.#bytes[this.#at++];
    if (byte === ACK) return { kind: "acknowledged" };
    if (byte === NAK) return { kind: "refused" };
    if (byte === EOT) return { kind: "cleared" };
    return "passed_over";
  }

  #frame(): FrameToken | "passed_over" | null {
    const waiting = this.#bytes.subarray(this.#at);
    if (waiting.length < this.#headBytes) return null;
    const bodyBytes = this.#bodyBytes(waiting);
    if (bodyBytes === 0 || bodyBytes > BODY_BYTES_MAX || !this.#isOurs(waiting)) {
      // It only looked like a start.
      this.#at++;
      return "passed_over";
    }
    const wholeBytes = this.#headBytes + bodyBytes + TAIL_BYTES;
    if (waiting.length < wholeBytes) return null;
    const whole = waiting.subarray(0, wholeBytes);
    this.#at += wholeBytes;
    const isSound = whole[wholeBytes - TAIL_BYTES] === END && blockCheck(whole) === 0;
    if (!isSound) return { kind: "damaged" };
    return { kind: "frame", body: whole.slice(this.#headBytes, -TAIL_BYTES) };
  }

  #bodyBytes(frame: Uint8Array): number {
    const [high = 0, low = 0] = frame.subarray(this.#headBytes - LENGTH_BYTES, this.#headBytes);
    return high << 8 | low;
  }

  #isOurs(frame: Uint8Array): boolean {
    return this.#shape.address === null || frame[1] === this.#shape.address;
  }
}

/** XOR over all bytes; over a whole sound frame it is 0. */
function blockCheck(bytes: Uint8Array): number {
  return bytes.reduce((check, byte) => check ^ byte, 0);
}
