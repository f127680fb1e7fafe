import { CryptoError } from "./errors.ts";
import { SM4_BLOCK_BYTES } from "./sm4_block.ts";

/** PKCS#7 (RFC 5652 §6.3): fills the block from `from` (0 to 15) on. */
export function padBlock(block: Uint8Array, from: number): void {
  block.fill(SM4_BLOCK_BYTES - from, from);
}

/**
 * How many bytes of the last block are data, 0 to 15. Reads all 16 bytes whatever they are, so
 * that the time tells nothing of what is wrong; throws `bad_padding`.
 */
export function paddedBytes(block: Uint8Array): number {
  const padding = block[SM4_BLOCK_BYTES - 1] ?? 0;
  let wrong = padding - 1 >> 31 | SM4_BLOCK_BYTES - padding >> 31;
  for (let fromEnd = 1; fromEnd <= SM4_BLOCK_BYTES; fromEnd++) {
    const isPadding = fromEnd - 1 - padding >> 31;
    wrong |= isPadding & ((block[SM4_BLOCK_BYTES - fromEnd] ?? 0) ^ padding);
  }
  if (wrong !== 0) {
    throw new CryptoError("bad_padding", "Cannot remove the padding: expected PKCS#7 of 1 to 16");
  }
  return SM4_BLOCK_BYTES - padding;
}
