import type { KeyHandle, SmProvider } from "../../../../crypto/provider.ts";
import { sm3 } from "../../../../crypto/sm3.ts";
import { LINE_AGREE_KEY, LINE_SIGN_KEY, LINE_WRAP_KEY } from "../../../platform/signed_line.ts";

/** The provider with the platform's keys for the line, all there when this exists. */
export interface LineKeys {
  readonly provider: SmProvider;
}

/** Why terminals cannot come in, for the operator. */
export type LineTrouble =
  | { readonly kind: "missing"; readonly labels: readonly string[] }
  /** SM2 private keys may not be used in software here, and no device holds them. */
  | { readonly kind: "not_allowed" };

export async function openLineKeys(
  provider: SmProvider,
): Promise<{ readonly keys: LineKeys } | { readonly trouble: LineTrouble }> {
  const labels = [LINE_SIGN_KEY, LINE_AGREE_KEY, LINE_WRAP_KEY];
  const found = await Promise.all(labels.map((label) => provider.findKey(label)));
  const missing = labels.filter((_, at) => found[at] === null);
  if (missing.length > 0) return { trouble: { kind: "missing", labels: missing } };
  const { capabilities } = provider.info;
  if (!capabilities.has("sm2_sign") || !capabilities.has("sm2_agree")) {
    return { trouble: { kind: "not_allowed" } };
  }
  return { keys: { provider } };
}

/** The platform's keys as a terminal was enrolled with them: rotated ones go on for those. */
export interface PlatformVersions {
  readonly sign: number;
  readonly agree: number;
}

export interface PlatformPair {
  readonly versions: PlatformVersions;
  readonly sign: KeyHandle;
  readonly agree: KeyHandle;
  /** 65 bytes each. */
  readonly signKey: Uint8Array;
  readonly agreeKey: Uint8Array;
}

/** The newest pair, or the one of an enrolment; null when this process has not got it. */
export async function findPlatformPair(
  { provider }: LineKeys,
  versions?: PlatformVersions,
): Promise<PlatformPair | null> {
  const sign = await provider.findKey(LINE_SIGN_KEY, versions?.sign);
  const agree = await provider.findKey(LINE_AGREE_KEY, versions?.agree);
  if (!sign || !agree) return null;
  return {
    versions: { sign: sign.version, agree: agree.version },
    sign,
    agree,
    signKey: await provider.publicKey(sign),
    agreeKey: await provider.publicKey(agree),
  };
}

/** As people compare it and openings name it: hex SM3 of the public key. */
export function fingerprintOf(publicKey: Uint8Array): string {
  return sm3(publicKey).toHex();
}
