import type { StoredKey } from "../../crypto/key_store.ts";
import type { KeySpec } from "../../crypto/provider.ts";
import { hmacSm3 } from "../../crypto/sm3.ts";
import { COLUMN_KEYS, LADDER_KEYS, LINE_KEYS, PROOF_KEYS } from "../key/platform_specs.ts";

const SM4_KEY_BYTES = 16;

/** The card host's master, which a real bank brings on paper in two parts. */
const CARD_HOST_MASTER: KeySpec = {
  label: "card-host-master",
  algorithm: "sm4",
  usage: "import",
  leaves: "never",
};

const SPECS = [...COLUMN_KEYS, ...LINE_KEYS, ...PROOF_KEYS, ...LADDER_KEYS, CARD_HOST_MASTER];

/**
 * The keys of a demo, a test or a bench, out of one secret of the developer's own (64 hex digits);
 * the platform's real ones come from a key store. Not for personal data of real people.
 */
export function developmentKeys(secretHex: string): StoredKey[] {
  return SPECS.map(({ label, algorithm, usage, leaves }) => ({
    id: `development-${label}`,
    label,
    version: 1,
    algorithm,
    usage,
    leaves,
    createdAt: "2026-01-01T00:00:00Z",
    bytes: bytesFrom(secretHex, label).subarray(0, algorithm === "sm4" ? SM4_KEY_BYTES : undefined),
  }));
}

/** As the sandbox's card host has it. */
export function developmentCardMaster(secretHex: string): Uint8Array {
  return bytesFrom(secretHex, CARD_HOST_MASTER.label).subarray(0, SM4_KEY_BYTES);
}

function bytesFrom(secretHex: string, label: string): Uint8Array {
  return hmacSm3(Uint8Array.fromHex(secretHex), new TextEncoder().encode(label));
}
