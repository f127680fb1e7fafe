import type { Sm4Mode } from "./sm4.ts";
import { cryptSm4Block, DECRYPTING, ENCRYPTING, SM4_BLOCK_BYTES } from "./sm4_block.ts";

/** A mode on its way through the data (GB/T 17964). */
export interface Sm4Run {
  readonly mode: Sm4Mode;
  readonly encrypting: boolean;
  /** Of `expandSm4Key`. */
  readonly schedule: Int32Array;
  /** Four words: IV, then chaining value, feedback or counter; scratch of ECB. */
  readonly chain: Int32Array;
}

/**
 * Runs over `length` bytes, a multiple of 16. Input and output may be the same bytes at the same
 * place.
 */
export function runBlocks(
  { mode, encrypting, schedule, chain }: Sm4Run,
  input: Uint8Array,
  inputAt: number,
  output: Uint8Array,
  outputAt: number,
  length: number,
): void {
  switch (mode) {
    case "ecb":
      return ecb(schedule, encrypting, chain, input, inputAt, output, outputAt, length);
    case "cbc":
      return encrypting
        ? cbcEncrypt(schedule, chain, input, inputAt, output, outputAt, length)
        : cbcDecrypt(schedule, chain, input, inputAt, output, outputAt, length);
    case "ctr":
      return ctr(schedule, chain, input, inputAt, output, outputAt, length);
    case "cfb":
      return encrypting
        ? cfbEncrypt(schedule, chain, input, inputAt, output, outputAt, length)
        : cfbDecrypt(schedule, chain, input, inputAt, output, outputAt, length);
    case "ofb":
      return ofb(schedule, chain, input, inputAt, output, outputAt, length);
  }
}

/** The last 0 to 15 bytes of a stream mode. */
export function runTail(
  { schedule, chain }: Sm4Run,
  input: Uint8Array,
  inputAt: number,
  output: Uint8Array,
  outputAt: number,
  length: number,
): void {
  cryptSm4Block(schedule, ENCRYPTING, chain);
  for (let at = 0; at < length; at++) {
    output[outputAt + at] = (input[inputAt + at] as number) ^
      (chain[at >> 2] as number) >>> 24 - 8 * (at & 3);
  }
}

/** CBC without output: chain ← E(chain ⊕ block) for each block. */
export function absorbBlocks(
  schedule: Int32Array,
  chain: Int32Array,
  data: Uint8Array,
  length: number,
): void {
  for (let at = 0; at < length; at += SM4_BLOCK_BYTES) {
    chain[0] = (chain[0] as number) ^ readWord(data, at);
    chain[1] = (chain[1] as number) ^ readWord(data, at + 4);
    chain[2] = (chain[2] as number) ^ readWord(data, at + 8);
    chain[3] = (chain[3] as number) ^ readWord(data, at + 12);
    cryptSm4Block(schedule, ENCRYPTING, chain);
  }
}

export function readBlock(words: Int32Array, bytes: Uint8Array, at: number): void {
  words[0] = readWord(bytes, at);
  words[1] = readWord(bytes, at + 4);
  words[2] = readWord(bytes, at + 8);
  words[3] = readWord(bytes, at + 12);
}

export function writeBlock(bytes: Uint8Array, at: number, words: Int32Array): void {
  writeWord(bytes, at, words[0] as number);
  writeWord(bytes, at + 4, words[1] as number);
  writeWord(bytes, at + 8, words[2] as number);
  writeWord(bytes, at + 12, words[3] as number);
}

function ecb(
  schedule: Int32Array,
  encrypting: boolean,
  block: Int32Array,
  input: Uint8Array,
  inputAt: number,
  output: Uint8Array,
  outputAt: number,
  length: number,
): void {
  const direction = encrypting ? ENCRYPTING : DECRYPTING;
  for (let at = 0; at < length; at += SM4_BLOCK_BYTES) {
    readBlock(block, input, inputAt + at);
    cryptSm4Block(schedule, direction, block);
    writeBlock(output, outputAt + at, block);
  }
}

function cbcEncrypt(
  schedule: Int32Array,
  chain: Int32Array,
  input: Uint8Array,
  inputAt: number,
  output: Uint8Array,
  outputAt: number,
  length: number,
): void {
  for (let at = 0; at < length; at += SM4_BLOCK_BYTES) {
    chain[0] = (chain[0] as number) ^ readWord(input, inputAt + at);
    chain[1] = (chain[1] as number) ^ readWord(input, inputAt + at + 4);
    chain[2] = (chain[2] as number) ^ readWord(input, inputAt + at + 8);
    chain[3] = (chain[3] as number) ^ readWord(input, inputAt + at + 12);
    cryptSm4Block(schedule, ENCRYPTING, chain);
    writeBlock(output, outputAt + at, chain);
  }
}

