import { concatBytes } from "../../../../crypto/bytes.ts";
import { MESSAGE_BYTES_MAX } from "./field_table.ts";
import { CardMessageError } from "./message_error.ts";
import { packDigits, unpackDigits } from "./packed_digits.ts";

/** What stands around a message on a stream: two bytes of length, a TPDU, the host's header. */
export interface Framing {
  /** Two bytes that count all after them: a binary number, or four digits in BCD. */
  readonly length: "binary" | "bcd";
  /** 5 bytes: id, destination, origin; empty where the host has none. */
  readonly tpdu: Uint8Array;
  /** As the host prescribes it, e.g. 6 bytes `60 31 …`; not looked at in answers. */
  readonly header: Uint8Array;
}

const LENGTH_BYTES = 2;
const DECIMAL_LENGTH_MAX = 9_999;

export function frame(framing: Framing, message: Uint8Array): Uint8Array<ArrayBuffer> {
  const body = concatBytes(framing.tpdu, framing.header, message);
  if (message.length > MESSAGE_BYTES_MAX || body.length > DECIMAL_LENGTH_MAX) {
    throw new CardMessageError("too_long", `Cannot frame ${message.length} bytes`);
  }
  const length = framing.length === "binary"
    ? Uint8Array.of(body.length >> 8, body.length & 0xff)
    : packDigits(String(body.length).padStart(4, "0"), "left");
  return concatBytes(length, body);
}

/** An answer goes back to where the request came from. */
export function answeringTpdu(tpdu: Uint8Array): Uint8Array<ArrayBuffer> {
  return concatBytes(tpdu.subarray(0, 1), tpdu.subarray(3, 5), tpdu.subarray(1, 3));
}

/** Cuts a stream into messages; a length that cannot be makes the stream unreadable from there on. */
export class FrameReader {
  readonly #framing: Framing;
  #held: Uint8Array = new Uint8Array(0);

  constructor(framing: Framing) {
    this.#framing = framing;
  }

  /** The messages that are whole now. Throws `CardMessageError`; the connection is no use then. */
  push(chunk: Uint8Array): Uint8Array[] {
    this.#held = concatBytes(this.#held, chunk);
    const messages: Uint8Array[] = [];
    for (;;) {
      const length = this.#nextLength();
      if (length === null || this.#held.length < LENGTH_BYTES + length) return messages;
      const end = LENGTH_BYTES + length;
      messages.push(this.#held.slice(LENGTH_BYTES + this.#before(), end));
      this.#held = this.#held.slice(end);
    }
  }

  #before(): number {
    return this.#framing.tpdu.length + this.#framing.header.length;
  }

  #nextLength(): number | null {
    if (this.#held.length < LENGTH_BYTES) return null;
    const [high = 0, low = 0] = this.#held;
    const length = this.#framing.length === "binary"
      ? high * 256 + low
      : Number(unpackDigits(this.#held.subarray(0, LENGTH_BYTES), 4, "left"));
    // Also false for NaN, which hexadecimal letters in BCD become.
    if (length >= this.#before() && length <= MESSAGE_BYTES_MAX + this.#before()) return length;
    throw new CardMessageError("wrong_length", "Cannot read the stream: a frame of no such length");
  }
}
