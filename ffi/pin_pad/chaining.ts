/**
 * MACs and modes that a pad does only in part or only up to a length, put together in the host from
 * what it does: no step needs a key. Formulas: ANSI X9.9, ANSI X9.19 (ISO/IEC 9797-1 algorithm 3)
 * and UnionPay's POS specification; every one of them fills the last block with zeros.
 */
import { asciiBytes, joinBytes } from "./frame.ts";

const DES_BLOCK_BYTES = 8;

/** One step in the pad: whole blocks in, the last block of a CBC with zero IV out. */
type CbcMac = (data: Uint8Array) => Promise<Uint8Array>;
/** One block through the pad's block cipher. */
type BlockCipher = (block: Uint8Array) => Promise<Uint8Array>;

interface Chain {
  readonly blockBytes: 8 | 16;
  /** What the pad takes in one command; whole blocks. */
  readonly chunkBytes: number;
}

/** CBC-MAC with zero IV of data of any length, not empty. */
export async function chainMac(chain: Chain, step: CbcMac, data: Uint8Array): Promise<Uint8Array> {
  let mac = new Uint8Array(chain.blockBytes);
  const padded = zeroPadded(data, chain.blockBytes);
  for (let at = 0; at < padded.length; at += chain.chunkBytes) {
    const chunk = padded.slice(at, at + chain.chunkBytes);
    xorInto(chunk, mac);
    mac = Uint8Array.from(await step(chunk));
  }
  return mac;
}

/** X9.19 from single DES with the left half (`step`) and 3DES of the last block (`triple`). */
export async function retailMac(
  chunkBytes: number,
  pad: { readonly step: CbcMac; readonly triple: BlockCipher },
  data: Uint8Array,
): Promise<Uint8Array> {
  const padded = zeroPadded(data, DES_BLOCK_BYTES);
  const last = padded.slice(-DES_BLOCK_BYTES);
  const head = padded.subarray(0, -DES_BLOCK_BYTES);
  const chain = { blockBytes: DES_BLOCK_BYTES, chunkBytes } as const;
  if (head.length > 0) xorInto(last, await chainMac(chain, pad.step, head));
  return await pad.triple(last);
}

/** UnionPay's ECB MAC: the first 8 hexadecimal characters, in ASCII, as the host wants them. */
export async function unionPayMac(cipher: BlockCipher, data: Uint8Array): Promise<Uint8Array> {
  const text = asciiHex(xorOfBlocks(data));
  const half = Uint8Array.from(await cipher(text.slice(0, DES_BLOCK_BYTES)));
  xorInto(half, text.subarray(DES_BLOCK_BYTES));
  return asciiHex(await cipher(half)).slice(0, DES_BLOCK_BYTES);
}

/** UnionPay's MAC is one of this block alone, whatever was the length of the data. */
export function xorOfBlocks(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const sum = new Uint8Array(DES_BLOCK_BYTES);
  data.forEach((byte, at) => sum[at % DES_BLOCK_BYTES] = (sum[at % DES_BLOCK_BYTES] ?? 0) ^ byte);
  return sum;
}

/** Runs `step` over data in pieces of at most `chunkBytes`. */
export async function inChunks(
  chunkBytes: number,
  step: (chunk: Uint8Array) => Promise<Uint8Array>,
  data: Uint8Array,
): Promise<Uint8Array> {
  const results: Uint8Array[] = [];
  for (let at = 0; at < data.length; at += chunkBytes) {
    results.push(await step(data.slice(at, at + chunkBytes)));
  }
  return joinBytes(...results);
}

/** CBC encryption from one block at a time of ECB. */
export async function cbcByBlocks(
  cipher: BlockCipher,
  iv: Uint8Array,
  data: Uint8Array,
): Promise<Uint8Array> {
  let chain = iv;
  return await inChunks(iv.length, async (block) => {
    xorInto(block, chain);
    chain = await cipher(block);
    return chain;
  }, data);
}

/** What makes ECB decryption CBC decryption. */
export function unchainCbc(
  iv: Uint8Array,
  ciphertext: Uint8Array,
  decrypted: Uint8Array,
): Uint8Array {
  const before = joinBytes(iv, ciphertext);
  return decrypted.map((byte, at) => byte ^ (before[at] ?? 0));
}

/** Whole blocks; the last one ends in zeros. */
export function zeroPadded(data: Uint8Array, blockBytes: number): Uint8Array<ArrayBuffer> {
  const padded = new Uint8Array(Math.ceil(data.length / blockBytes) * blockBytes);
  padded.set(data);
  return padded;
}

/** Changes the front of `target`, as far as the mask reaches. */
export function xorInto(target: Uint8Array, mask: Uint8Array): void {
  mask.forEach((byte, at) => {
    if (at < target.length) target[at] = (target[at] ?? 0) ^ byte;
  });
}

function asciiHex(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return asciiBytes(bytes.toHex().toUpperCase());
}
