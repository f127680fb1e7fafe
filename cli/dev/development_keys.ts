import type { StoredKey } from "../../crypto/key_store.ts";
import type { KeySpec } from "../../crypto/provider.ts";
import { publicKeyOf } from "../../crypto/sm2.ts";
import { hmacSm3 } from "../../crypto/sm3.ts";
import { MOBILE_SIGN_KEY } from "../../server/gateways/mobile_insurance/signer.ts";
import {
  COLUMN_KEYS,
  LADDER_KEYS,
  LINE_KEYS,
  MOBILE_KEYS,
  PROOF_KEYS,
} from "../key/platform_specs.ts";

const SM4_KEY_BYTES = 16;

/** The card host's master, which a real bank brings on paper in two parts. */
const CARD_HOST_MASTER: KeySpec = {
  label: "card-host-master",
  algorithm: "sm4",
  usage: "import",
  leaves: "never",
};

/** Around a master on its way to a pad; a real one is brought in parts by two people. */
export const PAD_TRANSPORT_KEY = "pad-transport";

const SPECS: readonly KeySpec[] = [
  ...COLUMN_KEYS,
  ...LINE_KEYS,
  ...PROOF_KEYS,
  ...LADDER_KEYS,
  ...MOBILE_KEYS,
  CARD_HOST_MASTER,
  { label: PAD_TRANSPORT_KEY, algorithm: "sm4", usage: "export", leaves: "never" },
];

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

/** What the people in the secure room hold. */
export function developmentPadTransport(secretHex: string): Uint8Array {
  return bytesFrom(secretHex, PAD_TRANSPORT_KEY).subarray(0, SM4_KEY_BYTES);
}

/** What the sandbox's centre for mobile payment knows the platform by, and the centre's own key. */
export function developmentMobileKeys(secretHex: string): {
  readonly platformKey: Uint8Array;
  readonly centrePrivateKey: Uint8Array;
  readonly centreKey: Uint8Array;
} {
  const centrePrivateKey = bytesFrom(secretHex, "sandbox-mobile-insurance");
  return {
    platformKey: publicKeyOf(bytesFrom(secretHex, MOBILE_SIGN_KEY)),
    centrePrivateKey,
    centreKey: publicKeyOf(centrePrivateKey),
  };
}

function bytesFrom(secretHex: string, label: string): Uint8Array {
  return hmacSm3(Uint8Array.fromHex(secretHex), new TextEncoder().encode(label));
}
