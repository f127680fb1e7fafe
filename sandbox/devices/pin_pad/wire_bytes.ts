import type { Echo } from "./pad_state.ts";

/** The simulators' own way with bytes, so that they share no mistake with the drivers. */

export function xorSum(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum ^= byte;
  return sum;
}

export function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function textOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

export function upperHex(bytes: Uint8Array): string {
  return bytes.toHex().toUpperCase();
}

/** Null for what is no hexadecimal. */
export function fromHex(text: string): Uint8Array | null {
  return /^([0-9A-Fa-f]{2})*$/.test(text) ? Uint8Array.fromHex(text) : null;
}

export const USUAL_ECHOES: Readonly<Partial<Record<Echo, number>>> = {
  digit: 0x2a,
  enter: 0x0d,
  cancel: 0x1b,
  clear: 0x08,
};
