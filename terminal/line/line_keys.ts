import type { KeyHandle, SmProvider } from "../../crypto/provider.ts";
import { TERMINAL_AGREE_KEY, TERMINAL_SIGN_KEY } from "../../server/platform/signed_line.ts";

/** This terminal's two keys, wherever its provider holds them. */
export interface LineKeys {
  readonly provider: SmProvider;
  readonly sign: KeyHandle;
  readonly agree: KeyHandle;
  /** Hex of 65 bytes, as enrolled. */
  readonly signPublicKey: string;
  readonly agreePublicKey: string;
}

/** Finds them, or throws: whoever made the provider puts them there. */
export async function findLineKeys(provider: SmProvider): Promise<LineKeys> {
  const [sign, agree] = await Promise.all([
    requireKey(provider, TERMINAL_SIGN_KEY),
    requireKey(provider, TERMINAL_AGREE_KEY),
  ]);
  return {
    provider,
    sign,
    agree,
    signPublicKey: (await provider.publicKey(sign)).toHex(),
    agreePublicKey: (await provider.publicKey(agree)).toHex(),
  };
}

async function requireKey(provider: SmProvider, label: string): Promise<KeyHandle> {
  const key = await provider.findKey(label);
  if (!key) throw new Error(`Cannot use the line: expected a key "${label}" in the provider`);
  return key;
}
