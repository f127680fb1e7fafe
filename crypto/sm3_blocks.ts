import type { Bytes } from "./bytes.ts";
import { compressSm3, type Sm3Block, type Sm3State } from "./sm3_compress.ts";

export const SM3_BYTES = 32;
export const SM3_BLOCK_BYTES = 64;

/**
 * Room for one block. Words stand in plain arrays here: making a typed one takes as long as
 * compressing a block.
 */
export function newSm3Block(): Sm3Block {
  return [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
}

/** Compresses the whole blocks from `from` on; where the rest begins. */
export function absorbSm3(
  state: Sm3State,
  block: Sm3Block,
  data: Uint8Array,
  from: number,
): number {
  let at = from;
  for (; at + SM3_BLOCK_BYTES <= data.length; at += SM3_BLOCK_BYTES) {
    for (let word = 0; word < 16; word++) {
      const place = at + 4 * word;
      block[word] = (data[place] ?? 0) << 24 | (data[place + 1] ?? 0) << 16 |
        (data[place + 2] ?? 0) << 8 | (data[place + 3] ?? 0);
    }
    compressSm3(state, block);
  }
  return at;
}

/**
 * Pads (GB/T 32905 §5.2) and compresses what is left: fewer than 64 bytes from `from` to `to`,
 * the end of `length` bytes in all.
 */
export function finishSm3(
  state: Sm3State,
  block: Sm3Block,
  data: Uint8Array,
  { from, to, length }: { readonly from: number; readonly to: number; readonly length: number },
): void {
  block.fill(0);
  for (let at = 0; at < to - from; at++) {
    setByte(block, at, data[from + at] ?? 0);
  }
  setByte(block, to - from, 0x80);
  if (to - from >= SM3_BLOCK_BYTES - 8) {
    compressSm3(state, block);
    block.fill(0);
  }
  block[14] = Math.floor(length / 0x2000_0000);
  block[15] = length << 3;
  compressSm3(state, block);
}

/** The 32 bytes of a finished state, at `to` of `bytes`. */
export function writeSm3(state: Sm3State, bytes: Bytes = new Uint8Array(SM3_BYTES), to = 0): Bytes {
  for (let word = 0; word < 8; word++) {
    const value = state[word] ?? 0;
    const place = to + 4 * word;
    bytes[place] = value >>> 24;
    bytes[place + 1] = value >>> 16;
    bytes[place + 2] = value >>> 8;
    bytes[place + 3] = value;
  }
  return bytes;
}

/** state ← other. */
export function copySm3State(state: Sm3State, other: Sm3State): void {
  for (let word = 0; word < 8; word++) state[word] = other[word] ?? 0;
}

function setByte(block: Sm3Block, at: number, byte: number): void {
  block[at >> 2] = (block[at >> 2] ?? 0) | byte << 24 - 8 * (at & 3);
}
