import { CryptoError } from "../../../../crypto/errors.ts";
import { publicKeyToPem } from "../../../../crypto/keys.ts";
import type { SmProvider } from "../../../../crypto/provider.ts";
import { DEFAULT_USER_ID } from "../../../../crypto/sm2.ts";
import { signatureToDer } from "../../../../crypto/sm2_codec.ts";
import { AUDIT_SIGN_KEY } from "../../audit/record_events.ts";

/** The audit's own key, as a pack is signed with it. */
export interface PackSigner {
  readonly publicKeyPem: string;
  readonly keyVersion: number;
  /** DER, as openssl reads it. */
  sign(manifest: Uint8Array): Promise<Uint8Array>;
}

/** Throws CryptoError `unknown_key` where the key store has no audit key. */
export async function openPackSigner(provider: SmProvider): Promise<PackSigner> {
  const key = await provider.findKey(AUDIT_SIGN_KEY);
  if (!key) throw new CryptoError("unknown_key", `Cannot find key "${AUDIT_SIGN_KEY}"`);
  return {
    publicKeyPem: publicKeyToPem(await provider.publicKey(key)),
    keyVersion: key.version,
    sign: async (manifest) =>
      signatureToDer(await provider.sm2Sign(key, manifest, { userId: DEFAULT_USER_ID })),
  };
}
