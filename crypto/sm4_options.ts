import { requireBytes, requireLength } from "./bytes.ts";
import type { Sm4Options } from "./engine.ts";
import { CryptoError } from "./errors.ts";
import { SM4_BLOCK_BYTES } from "./sm4_block.ts";

/** As `Sm4.encrypt` says; the types alone would let an upper-case "CBC" of a file pass. */
export function requireSm4Options({ mode, iv, padding }: Sm4Options): void {
  switch (mode) {
    case "ecb":
      if (iv !== undefined) throw refused("an IV with SM4-ECB", "none");
      break;
    case "cbc":
    case "ctr":
    case "cfb":
    case "ofb":
      if (iv === undefined) throw refused(`SM4 mode "${mode}" without an IV`, "16 bytes");
      requireBytes(iv, "an SM4 IV");
      requireLength(iv, SM4_BLOCK_BYTES, "an SM4 IV");
      break;
    default:
      throw new CryptoError(
        "unknown_mode",
        `Cannot use SM4 mode "${String(mode)}": expected ecb, cbc, ctr, cfb or ofb`,
      );
  }
  const inBlocks = worksInBlocks(mode);
  if (padding === "none" || (padding === "pkcs7" && inBlocks)) return;
  throw refused(
    `padding "${String(padding)}" with SM4 mode "${mode}"`,
    inBlocks ? "pkcs7 or none" : "none",
  );
}

/** ECB and CBC; the others make a stream of key bytes. */
export function worksInBlocks(mode: Sm4Options["mode"]): boolean {
  return mode === "ecb" || mode === "cbc";
}

/** Throws `wrong_length`. */
export function requireWholeBlocks(length: number): void {
  if (length % SM4_BLOCK_BYTES !== 0) throw partialBlock(length);
}

export function partialBlock(length: number): CryptoError {
  return new CryptoError(
    "wrong_length",
    `Cannot run SM4 over ${length} bytes: expected whole blocks of ${SM4_BLOCK_BYTES}`,
  );
}

function refused(what: string, expected: string): CryptoError {
  return new CryptoError("invalid_argument", `Cannot use ${what}: expected ${expected}`);
}
