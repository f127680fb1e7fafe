import { CryptoError } from "../../../../crypto/errors.ts";
import type { KeyHandle, KeySpec, SmProvider } from "../../../../crypto/provider.ts";
import { DomainError } from "../../../platform/errors.ts";

/** The label under which the provider keeps the key around programs' secrets. */
export const PROGRAM_WRAP_KEY = "program-wrap";

const SECRET: Pick<KeySpec, "label" | "algorithm" | "usage" | "ephemeral"> = {
  label: "program-secret",
  algorithm: "hmac_sm3",
  usage: "mac",
  ephemeral: true,
};

export interface WrappedSecret {
  readonly secret: Uint8Array;
  readonly wrapVersion: number;
}

/**
 * A new secret: as the database keeps it, and once as it is shown. A provider gives no key out in
 * clear, only to the holder of a private key: that is one of this moment, made for it.
 */
export async function makeSecret(
  provider: SmProvider,
  keyId: string,
): Promise<WrappedSecret & { readonly shown: string }> {
  const wrapping = await provider.findKey(PROGRAM_WRAP_KEY);
  // A device (SDF) has no key around keys of ours.
  if (!wrapping) throw unavailable();
  await using made = await makeEphemeral(provider, { ...SECRET, leaves: "exported" });
  const secret = await provider.wrapKey(wrapping, made.key, formOf(keyId));
  return { secret, wrapVersion: wrapping.version, shown: await showOnce(provider, made.key) };
}

async function showOnce(provider: SmProvider, key: KeyHandle): Promise<string> {
  if (!provider.info.capabilities.has("sm2_decrypt")) throw unavailable();
  await using reader = await makeEphemeral(provider, {
    label: "program-secret-reader",
    algorithm: "sm2",
    usage: "decrypt",
    leaves: "never",
    ephemeral: true,
  });
  const wrapped = await provider.wrapKeyTo(await provider.publicKey(reader.key), key);
  const bytes = await provider.sm2Decrypt(reader.key, wrapped);
  const shown = bytes.toHex();
  bytes.fill(0);
  return shown;
}

/** In constant time; false for what this process cannot open. */
export async function isMacOf(
  provider: SmProvider,
  { keyId, secret, wrapVersion }: WrappedSecret & { readonly keyId: string },
  { text, mac }: { readonly text: Uint8Array; readonly mac: Uint8Array },
): Promise<boolean> {
  const wrapping = await getWrapping(provider, wrapVersion);
  const key = await provider.unwrapKey(wrapping, secret, formOf(keyId), {
    ...SECRET,
    leaves: "never",
  });
  try {
    return await provider.verifyMac(key, "hmac_sm3", text, mac);
  } finally {
    await provider.destroyKey(key);
  }
}

async function getWrapping(provider: SmProvider, version: number): Promise<KeyHandle> {
  const key = await provider.findKey(PROGRAM_WRAP_KEY, version);
  if (key) return key;
  throw new CryptoError("unknown_key", `Cannot find key "${PROGRAM_WRAP_KEY}"`);
}

async function makeEphemeral(
  provider: SmProvider,
  spec: KeySpec,
): Promise<AsyncDisposable & { readonly key: KeyHandle }> {
  try {
    const key = await provider.generateKey(spec);
    return { key, [Symbol.asyncDispose]: () => provider.destroyKey(key) };
  } catch (cause) {
    throw cause instanceof CryptoError && cause.code === "not_supported"
      ? unavailable(cause)
      : cause;
  }
}

/** A secret opens for its key only. */
function formOf(keyId: string): { readonly form: "sealed"; readonly context: Uint8Array } {
  return { form: "sealed", context: new TextEncoder().encode(`program ${keyId}`) };
}

function unavailable(cause?: unknown): DomainError {
  return new DomainError(
    "access.secret_unavailable",
    "Cannot make an HMAC secret here: no SM2 private key may be used, expected an SM2 public key",
    { cause },
  );
}
