import { CryptoError } from "./errors.ts";
import { SM4_BLOCK_BYTES, type Sm4Block, wordByte } from "./sm4_block.ts";

/** Fills `block` (16 bytes at `at`) from its byte `from` (0 to 15) on: PKCS#7, RFC 5652 §6.3. */
export function padBlock(bytes: Uint8Array, at: number, from: number): void {
  for (let place = from; place < SM4_BLOCK_BYTES; place++) {
    bytes[at + place] = SM4_BLOCK_BYTES - from;
  }
}

/**
 * How many bytes of the last block are data, 0 to 15. Reads all 16 whatever they are, so that the
 * time tells nothing of what is wrong; throws `bad_padding`.
 */
export function paddedBytes(block: Sm4Block): number {
  const padding = wordByte(block, SM4_BLOCK_BYTES - 1);
  let wrong = padding - 1 >> 31 | SM4_BLOCK_BYTES - padding >> 31;
  for (let fromEnd = 1; fromEnd <= SM4_BLOCK_BYTES; fromEnd++) {
    const isPadding = fromEnd - 1 - padding >> 31;
    wrong |= isPadding & (wordByte(block, SM4_BLOCK_BYTES - fromEnd) ^ padding);
  }
  if (wrong !== 0) {
    throw new CryptoError("bad_padding", "Cannot remove the padding: expected PKCS#7 of 1 to 16");
  }
  return SM4_BLOCK_BYTES - padding;
}
