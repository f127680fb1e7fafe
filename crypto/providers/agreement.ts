import { wipe } from "../bytes.ts";
import { CryptoError } from "../errors.ts";
import type { KeyAgreement, KeyHandle, KeySpec } from "../provider.ts";
import { agree, generateKeyPair } from "../sm2.ts";
import { agreedKeyLength, requireKeySpec } from "./key_material.ts";

export interface AgreementOptions {
  readonly role: "initiator" | "responder";
  readonly userId: Uint8Array;
  /** Asked for at the end, so that a key destroyed meanwhile agrees on nothing; not wiped here. */
  readonly privateKey: () => Uint8Array;
  readonly addKey: (spec: KeySpec, bytes: Uint8Array) => Promise<KeyHandle>;
  readonly destroyKey: (key: KeyHandle) => Promise<void>;
}

const AGREED_KEYS_MAX = 8;

/** Key exchange with keys in this process's memory; the arithmetic is our TypeScript's. */
export function beginSoftwareAgreement(options: AgreementOptions): KeyAgreement {
  const ephemeral = generateKeyPair();
  let finished = false;
  function giveUp(): void {
    finished = true;
    wipe(ephemeral.privateKey);
  }
  return {
    ephemeralPublicKey: ephemeral.publicKey,
    async finish(peer, specs) {
      if (finished) {
        throw new CryptoError(
          "invalid_argument",
          "Cannot finish a key agreement: it is finished or given up",
        );
      }
      finished = true;
      try {
        const { key, ownConfirmation, peerConfirmation } = agree({
          role: options.role,
          own: {
            privateKey: options.privateKey(),
            ephemeralPrivateKey: ephemeral.privateKey,
            userId: options.userId,
          },
          peer,
          length: lengthOf(specs),
        });
        const keys = await addAgreedKeys(options, specs, key);
        return { keys, ownConfirmation, peerConfirmation };
      } finally {
        giveUp();
      }
    },
    [Symbol.dispose]: giveUp,
  };
}

function lengthOf(specs: readonly KeySpec[]): number {
  if (specs.length < 1 || specs.length > AGREED_KEYS_MAX) {
    throw new CryptoError(
      "invalid_argument",
      `Cannot agree on ${specs.length} keys: expected 1 to ${AGREED_KEYS_MAX}`,
    );
  }
  specs.forEach(requireKeySpec);
  return specs.reduce((sum, spec) => sum + agreedKeyLength(spec), 0);
}

/** All or none. */
async function addAgreedKeys(
  { addKey, destroyKey }: AgreementOptions,
  specs: readonly KeySpec[],
  agreed: Uint8Array,
): Promise<readonly KeyHandle[]> {
  const keys: KeyHandle[] = [];
  let at = 0;
  try {
    for (const spec of specs) {
      const length = agreedKeyLength(spec);
      keys.push(await addKey(spec, agreed.slice(at, at + length)));
      at += length;
    }
    return keys;
  } catch (error) {
    for (const key of keys) await destroyKey(key);
    throw error;
  } finally {
    wipe(agreed);
  }
}
