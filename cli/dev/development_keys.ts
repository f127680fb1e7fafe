import { COLUMN_DATA_KEY, COLUMN_INDEX_KEY } from "../../crypto/envelope.ts";
import type { StoredKey } from "../../crypto/key_store.ts";
import { hmacSm3 } from "../../crypto/sm3.ts";

const SM4_KEY_BYTES = 16;

/**
 * The keys of a demo, a test or a bench, out of one secret of the developer's own (64 hex digits);
 * the platform's real ones come from a key store. Not for personal data of real people.
 */
export function developmentKeys(secretHex: string): StoredKey[] {
  const secret = Uint8Array.fromHex(secretHex);
  const from = (label: string) => hmacSm3(secret, new TextEncoder().encode(label));
  const kept = { version: 1, leaves: "never", createdAt: "2026-01-01T00:00:00Z" } as const;
  return [
    {
      ...kept,
      id: "development-column-data",
      label: COLUMN_DATA_KEY,
      algorithm: "sm4",
      usage: "data",
      bytes: from(COLUMN_DATA_KEY).subarray(0, SM4_KEY_BYTES),
    },
    {
      ...kept,
      id: "development-column-index",
      label: COLUMN_INDEX_KEY,
      algorithm: "hmac_sm3",
      usage: "mac",
      bytes: from(COLUMN_INDEX_KEY),
    },
  ];
}
