import { copyBytes, equalBytes, requireBytes, wipe } from "../bytes.ts";
import { CryptoError } from "../errors.ts";
import type { KeyAgreement, KeyHandle, KeySpec, UnconfirmedKeys } from "../provider.ts";
import { agree, generateKeyPair } from "../sm2.ts";
import { requireOptions, takeUserId } from "./inputs.ts";
import { agreedKeyLength, takeKeySpec } from "./key_material.ts";

type Role = "initiator" | "responder";

export interface AgreementOptions {
  readonly role: Role;
  /** Nobody else's to change. */
  readonly userId: Uint8Array;
  /** Asked for at the end, so that a key destroyed meanwhile agrees on nothing; not wiped here. */
  readonly privateKey: () => Uint8Array;
  readonly addKey: (spec: KeySpec, bytes: Uint8Array) => Promise<KeyHandle>;
  readonly destroyKey: (key: KeyHandle) => Promise<void>;
}

type Peer = Parameters<KeyAgreement["finish"]>[0];

const AGREED_KEYS_MAX = 8;

/**
 * Key exchange with keys in this process's memory; the arithmetic is our TypeScript's. Throws
 * `invalid_argument` for another role.
 */
export function beginSoftwareAgreement(options: AgreementOptions): KeyAgreement {
  requireRole(options.role);
  const ephemeral = generateKeyPair();
  /** Derived and not confirmed. */
  let derived: Uint8Array = new Uint8Array(0);
  let finished = false;
  let over = false;

  function giveUp(): void {
    finished = true;
    over = true;
    wipe(ephemeral.privateKey, derived);
  }

  function derive(given: Peer, specs: readonly KeySpec[]): UnconfirmedKeys {
    const peer = takePeer(given);
    const { key, ownConfirmation, peerConfirmation } = agree({
      role: options.role,
      own: {
        privateKey: options.privateKey(),
        ephemeralPrivateKey: ephemeral.privateKey,
        userId: options.userId,
      },
      peer,
      length: specs.reduce((sum, spec) => sum + agreedKeyLength(spec), 0),
    });
    derived = key;
    async function take(): Promise<readonly KeyHandle[]> {
      options.privateKey();
      return await addAgreedKeys(options, specs, derived);
    }
    return {
      ownConfirmation,
      async confirm(confirmation) {
        requireBytes(confirmation, "a confirmation");
        requireFirst(over, "confirm");
        over = true;
        try {
          requireConfirmed(confirmation, peerConfirmation);
          return await take();
        } finally {
          giveUp();
        }
      },
      async takeUnconfirmed() {
        requireResponder(options.role);
        requireFirst(over, "take the keys of");
        over = true;
        try {
          return await take();
        } finally {
          giveUp();
        }
      },
    };
  }

  return {
    ephemeralPublicKey: copyBytes(ephemeral.publicKey),
    async finish(peer, specs) {
      requireFirst(finished, "finish");
      finished = true;
      try {
        return await Promise.resolve(derive(peer, takeAgreedSpecs(specs)));
      } catch (error) {
        giveUp();
        throw error;
      } finally {
        wipe(ephemeral.privateKey);
      }
    },
    [Symbol.dispose]: giveUp,
  };
}

function requireRole(role: Role): void {
  if (role === "initiator" || role === "responder") return;
  throw new CryptoError(
    "invalid_argument",
    `Cannot agree on keys as "${String(role)}": expected initiator or responder`,
  );
}

function requireResponder(role: Role): void {
  if (role === "responder") return;
  throw new CryptoError(
    "invalid_argument",
    "Cannot take agreed keys unconfirmed as initiator: expected the responder's confirmation",
  );
}

function requireFirst(done: boolean, deed: string): void {
  if (!done) return;
  throw new CryptoError(
    "invalid_argument",
    `Cannot ${deed} a key agreement: it is finished or given up`,
  );
}

function requireConfirmed(theirs: Uint8Array, expected: Uint8Array): void {
  if (equalBytes(theirs, expected)) return;
  throw new CryptoError(
    "wrong_confirmation",
    "Cannot take the agreed keys: the other side's confirmation does not fit, so keys or user ids " +
      "differ",
  );
}

function takePeer(given: Peer): Peer {
  const { publicKey, ephemeralPublicKey } = requireOptions(given, "with the peer's public keys");
  return {
    publicKey: copyBytes(publicKey),
    ephemeralPublicKey: copyBytes(ephemeralPublicKey),
    userId: takeUserId(given),
  };
}

/** Throws `invalid_argument`. */
export function takeAgreedSpecs(given: readonly KeySpec[]): readonly KeySpec[] {
  const specs = Array.isArray(given) ? given.slice(0, AGREED_KEYS_MAX + 1) : [];
  if (specs.length < 1 || specs.length > AGREED_KEYS_MAX) {
    throw new CryptoError(
      "invalid_argument",
      `Cannot agree on ${specs.length} keys: expected 1 to ${AGREED_KEYS_MAX}`,
    );
  }
  return specs.map(takeKeySpec);
}

/** All or none. */
async function addAgreedKeys(
  { addKey, destroyKey }: AgreementOptions,
  specs: readonly KeySpec[],
  agreed: Uint8Array,
): Promise<readonly KeyHandle[]> {
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const spec of specs) parts.push(copyBytes(agreed.subarray(at, at += agreedKeyLength(spec))));
  const keys: KeyHandle[] = [];
  try {
    for (const [number, spec] of specs.entries()) {
      keys.push(await addKey(spec, parts[number] ?? new Uint8Array(0)));
    }
    return keys;
  } catch (error) {
    wipe(...parts);
    for (const key of keys) await destroyKey(key);
    throw error;
  }
}
