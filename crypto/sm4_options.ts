import { requireLength } from "./bytes.ts";
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
      requireLength(iv, SM4_BLOCK_BYTES, "an SM4 IV");
      break;
    default:
      throw new CryptoError(
        "unknown_mode",
        `Cannot use SM4 mode "${String(mode)}": expected ecb, cbc, ctr, cfb or ofb`,
      );
  }
  switch (padding) {
    case "none":
      return;
    case "pkcs7":
      if (worksInBlocks(mode)) return;
      throw refused(`padding "pkcs7" with SM4 mode "${mode}"`, "none");
    default:
      throw unknownPadding(padding);
  }
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

/** For callers whose compiler was told something else. */
function unknownPadding(padding: never): CryptoError {
  return new CryptoError(
    "unknown_mode",
    `Cannot use SM4 padding "${String(padding)}": expected pkcs7 or none`,
  );
}

function refused(what: string, expected: string): CryptoError {
  return new CryptoError("invalid_argument", `Cannot use ${what}: expected ${expected}`);
}
