import assert from "node:assert/strict";
import { CryptoError, type CryptoErrorCode } from "../../errors.ts";
import type { KeyHandle, KeySpec, SmProvider } from "../../provider.ts";

/** A provider under test. */
export interface Subject {
  /** As test names begin. */
  readonly name: string;
  /**
   * A new provider with SM2 keys "conformance-sign" and "conformance-decrypt", which a device cannot
   * make itself.
   */
  readonly open: () => Promise<SmProvider>;
}

export const MESSAGE = utf8("message digest");
export const NOTHING = new Uint8Array(0);

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function hex(digits: string): Uint8Array {
  return Uint8Array.fromHex(digits);
}

/** Registers a test that opens and closes a provider of its own. */
export function check(
  { name, open }: Subject,
  behaviour: string,
  run: (provider: SmProvider) => Promise<void>,
): void {
  Deno.test(`${name}: ${behaviour}`, async () => {
    await using provider = await open();
    await run(provider);
  });
}

export async function refuses(code: CryptoErrorCode, work: Promise<unknown>): Promise<void> {
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof CryptoError, String(error));
    assert.equal(error.code, code, error.message);
    return true;
  });
}

export async function getKey(provider: SmProvider, label: string): Promise<KeyHandle> {
  const key = await provider.findKey(label);
  assert.ok(key, `no key "${label}"`);
  return key;
}

export async function newKey(
  provider: SmProvider,
  spec: Partial<KeySpec> & Pick<KeySpec, "algorithm" | "usage">,
): Promise<KeyHandle> {
  const canLeave = provider.info.capabilities.has("key_wrap");
  return await provider.generateKey({
    label: `conformance-${spec.usage}`,
    leaves: canLeave ? "exported" : "never",
    ...spec,
  });
}

/** A key whose bytes the test knows, which comes in under the provider's own public key. */
export async function importKey(
  provider: SmProvider,
  bytes: Uint8Array,
  spec: Partial<KeySpec> & Pick<KeySpec, "algorithm" | "usage">,
): Promise<KeyHandle> {
  const decrypting = await getKey(provider, "conformance-decrypt");
  const wrapped = await provider.sm2Encrypt(await provider.publicKey(decrypting), bytes);
  return await provider.unwrapKeyWith(decrypting, wrapped, {
    label: "conformance-imported",
    leaves: "exported",
    ...spec,
  });
}

/** The bit at `at` is another one. */
export function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const changed = bytes.slice();
  changed[at >>> 3] = (changed[at >>> 3] ?? 0) ^ (1 << (at & 7));
  return changed;
}
