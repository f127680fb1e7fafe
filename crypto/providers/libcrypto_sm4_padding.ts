import { readWords, type Sm4Block } from "../sm4_block.ts";
import { paddedBytes } from "../sm4_padding.ts";

/** How many bytes of the last block, at `at`, are data; throws `bad_padding` as `Sm4` does. */
export function keptBytes(plaintext: Uint8Array, at: number): number {
  const block: Sm4Block = [0, 0, 0, 0];
  readWords(block, plaintext, at);
  return paddedBytes(block);
}
