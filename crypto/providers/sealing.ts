import { CryptoError } from "../errors.ts";
import { SEAL_BYTES_MAX } from "../provider.ts";
import { requireInput, takeBytes } from "./inputs.ts";

export const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const SEALED_BYTES_MAX = SEAL_BYTES_MAX + NONCE_BYTES + TAG_BYTES;
/**
 * Random 96-bit nonces under one key: beyond 2^32 two of them are alike with more than 2^-33
 * (NIST SP 800-38D §8.3). Counted per process; rotate a key long before.
 */
const SEALS_PER_KEY_MAX = 2 ** 32;

/** How often each key sealed in this process. */
export class SealCounter {
  readonly #max: number;
  readonly #seals = new Map<string, number>();

  constructor(max = SEALS_PER_KEY_MAX) {
    this.#max = max;
  }

  /** Throws `too_large` when the key has sealed as often as it may. */
  count({ id, label }: { readonly id: string; readonly label: string }): void {
    const seals = (this.#seals.get(id) ?? 0) + 1;
    if (seals > this.#max) {
      throw new CryptoError(
        "too_large",
        `Cannot seal any more with key "${label}": expected at most ${this.#max} times`,
      );
    }
    this.#seals.set(id, seals);
  }

  forget(id: string): void {
    this.#seals.delete(id);
  }
}

/** A copy of what `seal` gave. Throws `too_large`, `invalid_argument`. */
export function takeSealed(sealed: Uint8Array): Uint8Array {
  return takeBytes(sealed, SEALED_BYTES_MAX, "a sealed text");
}

/** nonce ‖ (ciphertext ‖ tag), as views. Throws `wrong_length`, `too_large`, `invalid_argument`. */
export function splitSealed(sealed: Uint8Array): { nonce: Uint8Array; body: Uint8Array } {
  requireInput(sealed, SEALED_BYTES_MAX, "a sealed text");
  if (sealed.length < NONCE_BYTES + TAG_BYTES) {
    throw new CryptoError(
      "wrong_length",
      `Cannot open ${sealed.length} sealed bytes: expected at least ${NONCE_BYTES + TAG_BYTES}`,
    );
  }
  return { nonce: sealed.subarray(0, NONCE_BYTES), body: sealed.subarray(NONCE_BYTES) };
}

/** For callers whose compiler was told something else: throws `unknown_mode`. */
export function requireProviderMode(mode: "cbc" | "ctr" | undefined): asserts mode {
  if (mode === "cbc" || mode === "ctr") return;
  throw new CryptoError("unknown_mode", `Cannot use mode "${String(mode)}": expected cbc or ctr`);
}
