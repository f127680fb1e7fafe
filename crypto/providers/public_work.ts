import { randomBytes } from "../bytes.ts";
import type { Engine, Sm2PublicKey } from "../engine.ts";
import { CryptoError } from "../errors.ts";
import {
  type AsyncDigest,
  MESSAGE_BYTES_MAX,
  RANDOM_BYTES_MAX,
  SEAL_BYTES_MAX,
} from "../provider.ts";
import { Sm2Identity } from "../sm2_identity.ts";
import { BoundedCache } from "./bounded_cache.ts";
import { SLICE_BYTES, SlicedDigest } from "./digest.ts";

const PUBLIC_KEYS_MAX = 256;
const PUBLIC_KEY_BYTES = 65;

/** What needs no secret of ours: digests, verification, encryption to a public key. */
export class PublicWork implements Disposable {
  readonly #engine: Engine;
  readonly #keys = new BoundedCache<Sm2PublicKey>(PUBLIC_KEYS_MAX);

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  random(length: number): Uint8Array {
    requireAtMost(length, RANDOM_BYTES_MAX, "make random bytes");
    return randomBytes(length);
  }

  async sm3(data: Uint8Array): Promise<Uint8Array> {
    requireAtMost(data.length, MESSAGE_BYTES_MAX, "digest");
    await using stream = this.sm3Stream();
    await stream.update(data);
    return await stream.digest();
  }

  sm3Stream(): AsyncDigest {
    return new SlicedDigest(this.#engine.sm3Stream());
  }

  async verify(
    publicKey: Uint8Array,
    message: Uint8Array,
    signature: Uint8Array,
    userId: Uint8Array,
  ): Promise<boolean> {
    requireAtMost(message.length, MESSAGE_BYTES_MAX, "verify");
    const key = this.#key(publicKey);
    if (message.length <= SLICE_BYTES) return key.verify(message, signature, userId);
    const digest = await this.digestToSign(publicKey, message, userId);
    return this.#key(publicKey).verifyDigest(digest, signature);
  }

  /** e = SM3(Z‖M), 32 bytes; throws `too_large`, `invalid_argument` for the user id. */
  async digestToSign(
    publicKey: Uint8Array,
    message: Uint8Array,
    userId: Uint8Array,
  ): Promise<Uint8Array> {
    requireAtMost(message.length, MESSAGE_BYTES_MAX, "sign");
    await using stream = this.sm3Stream();
    await stream.update(new Sm2Identity(publicKey).z(userId));
    await stream.update(message);
    return await stream.digest();
  }

  encrypt(publicKey: Uint8Array, plaintext: Uint8Array): Uint8Array {
    requireAtMost(plaintext.length, SEAL_BYTES_MAX, "encrypt");
    return this.#key(publicKey).encrypt(plaintext);
  }

  [Symbol.dispose](): void {
    this.#keys[Symbol.dispose]();
  }

  #key(publicKey: Uint8Array): Sm2PublicKey {
    if (publicKey.length !== PUBLIC_KEY_BYTES) {
      throw new CryptoError(
        "invalid_point",
        `Cannot use a public key of ${publicKey.length} bytes: expected ${PUBLIC_KEY_BYTES}`,
      );
    }
    return this.#keys.get(publicKey.toHex(), () => this.#engine.sm2PublicKey(publicKey));
  }
}

/** Throws `too_large`; `what` is the action. */
export function requireAtMost(length: number, max: number, what: string): void {
  if (length <= max) return;
  throw new CryptoError(
    "too_large",
    `Cannot ${what} over ${length} bytes: expected at most ${max}`,
  );
}
