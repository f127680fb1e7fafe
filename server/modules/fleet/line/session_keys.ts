import type { KeyHandle, KeySpec, SmProvider } from "../../../../crypto/provider.ts";
import { LINE_SESSION_KEYS } from "../../../platform/signed_line.ts";

export interface SessionKeys {
  readonly macKey: KeyHandle;
  readonly dataKey: KeyHandle;
}

export interface WrappedSessionKeys {
  readonly macKey: Uint8Array;
  readonly dataKey: Uint8Array;
}

/** What is agreed on: they leave sealed, into the database, for the other processes. */
export function agreedSpecs(): readonly KeySpec[] {
  return LINE_SESSION_KEYS.map((key) => ({ ...key, leaves: "sealed", ephemeral: true }));
}

interface Wrapping {
  readonly provider: SmProvider;
  readonly wrapping: KeyHandle;
  /** The keys open for this session and no other. */
  readonly sessionId: string;
}

export async function wrapSessionKeys(
  { provider, wrapping, sessionId }: Wrapping,
  { macKey, dataKey }: SessionKeys,
): Promise<WrappedSessionKeys> {
  const form = { form: "sealed", context: new TextEncoder().encode(sessionId) } as const;
  return {
    macKey: await provider.wrapKey(wrapping, macKey, form),
    dataKey: await provider.wrapKey(wrapping, dataKey, form),
  };
}

/** The caller destroys them. */
export async function unwrapSessionKeys(
  { provider, wrapping, sessionId }: Wrapping,
  wrapped: WrappedSessionKeys,
): Promise<SessionKeys> {
  const form = { form: "sealed", context: new TextEncoder().encode(sessionId) } as const;
  const [mac, data] = LINE_SESSION_KEYS;
  const kept = { leaves: "never", ephemeral: true } as const;
  const macKey = await provider.unwrapKey(wrapping, wrapped.macKey, form, { ...mac, ...kept });
  try {
    const dataKey = await provider.unwrapKey(wrapping, wrapped.dataKey, form, { ...data, ...kept });
    return { macKey, dataKey };
  } catch (thrown) {
    await provider.destroyKey(macKey);
    throw thrown;
  }
}
