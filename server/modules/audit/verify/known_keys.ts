import type { SmProvider } from "../../../../crypto/provider.ts";
import { DEFAULT_USER_ID } from "../../../../crypto/sm2.ts";
import { sm3 } from "../../../../crypto/sm3.ts";
import { AUDIT_SIGN_KEY } from "../record_events.ts";
import type { CheckTools, Signed } from "./chain_check.ts";

/** Public keys by the SM3 of their 65 bytes, hex. */
export type KnownKeys = ReadonlyMap<string, Uint8Array>;

export function knownKeys(publicKeys: readonly Uint8Array[]): KnownKeys {
  return new Map(publicKeys.map((key) => [sm3(key).toHex(), key]));
}

/** Of every version of the platform's own key. */
export async function platformKeys(
  provider: Pick<SmProvider, "findKey" | "publicKey">,
): Promise<KnownKeys> {
  const found: Uint8Array[] = [];
  const newest = await provider.findKey(AUDIT_SIGN_KEY);
  for (let version = newest?.version ?? 0; version > 0; version--) {
    const key = await provider.findKey(AUDIT_SIGN_KEY, version);
    if (key) found.push(await provider.publicKey(key));
  }
  return knownKeys(found);
}

/** SM2 over the text's UTF-8 with the default user id, by one of these keys. */
export function signatureCheck(
  provider: Pick<SmProvider, "sm2Verify">,
  keys: KnownKeys,
): CheckTools["isSigned"] {
  return async ({ body, signature }: Signed, fingerprint: string) => {
    const key = keys.get(fingerprint);
    if (!key) return false;
    const message = new TextEncoder().encode(body);
    return await provider.sm2Verify(key, message, signature, { userId: DEFAULT_USER_ID });
  };
}
