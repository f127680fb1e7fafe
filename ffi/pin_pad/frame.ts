/** What the three wire protocols of PIN pads have in common: replies in frames, keys outside them. */

/** A frame from the pad, its checksum found good. `status` as the protocol numbers it. */
export interface PadReply {
  readonly status: number;
  readonly data: Uint8Array;
}

/** What a parser finds in the bytes of a line. */
export type PadInput =
  | { readonly kind: "reply"; readonly reply: PadReply }
  /** A byte outside a frame: a key of the keypad, or noise. Never a digit. */
  | { readonly kind: "key"; readonly byte: number }
  /** A digit in clear, which a pad sends only in plain-text mode; its value is dropped here. */
  | { readonly kind: "plain_digit" }
  /** Wrong checksum, length or character. */
  | { readonly kind: "bad_frame" };

/** Cuts the bytes of a line into replies and keys, wherever the reads were cut. Never throws. */
export interface PadParser {
  push(bytes: Uint8Array): readonly PadInput[];
  /** Forgets a frame begun. */
  reset(): void;
}

/** Begins a frame of all three makes. */
export const STX = 0x02;
/** Ends what KMY and ZT598 have to say in one. */
export const ETX = 0x03;

/** A byte outside a frame. */
export function strayInput(byte: number): PadInput {
  return byte >= 0x30 && byte <= 0x39 ? { kind: "plain_digit" } : { kind: "key", byte };
}

/** Of text that holds nothing else. */
export function asciiBytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** Null when it is no hexadecimal of whole bytes. */
export function bytesOfHex(ascii: Uint8Array): Uint8Array<ArrayBuffer> | null {
  if (ascii.length % 2 !== 0) return null;
  const bytes = new Uint8Array(ascii.length / 2);
  for (let at = 0; at < ascii.length; at++) {
    const nibble = nibbleOf(ascii[at] ?? 0);
    if (nibble === null) return null;
    bytes[at >> 1] = ((bytes[at >> 1] ?? 0) << 4) | nibble;
  }
  return bytes;
}

/** Of either case. */
export function isHexDigit(byte: number): boolean {
  return nibbleOf(byte) !== null;
}

/** BCC and LRC of these makes. */
export function xorOf(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => sum ^ byte, 0);
}

/** One after the other, in memory of its own. */
export function joinBytes(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function nibbleOf(byte: number): number | null {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  if (byte >= 0x41 && byte <= 0x46) return byte - 0x37;
  if (byte >= 0x61 && byte <= 0x66) return byte - 0x57;
  return null;
}
