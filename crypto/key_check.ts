import type { Bytes } from "./bytes.ts";
import type { KeyAlgorithm, KeyUsage } from "./provider.ts";
import { desEncrypt } from "./des.ts";
import { CryptoError } from "./errors.ts";
import { sm4Encrypt } from "./sm4.ts";

interface SymmetricKind {
  readonly algorithm: "sm4" | "tdes";
}

/**
 * Whether E_k(0…0) of such a key may be shown: where a key seals by GCM it is the key that
 * authenticates (NIST SP 800-38D §6.4).
 */
export function hasCheckValue<Key extends { algorithm: KeyAlgorithm; usage: KeyUsage }>(
  key: Key,
): key is Key & SymmetricKind {
  return (key.algorithm === "sm4" || key.algorithm === "tdes") &&
    key.usage !== "data" && key.usage !== "wrap";
}

/**
 * The leftmost 8 bytes of E_k(0…0): how two holders of a key see that it is the same one
 * (ISO 11568; pads show 3 to 8 bytes of it). Throws `wrong_length`, `invalid_key`, `unknown_mode`.
 */
export function keyCheckValue(algorithm: "sm4" | "tdes", key: Uint8Array): Bytes {
  switch (algorithm) {
    case "sm4":
      return sm4Encrypt({ mode: "ecb", key, padding: "none" }, new Uint8Array(16)).slice(0, 8);
    case "tdes":
      return desEncrypt({ mode: "ecb", key }, new Uint8Array(8));
    default:
      throw unknownAlgorithm(algorithm);
  }
}

/** For callers whose compiler was told something else. */
function unknownAlgorithm(algorithm: never): CryptoError {
  return new CryptoError(
    "unknown_mode",
    `Cannot check a key of algorithm "${String(algorithm)}": expected sm4 or tdes`,
  );
}
