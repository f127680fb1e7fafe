import { type Bytes, requireLength } from "./bytes.ts";
import { CryptoError } from "./errors.ts";
import { cryptBlock, readWords, SM4_BLOCK_BYTES, type Sm4Block, writeWords } from "./sm4_block.ts";
import { absorbBlocks } from "./sm4_modes.ts";
import { partialBlock } from "./sm4_options.ts";

export interface CbcMacOptions {
  /**
   * Of ISO/IEC 9797-1 (GB/T 15852.1) §6.3: `zero` is method 1 (to a positive number of blocks),
   * `iso9797_2` appends 80 00…; `none` takes whole blocks only. Default `zero`.
   */
  readonly padding?: "zero" | "iso9797_2" | "none";
  /** 16 bytes; zeros when left out. */
  readonly iv?: Uint8Array;
}

/** CMAC (SP 800-38B §6.2): 16 bytes. */
export function cmac(roundKeys: readonly number[], data: Uint8Array): Bytes {
  const subkey: Sm4Block = [0, 0, 0, 0];
  cryptBlock(roundKeys, subkey);
  double(subkey);
  const last = new Uint8Array(SM4_BLOCK_BYTES);
  const tail = data.length === 0 ? 0 : (data.length - 1) % SM4_BLOCK_BYTES + 1;
  last.set(data.subarray(data.length - tail));
  if (tail < SM4_BLOCK_BYTES) {
    last[tail] = 0x80;
    double(subkey);
  }
  const chain: Sm4Block = [0, 0, 0, 0];
  absorbBlocks(roundKeys, chain, data, data.length - tail);
  for (let word = 0; word < 4; word++) chain[word] = (chain[word] ?? 0) ^ (subkey[word] ?? 0);
  absorbBlocks(roundKeys, chain, last, SM4_BLOCK_BYTES);
  writeWords(last, 0, chain);
  return last;
}

/** CBC-MAC (ISO/IEC 9797-1 algorithm 1): 16 bytes. */
export function cbcMac(
  roundKeys: readonly number[],
  data: Uint8Array,
  { padding = "zero", iv }: CbcMacOptions,
): Bytes {
  const tail = data.length % SM4_BLOCK_BYTES;
  const whole = data.length - tail;
  const chain: Sm4Block = [0, 0, 0, 0];
  if (iv !== undefined) {
    requireLength(iv, SM4_BLOCK_BYTES, "an SM4 IV");
    readWords(chain, iv, 0);
  }
  const last = lastBlock(data, padding);
  absorbBlocks(roundKeys, chain, data, whole);
  if (last !== null) absorbBlocks(roundKeys, chain, last, SM4_BLOCK_BYTES);
  const mac = new Uint8Array(SM4_BLOCK_BYTES);
  writeWords(mac, 0, chain);
  return mac;
}

function lastBlock(data: Uint8Array, padding: CbcMacOptions["padding"]): Bytes | null {
  const tail = data.length % SM4_BLOCK_BYTES;
  const last = new Uint8Array(SM4_BLOCK_BYTES);
  last.set(data.subarray(data.length - tail));
  switch (padding) {
    case "zero":
      return tail > 0 || data.length === 0 ? last : null;
    case "iso9797_2":
      last[tail] = 0x80;
      return last;
    case "none":
      if (tail > 0 || data.length === 0) throw partialBlock(data.length);
      return null;
    default:
      throw new CryptoError(
        "unknown_mode",
        `Cannot use CBC-MAC padding "${String(padding)}": expected zero, iso9797_2 or none`,
      );
  }
}

/** Times x in GF(2^128) as CMAC counts it (SP 800-38B §6.1); no branch on the secret. */
function double(words: Sm4Block): void {
  const carry = words[0] >> 31 & 0x87;
  words[0] = words[0] << 1 | words[1] >>> 31;
  words[1] = words[1] << 1 | words[2] >>> 31;
  words[2] = words[2] << 1 | words[3] >>> 31;
  words[3] = words[3] << 1 ^ carry;
}
