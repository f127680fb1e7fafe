import { equalBytes } from "../bytes.ts";
import { CryptoError } from "../errors.ts";
import type { MacMethod } from "../mac.ts";
import type { KeyAlgorithm, KeyLeaves, KeyUsage } from "../provider.ts";

/** Fewer could be guessed. */
const VERIFIED_MAC_BYTES_MIN = 4;
/** Hex digits: four bytes of MAC. */
const VERIFIED_HEX_MAC_BYTES_MIN = 8;

interface UsedKey {
  readonly label: string;
  readonly algorithm: KeyAlgorithm;
  readonly usage: KeyUsage;
}

/** A `wrong_usage` that says what the key is for; `deed` goes on from "Cannot let key … ". */
export function wrongUsage(key: UsedKey, deed: string): CryptoError {
  return new CryptoError(
    "wrong_usage",
    `Cannot let key "${key.label}" ${deed}: it is a ${key.algorithm} key for "${key.usage}"`,
  );
}

/** Throws `wrong_usage` unless the key may leave so. */
export function requireLeaves(
  key: UsedKey & { readonly leaves: KeyLeaves },
  how: Exclude<KeyLeaves, "never">,
): void {
  if (key.leaves === "exported" || key.leaves === how) return;
  throw wrongUsage(key, `leave the provider ${how}: it may leave "${key.leaves}"`);
}

/**
 * In constant time; false for another length than the one expected, which is the whole one when
 * absent. Throws `wrong_length` for a length that nobody can ask for.
 */
export function macFits(
  method: MacMethod,
  ours: Uint8Array,
  mac: Uint8Array,
  length: number = ours.length,
): boolean {
  const min = method === "tdes_unionpay_ecb" ? VERIFIED_HEX_MAC_BYTES_MIN : VERIFIED_MAC_BYTES_MIN;
  if (!Number.isInteger(length) || length < min || length > ours.length) {
    throw new CryptoError(
      "wrong_length",
      `Cannot verify ${length} bytes of a ${method} MAC: expected ${min} to ${ours.length}`,
    );
  }
  return equalBytes(ours.subarray(0, length), mac);
}