function cbcDecrypt(
  schedule: Int32Array,
  chain: Int32Array,
  input: Uint8Array,
  inputAt: number,
  output: Uint8Array,
  outputAt: number,
  length: number,
): void {
  let p0 = chain[0] as number;
  let p1 = chain[1] as number;
  let p2 = chain[2] as number;
  let p3 = chain[3] as number;
  for (let at = 0; at < length; at += SM4_BLOCK_BYTES) {
    const c0 = readWord(input, inputAt + at);
    const c1 = readWord(input, inputAt + at + 4);
    const c2 = readWord(input, inputAt + at + 8);
    const c3 = readWord(input, inputAt + at + 12);
    chain[0] = c0;
    chain[1] = c1;
    chain[2] = c2;
    chain[3] = c3;
    cryptSm4Block(schedule, DECRYPTING, chain);
    writeWord(output, outputAt + at, (chain[0] as number) ^ p0);
    writeWord(output, outputAt + at + 4, (chain[1] as number) ^ p1);
    writeWord(output, outputAt + at + 8, (chain[2] as number) ^ p2);
    writeWord(output, outputAt + at + 12, (chain[3] as number) ^ p3);
    p0 = c0;
    p1 = c1;
    p2 = c2;
    p3 = c3;
  }
  chain[0] = p0;
  chain[1] = p1;
  chain[2] = p2;
  chain[3] = p3;
}

/** The whole block counts, big-endian, as openssl's does. */
function ctr(
  schedule: Int32Array,
  chain: Int32Array,
  input: Uint8Array,
  inputAt: number,
  output: Uint8Array,
  outputAt: number,
  length: number,
): void {
  let n0 = chain[0] as number;
  let n1 = chain[1] as number;
  let n2 = chain[2] as number;
  let n3 = chain[3] as number;
  for (let at = 0; at < length; at += SM4_BLOCK_BYTES) {
    chain[0] = n0;
    chain[1] = n1;
    chain[2] = n2;
    chain[3] = n3;
    cryptSm4Block(schedule, ENCRYPTING, chain);
    writeWord(output, outputAt + at, (chain[0] as number) ^ readWord(input, inputAt + at));
    writeWord(output, outputAt + at + 4, (chain[1] as number) ^ readWord(input, inputAt + at + 4));
    writeWord(output, outputAt + at + 8, (chain[2] as number) ^ readWord(input, inputAt + at + 8));
    writeWord(
      output,
      outputAt + at + 12,
      (chain[3] as number) ^ readWord(input, inputAt + at + 12),
    );
    n3 = n3 + 1 | 0;
    if (n3 === 0) {
      n2 = n2 + 1 | 0;
      if (n2 === 0) {
        n1 = n1 + 1 | 0;
        if (n1 === 0) n0 = n0 + 1 | 0;
      }
    }
  }
  chain[0] = n0;
  chain[1] = n1;
  chain[2] = n2;
  chain[3] = n3;
}

function cfbEncrypt(
  schedule: Int32Array,
  chain: Int32Array,
  input: Uint8Array,
  inputAt: number,
  output: Uint8Array,
  outputAt: number,
  length: number,
): void {
  for (let at = 0; at < length; at += SM4_BLOCK_BYTES) {
    cryptSm4Block(schedule, ENCRYPTING, chain);
    chain[0] = (chain[0] as number) ^ readWord(input, inputAt + at);
    chain[1] = (chain[1] as number) ^ readWord(input, inputAt + at + 4);
    chain[2] = (chain[2] as number) ^ readWord(input, inputAt + at + 8);
    chain[3] = (chain[3] as number) ^ readWord(input, inputAt + at + 12);
    writeBlock(output, outputAt + at, chain);
  }
}

function cfbDecrypt(
  schedule: Int32Array,
  chain: Int32Array,
  input: Uint8Array,
  inputAt: number,
  output: Uint8Array,
  outputAt: number,
  length: number,
): void {
  for (let at = 0; at < length; at += SM4_BLOCK_BYTES) {
    cryptSm4Block(schedule, ENCRYPTING, chain);
    for (let place = 0; place < 4; place++) {
      const word = readWord(input, inputAt + at + 4 * place);
      writeWord(output, outputAt + at + 4 * place, (chain[place] as number) ^ word);
      chain[place] = word;
    }
  }
}

function ofb(
  schedule: Int32Array,
  chain: Int32Array,
  input: Uint8Array,
  inputAt: number,
  output: Uint8Array,
  outputAt: number,
  length: number,
): void {
  for (let at = 0; at < length; at += SM4_BLOCK_BYTES) {
    cryptSm4Block(schedule, ENCRYPTING, chain);
    for (let place = 0; place < 16; place += 4) {
      const word = readWord(input, inputAt + at + place);
      writeWord(output, outputAt + at + place, (chain[place >> 2] as number) ^ word);
    }
  }
}

function readWord(bytes: Uint8Array, at: number): number {
  return (bytes[at] as number) << 24 | (bytes[at + 1] as number) << 16 |
    (bytes[at + 2] as number) << 8 | (bytes[at + 3] as number);
}

function writeWord(bytes: Uint8Array, at: number, word: number): void {
  bytes[at] = word >>> 24;
  bytes[at + 1] = word >>> 16;
  bytes[at + 2] = word >>> 8;
  bytes[at + 3] = word;
}
