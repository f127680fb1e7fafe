import { randomBytes } from "../bytes.ts";
import type { Engine, Sm2PublicKey } from "../engine.ts";
import { CryptoError } from "../errors.ts";
import {
  type AsyncDigest,
  MESSAGE_BYTES_MAX,
  RANDOM_BYTES_MAX,
  SEAL_BYTES_MAX,
  type UserIdOption,
} from "../provider.ts";
import { Sm2Identity } from "../sm2_identity.ts";
import { BoundedCache } from "./bounded_cache.ts";
import { SLICE_BYTES, SlicedDigest } from "./digest.ts";
import {
  requireAtMost,
  requireInput,
  SIGNATURE_BYTES,
  takePublicKey,
  takeSignature,
  takeUserId,
} from "./inputs.ts";

const PUBLIC_KEYS_MAX = 256;

/** What needs no secret of ours: digests, verification, encryption to a public key. */
export class PublicWork implements Disposable {
  readonly #engine: Engine;
  readonly #keys = new BoundedCache<Sm2PublicKey>(PUBLIC_KEYS_MAX);
  readonly #digests = new Set<SlicedDigest>();
  #closed = false;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  random(length: number): Uint8Array {
    requireAtMost(length, RANDOM_BYTES_MAX, "make random bytes");
    return randomBytes(length);
  }

  async sm3(data: Uint8Array): Promise<Uint8Array> {
    requireInput(data, MESSAGE_BYTES_MAX, "data to digest");
    await using stream = this.sm3Stream();
    await stream.update(data);
    return await stream.digest();
  }

  sm3Stream(): AsyncDigest {
    this.#requireOpen();
    const digest: SlicedDigest = new SlicedDigest(
      this.#engine.sm3Stream(),
      () => this.#digests.delete(digest),
    );
    this.#digests.add(digest);
    return digest;
  }

  async verify(
    publicKey: Uint8Array,
    message: Uint8Array,
    signature: Uint8Array,
    options: UserIdOption,
  ): Promise<boolean> {
    const userId = takeUserId(options);
    requireInput(message, MESSAGE_BYTES_MAX, "a message to verify");
    const [ownKey, ownSignature] = [takePublicKey(publicKey), takeSignature(signature)];
    const key = this.#key(ownKey);
    if (ownSignature.length !== SIGNATURE_BYTES) return false;
    if (message.length <= SLICE_BYTES) return key.verify(message, ownSignature, userId);
    const digest = await this.digestToSign(ownKey, message, userId);
    return this.#key(ownKey).verifyDigest(digest, ownSignature);
  }

  /**
   * e = SM3(Z‖M), 32 bytes, over a public key and user id that nobody changes; throws `too_large`,
   * `invalid_argument` for the user id.
   */
  async digestToSign(
    publicKey: Uint8Array,
    message: Uint8Array,
    userId: Uint8Array,
  ): Promise<Uint8Array> {
    requireInput(message, MESSAGE_BYTES_MAX, "a message to sign");
    await using stream = this.sm3Stream();
    await stream.update(new Sm2Identity(publicKey).z(userId));
    await stream.update(message);
    return await stream.digest();
  }

  encrypt(publicKey: Uint8Array, plaintext: Uint8Array): Uint8Array {
    requireInput(plaintext, SEAL_BYTES_MAX, "a text to encrypt");
    return this.#key(takePublicKey(publicKey)).encrypt(plaintext);
  }

  /** Digests under way come to an end, too. */
  [Symbol.dispose](): void {
    this.#closed = true;
    for (const digest of [...this.#digests]) digest.end();
    this.#keys[Symbol.dispose]();
  }

  /** Of 65 bytes that nobody changes. */
  #key(publicKey: Uint8Array): Sm2PublicKey {
    this.#requireOpen();
    return this.#keys.get(publicKey.toHex(), () => this.#engine.sm2PublicKey(publicKey));
  }

  #requireOpen(): void {
    if (!this.#closed) return;
    throw new CryptoError("unavailable", "Cannot use the provider: it is closed");
  }
}
