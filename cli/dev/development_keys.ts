import type { StoredKey } from "../../crypto/key_store.ts";
import { hmacSm3 } from "../../crypto/sm3.ts";
import { COLUMN_KEYS, LINE_KEYS, PROOF_KEYS } from "../key/platform_specs.ts";

const SM4_KEY_BYTES = 16;

/**
 * The keys of a demo, a test or a bench, out of one secret of the developer's own (64 hex digits);
 * the platform's real ones come from a key store. Not for personal data of real people.
 */
export function developmentKeys(secretHex: string): StoredKey[] {
  const secret = Uint8Array.fromHex(secretHex);
  const from = (label: string) => hmacSm3(secret, new TextEncoder().encode(label));
  return [...COLUMN_KEYS, ...LINE_KEYS, ...PROOF_KEYS].map((
    { label, algorithm, usage, leaves },
  ) => ({
    id: `development-${label}`,
    label,
    version: 1,
    algorithm,
    usage,
    leaves,
    createdAt: "2026-01-01T00:00:00Z",
    bytes: algorithm === "sm4" ? from(label).subarray(0, SM4_KEY_BYTES) : from(label),
  }));
}
