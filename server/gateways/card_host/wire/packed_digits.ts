import { CardMessageError } from "./message_error.ts";

/** Digits, and the `D` between the parts of a track, as they stand on the line. */

const NIBBLES = "0123456789ABCDEF";

/** Two in a byte; an odd number gets a 0 at the side that is named. */
export function packDigits(digits: string, fill: "left" | "right"): Uint8Array {
  const even = digits.length % 2 === 0 ? digits : fill === "left" ? `0${digits}` : `${digits}0`;
  return Uint8Array.from(
    { length: even.length / 2 },
    (_, at) => (nibbleOf(even, 2 * at) << 4) | nibbleOf(even, 2 * at + 1),
  );
}

/** `count` digits of packed bytes; the filling digit is not looked at. */
export function unpackDigits(
  bytes: Uint8Array,
  count: number,
  fill: "left" | "right",
): string {
  let digits = "";
  for (const byte of bytes) digits += NIBBLES.charAt(byte >> 4) + NIBBLES.charAt(byte & 0xf);
  return fill === "left" ? digits.slice(digits.length - count) : digits.slice(0, count);
}

export function packText(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

export function unpackText(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function nibbleOf(digits: string, at: number): number {
  const nibble = NIBBLES.indexOf(digits.charAt(at));
  if (nibble >= 0) return nibble;
  throw new CardMessageError("wrong_content", "Cannot pack digits: expected 0 to 9 and D");
}
