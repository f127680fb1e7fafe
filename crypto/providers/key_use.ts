import { equalBytes } from "../bytes.ts";
import { CryptoError } from "../errors.ts";
import type { KeyAlgorithm, KeyUsage } from "../provider.ts";

/** Fewer could be guessed. */
const VERIFIED_MAC_BYTES_MIN = 4;

/** A `wrong_usage` that says what the key is for; `deed` goes on from "Cannot let key … ". */
export function wrongUsage(
  key: { readonly label: string; readonly algorithm: KeyAlgorithm; readonly usage: KeyUsage },
  deed: string,
): CryptoError {
  return new CryptoError(
    "wrong_usage",
    `Cannot let key "${key.label}" ${deed}: it is a ${key.algorithm} key for "${key.usage}"`,
  );
}

/** Compares with the front of ours, in constant time. Throws `wrong_length`. */
export function macFits(ours: Uint8Array, mac: Uint8Array): boolean {
  if (mac.length < VERIFIED_MAC_BYTES_MIN || mac.length > ours.length) {
    throw new CryptoError(
      "wrong_length",
      `Cannot verify a MAC of ${mac.length} bytes: expected ${VERIFIED_MAC_BYTES_MIN} to ` +
        `${ours.length}`,
    );
  }
  return equalBytes(ours.subarray(0, mac.length), mac);
}
