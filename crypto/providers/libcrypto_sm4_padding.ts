import { readWords, SM4_BLOCK_BYTES, type Sm4Block } from "../sm4_block.ts";
import { paddedBytes } from "../sm4_padding.ts";

/**
 * How many bytes of the last block, at `at`, are data; throws `bad_padding`. `paddedBytes` on
 * bytes, for it takes words, and reading those would cost more than the check: it has the last
 * word on what is wrong.
 */
export function keptBytes(plaintext: Uint8Array, at: number): number {
  const padding = plaintext[at + SM4_BLOCK_BYTES - 1] ?? 0;
  let wrong = padding - 1 >> 31 | SM4_BLOCK_BYTES - padding >> 31;
  for (let fromEnd = 1; fromEnd <= SM4_BLOCK_BYTES; fromEnd++) {
    const isPadding = fromEnd - 1 - padding >> 31;
    wrong |= isPadding & ((plaintext[at + SM4_BLOCK_BYTES - fromEnd] ?? 0) ^ padding);
  }
  if (wrong === 0) return SM4_BLOCK_BYTES - padding;
  const block: Sm4Block = [0, 0, 0, 0];
  readWords(block, plaintext, at);
  return paddedBytes(block);
}
