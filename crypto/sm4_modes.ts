import type { Sm4Mode } from "./sm4.ts";
import {
  cryptBlock,
  cryptQuad,
  readWord,
  readWords,
  SM4_BLOCK_BYTES,
  SM4_QUAD_BYTES,
  type Sm4Block,
  type Sm4Quad,
  wipeWords,
  wordByte,
  writeWord,
  writeWords,
} from "./sm4_block.ts";
import { encryptCbc } from "./sm4_cbc.ts";

/** A mode on its way through the data (GB/T 17964). */
export interface Sm4Run {
  readonly mode: Sm4Mode;
  readonly encrypting: boolean;
  /** Reversed where the mode `needsInverse`. */
  readonly roundKeys: number[];
  /** IV, then chaining value, feedback or counter; unused by ECB. */
  readonly chain: Sm4Block;
  /** Scratch. */
  readonly block: Sm4Block;
  readonly quad: Sm4Quad;
}

/** What goes where. Input and output may be the same bytes at the same place. */
export interface Sm4Span {
  readonly input: Uint8Array;
  readonly from: number;
  readonly output: Uint8Array;
  readonly to: number;
  readonly length: number;
}

/** Every mode but these two uses the cipher in its own direction only. */
export function needsInverse(mode: Sm4Mode, encrypting: boolean): boolean {
  return !encrypting && (mode === "ecb" || mode === "cbc");
}

/** Runs over a span of whole blocks. */
export function runBlocks(run: Sm4Run, span: Sm4Span): void {
  switch (run.mode) {
    case "ecb":
      return runEcb(run, span);
    case "cbc":
      return run.encrypting ? encryptCbc(run.roundKeys, run.chain, span) : decryptCbc(run, span);
    case "ctr":
      return runCtr(run, span);
    case "cfb":
      return run.encrypting ? encryptCfb(run, span) : decryptCfb(run, span);
    case "ofb":
      return runOfb(run, span);
  }
}

/** The last bytes of a stream mode, at most a block; the run is at its end. */
export function runTail(
  { roundKeys, chain }: Sm4Run,
  { input, from, output, to, length }: Sm4Span,
): void {
  if (length === 0) return;
  cryptBlock(roundKeys, chain);
  for (let at = 0; at < length; at++) {
    output[to + at] = (input[from + at] ?? 0) ^ wordByte(chain, at);
  }
}

/**
 * The last block of ECB or CBC into `run.block`, without output: its padding says how much of it
 * is data.
 */
export function decryptLast(run: Sm4Run, input: Uint8Array, at: number): void {
  const { roundKeys, chain, block } = run;
  readWords(block, input, at);
  cryptBlock(roundKeys, block);
  if (run.mode === "ecb") return;
  for (let word = 0; word < 4; word++) block[word] = (block[word] ?? 0) ^ (chain[word] ?? 0);
}

export function wipeRun({ roundKeys, chain, block, quad }: Sm4Run): void {
  wipeWords(roundKeys);
  wipeWords(chain);
  wipeWords(block);
  wipeWords(quad);
}

/** CBC without output, for MACs: chain ← E(chain ⊕ block) for each block of the first bytes. */
export function absorbBlocks(
  roundKeys: readonly number[],
  chain: Sm4Block,
  data: Uint8Array,
  length: number,
): void {
  for (let at = 0; at < length; at += SM4_BLOCK_BYTES) {
    addWords(chain, data, at);
    cryptBlock(roundKeys, chain);
  }
}

function runEcb(run: Sm4Run, { input, from, output, to, length }: Sm4Span): void {
  for (let at = 0; at < length;) {
    const words = wordsFor(run, length - at);
    readWords(words, input, from + at);
    cryptWords(run, words);
    writeWords(output, to + at, words);
    at += 4 * words.length;
  }
}

function decryptCbc(run: Sm4Run, { input, from, output, to, length }: Sm4Span): void {
  const { chain } = run;
  for (let at = 0; at < length;) {
    const words = wordsFor(run, length - at);
    const bytes = 4 * words.length;
    readWords(words, input, from + at);
    cryptWords(run, words);
    for (let word = 0; word < 4; word++) words[word] = (words[word] ?? 0) ^ (chain[word] ?? 0);
    for (let word = 4; word < words.length; word++) {
      words[word] = (words[word] ?? 0) ^ readWord(input, from + at + 4 * word - SM4_BLOCK_BYTES);
    }
    readWords(chain, input, from + at + bytes - SM4_BLOCK_BYTES);
    writeWords(output, to + at, words);
    at += bytes;
  }
}

/** The whole block counts, big-endian. */
function runCtr(run: Sm4Run, span: Sm4Span): void {
  for (let at = 0; at < span.length;) {
    const words = wordsFor(run, span.length - at);
    for (let word = 0; word < words.length; word += 4) {
      for (let place = 0; place < 4; place++) words[word + place] = run.chain[place] ?? 0;
      count(run.chain);
    }
    cryptWords(run, words);
    writeSums(words, span, at);
    at += 4 * words.length;
  }
}

function encryptCfb(
  { roundKeys, chain }: Sm4Run,
  { input, from, output, to, length }: Sm4Span,
): void {
  for (let at = 0; at < length; at += SM4_BLOCK_BYTES) {
    cryptBlock(roundKeys, chain);
    addWords(chain, input, from + at);
    writeWords(output, to + at, chain);
  }
}

function decryptCfb(run: Sm4Run, span: Sm4Span): void {
  const { input, from, length } = span;
  const { chain } = run;
  for (let at = 0; at < length;) {
    const words = wordsFor(run, length - at);
    const bytes = 4 * words.length;
    for (let word = 0; word < 4; word++) words[word] = chain[word] ?? 0;
    for (let word = 4; word < words.length; word++) {
      words[word] = readWord(input, from + at + 4 * word - SM4_BLOCK_BYTES);
    }
    readWords(chain, input, from + at + bytes - SM4_BLOCK_BYTES);
    cryptWords(run, words);
    writeSums(words, span, at);
    at += bytes;
  }
}

function runOfb({ roundKeys, chain }: Sm4Run, span: Sm4Span): void {
  for (let at = 0; at < span.length; at += SM4_BLOCK_BYTES) {
    cryptBlock(roundKeys, chain);
    writeSums(chain, span, at);
  }
}

function wordsFor({ block, quad }: Sm4Run, bytesLeft: number): Sm4Block | Sm4Quad {
  return bytesLeft >= SM4_QUAD_BYTES ? quad : block;
}

function cryptWords({ roundKeys }: Sm4Run, words: Sm4Block | Sm4Quad): void {
  if (words.length === 4) cryptBlock(roundKeys, words);
  else cryptQuad(roundKeys, words);
}

function addWords(words: Sm4Block, bytes: Uint8Array, at: number): void {
  for (let word = 0; word < 4; word++) {
    words[word] = (words[word] ?? 0) ^ readWord(bytes, at + 4 * word);
  }
}

function writeSums(
  words: Sm4Block | Sm4Quad,
  { input, from, output, to }: Sm4Span,
  at: number,
): void {
  for (let word = 0; word < words.length; word++) {
    const place = at + 4 * word;
    writeWord(output, to + place, (words[word] ?? 0) ^ readWord(input, from + place));
  }
}

function count(counter: Sm4Block): void {
  for (let word = 3; word >= 0; word--) {
    const next = (counter[word] ?? 0) + 1 | 0;
    counter[word] = next;
    if (next !== 0) return;
  }
}
