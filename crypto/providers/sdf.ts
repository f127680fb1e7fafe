import { concatBytes, copyBytes, randomBytes, requireBytes, requireLength } from "../bytes.ts";
import type { Engine } from "../engine.ts";
import { CryptoError } from "../errors.ts";
import { hasCheckValue } from "../key_check.ts";
import type { StoredKey } from "../key_store.ts";
import { keyAlgorithmOf, type MacMethod } from "../mac.ts";
import {
  type AsyncDigest,
  type Capability,
  type KeyAgreement,
  type KeyAlgorithm,
  type KeyHandle,
  type KeySpec,
  type KeyUsage,
  MESSAGE_BYTES_MAX,
  type ProviderAlarm,
  type ProviderInfo,
  RANDOM_BYTES_MAX,
  SEAL_BYTES_MAX,
  type SelfTest,
  type SmProvider,
  type UserIdOption,
} from "../provider.ts";
import { decryptionFailed } from "../sm2_cipher.ts";
import { splitCiphertext } from "../sm2_codec.ts";
import { publicPoint } from "../sm2_curve.ts";
import { testEngine } from "../known_answers.ts";
import {
  requireAtMost,
  requireInput,
  requireOptions,
  SM2_CIPHERTEXT_BYTES_MAX,
  takeBytes,
  takeUserId,
} from "./inputs.ts";
import { takeKeySpec } from "./key_material.ts";
import { KeyShelf } from "./key_shelf.ts";
import { macFits, wrongUsage } from "./key_use.ts";
import { PublicWork } from "./public_work.ts";
import {
  NONCE_BYTES,
  requireProviderMode,
  SealCounter,
  splitSealed,
  takeSealed,
} from "./sealing.ts";
import { testDevice } from "./sdf_check.ts";
import { type HeldDeviceKey, type SdfDeviceKey, SdfDeviceKeys } from "./sdf_device_keys.ts";
import { saysGone } from "./sdf_errors.ts";
import type { SdfLibrary } from "./sdf_library.ts";
import {
  bitPaddedMacInDevice,
  cmacInDevice,
  ctrInDevice,
  decryptCbcInDevice,
  type DeviceKey,
  encryptCbcInDevice,
  openInDevice,
  sealInDevice,
  zeroPaddedMacInDevice,
} from "./sdf_modes.ts";
import { type OpenSession, SdfSessions } from "./sdf_sessions.ts";

export type { SdfDeviceKey } from "./sdf_device_keys.ts";
export type { SdfLibrary } from "./sdf_library.ts";

export interface SdfProviderOptions {
  readonly name: string;
  /** Owned: disposed with the provider. */
  readonly library: SdfLibrary;
  /** For digests, verification and encryption to public keys, which need no secret; owned too. */
  readonly engine: Engine;
  /** SM2 key pairs that the device's own tools made, by label. */
  readonly deviceKeys: readonly SdfDeviceKey[];
  /** Index of the device's key that wraps all symmetric ones. */
  readonly kekIndex: number;
  /** Symmetric keys, wrapped by the device: `bytes` is in its form and worth nothing elsewhere. */
  readonly keys?: readonly StoredKey[];
  /** As of `SoftwareProvider`. */
  readonly onKeysChanged?: (keys: readonly StoredKey[]) => Promise<void>;
  readonly onAlarm: (alarm: ProviderAlarm) => void;
  /** Sessions at once; 4 when absent. */
  readonly sessions?: number;
  /** For a free session, and for the device's answer; 5000 when absent. */
  readonly waitMs?: number;
  readonly now?: () => Date;
}

const SESSIONS_DEFAULT = 4;
const WAIT_MS_DEFAULT = 5_000;
const IV_BYTES = 16;
const MAC_BYTES_MAX = 32;
const RANDOM_CALL_BYTES_MAX = 1 << 14;

const CAPABILITIES: readonly Capability[] = [
  "sm2_sign",
  "sm2_decrypt",
  "sm4_gcm",
  "sm4_cbc",
  "sm4_ctr",
  "sm4_mac",
];

/**
 * Keys in a device behind GM/T 0018. SM2 keys are the device's own, by index; symmetric ones are
 * made in the device and kept here as it wrapped them. No key comes out, so none is wrapped for
 * others or agreed on. When the device is gone every call fails as `unavailable`, an alarm is raised
 * once, and one caller at a time tries whether it is back.
 */
export class SdfProvider implements SmProvider {
  readonly info: ProviderInfo;
  readonly #options: SdfProviderOptions;
  readonly #shelf: KeyShelf;
  readonly #deviceKeys: SdfDeviceKeys;
  readonly #publicWork: PublicWork;
  readonly #sessions: SdfSessions;
  readonly #publicKeys = new Map<string, Uint8Array>();
  readonly #seals = new SealCounter();
  #down = false;
  #probing = false;

  constructor(options: SdfProviderOptions) {
    const { name, library, engine, deviceKeys } = options;
    this.#options = options;
    this.#publicWork = new PublicWork(engine);
    this.#deviceKeys = new SdfDeviceKeys(name, deviceKeys);
    this.#sessions = new SdfSessions({
      library,
      max: options.sessions ?? SESSIONS_DEFAULT,
      waitMs: options.waitMs ?? WAIT_MS_DEFAULT,
      prepare: (session) => this.#deviceKeys.unlock(session),
      onAnswer: () => this.#tellBack(),
      onGone: (reason) => this.#tellDown(reason),
    });
    this.#shelf = new KeyShelf({
      provider: name,
      keys: options.keys ?? [],
      onKeysChanged: options.onKeysChanged,
      onKeyGone: (id) => {
        this.#sessions.forget(id);
        this.#seals.forget(id);
      },
      now: options.now ?? (() => new Date()),
    });
    this.info = {
      name,
      kind: "sdf",
      version: library.version,
      certificate: library.certificate,
      hardware: true,
      capabilities: new Set(library.hasHmac ? [...CAPABILITIES, "hmac_sm3"] : CAPABILITIES),
      notes: [
        `SM3, verification and encryption to public keys: ${engine.version}`,
        "SM4-GCM, CTR and CMAC: the device's SM4, combined in this process",
        ...engine.notes,
      ],
      warnings: engine.warnings,
    };
  }

  async selfTest(): Promise<readonly SelfTest[]> {
    this.#shelf.requireOpen();
    return [...testEngine(this.#options.engine), ...await testDevice(this)];
  }

  async random(length: number): Promise<Uint8Array> {
    requireAtMost(length, RANDOM_BYTES_MAX, "make random bytes");
    // A caller's mistake must not look like the device's.
    if (!Number.isInteger(length) || length < 0) {
      throw new CryptoError(
        "wrong_length",
        `Cannot make ${length} random bytes: expected 0 or more`,
      );
    }
    return await this.#inSession(async ({ raw }) => {
      const parts: Uint8Array[] = [];
      for (let at = 0; at < length; at += RANDOM_CALL_BYTES_MAX) {
        const part = Math.min(RANDOM_CALL_BYTES_MAX, length - at);
        parts.push(await raw.generateRandom(part));
      }
      const bytes = concatBytes(...parts);
      requireLength(bytes, length, "the device's random number");
      return bytes;
    });
  }

  async sm3(data: Uint8Array): Promise<Uint8Array> {
    this.#shelf.requireOpen();
    return await this.#publicWork.sm3(data);
  }

  sm3Stream(): AsyncDigest {
    this.#shelf.requireOpen();
    return this.#publicWork.sm3Stream();
  }

  async sm2Verify(
    publicKey: Uint8Array,
    message: Uint8Array,
    signature: Uint8Array,
    options: UserIdOption,
  ): Promise<boolean> {
    this.#shelf.requireOpen();
    return await this.#publicWork.verify(publicKey, message, signature, options);
  }

  async sm2Encrypt(publicKey: Uint8Array, plaintext: Uint8Array): Promise<Uint8Array> {
    this.#shelf.requireOpen();
    return await Promise.resolve(this.#publicWork.encrypt(publicKey, plaintext));
  }

  async findKey(label: string, version?: number): Promise<KeyHandle | null> {
    const found = this.#shelf.find(label, version) ?? this.#deviceKeys.find(label, version);
    return await Promise.resolve(found);
  }

  async listKeys(): Promise<readonly KeyHandle[]> {
    return await Promise.resolve([...this.#shelf.list(), ...this.#deviceKeys.list()]);
  }

  /** As of `SoftwareProvider`. */
  async loadKeys(keys: readonly StoredKey[]): Promise<void> {
    this.#shelf.requireOpen();
    await this.#shelf.load(keys);
  }

  /** SM4 for `data`, `cipher` or `mac`, and HMAC-SM3 where the device has it; none ever leaves. */
  async generateKey(given: KeySpec): Promise<KeyHandle> {
    this.#shelf.requireOpen();
    const spec = takeKeySpec(given);
    this.#requireMakeable(spec);
    const bits = spec.algorithm === "sm4" ? 128 : 256;
    const wrapped = await this.#inSession(async ({ raw }) => {
      const made = await raw.generateKeyWithKek(this.#options.kekIndex, bits);
      await raw.destroyKey(made.key);
      return made.wrapped;
    });
    return await this.#shelf.add(spec, copyBytes(wrapped));
  }

  /** Throws `not_supported` for the device's own keys, which only its own tools remove. */
  async destroyKey(key: KeyHandle): Promise<void> {
    if (this.#deviceKey(key)) throw this.#lacks("a way to destroy its own key pairs");
    await this.#shelf.destroy(key);
  }

  async publicKey(key: KeyHandle): Promise<Uint8Array> {
    const held = this.#deviceKey(key);
    if (!held) throw wrongUsage(this.#shelf.get(key), "give a public key");
    return copyBytes(await this.#publicKeyOf(held));
  }

  async checkValue(key: KeyHandle): Promise<Uint8Array> {
    const device = this.#deviceKey(key);
    const held = device ? { ...device, algorithm: "sm2" as const } : this.#shelf.get(key);
    if (!hasCheckValue(held)) throw wrongUsage(held, "give a check value");
    const zeros = new Uint8Array(IV_BYTES);
    const mac = await this.#withKey(key, (device) => zeroPaddedMacInDevice(device, zeros));
    return copyBytes(mac.subarray(0, 8));
  }

  async sm2Sign(
    key: KeyHandle,
    message: Uint8Array,
    options: UserIdOption,
  ): Promise<Uint8Array> {
    const { index } = this.#useDeviceKey(key, "sign");
    const userId = takeUserId(options);
    requireInput(message, MESSAGE_BYTES_MAX, "a message to sign");
    const publicKey = await this.publicKey(key);
    const digest = await this.#publicWork.digestToSign(publicKey, message, userId);
    const signature = await this.#inSession(({ raw }) => raw.internalSign(index, digest));
    requireLength(signature, 64, "the device's signature");
    return signature;
  }

  /** Whatever the device refuses is `decryption_failed`, unless it is the device that is gone. */
  async sm2Decrypt(key: KeyHandle, given: Uint8Array): Promise<Uint8Array> {
    const { index } = this.#useDeviceKey(key, "decrypt");
    const ciphertext = takeBytes(given, SM2_CIPHERTEXT_BYTES_MAX, "a ciphertext");
    requireCiphertext(ciphertext);
    return await this.#inSession(async ({ raw }) => {
      try {
        return await raw.internalDecrypt(index, ciphertext);
      } catch (error) {
        if (saysGone(error)) throw error;
        throw decryptionFailed();
      }
    });
  }

  async wrapKey(): Promise<never> {
    return await Promise.reject(this.#lacks("a way to wrap a key for others"));
  }

  async unwrapKey(): Promise<never> {
    return await Promise.reject(this.#lacks("a way to take in a key of others"));
  }

  async wrapKeyTo(): Promise<never> {
    return await Promise.reject(this.#lacks("a way to wrap a key for others"));
  }

  async unwrapKeyWith(): Promise<never> {
    return await Promise.reject(this.#lacks("a way to take in a key of others"));
  }

  async beginAgreement(): Promise<KeyAgreement> {
    return await Promise.reject(this.#lacks("key exchange"));
  }

  async translatePinBlock(): Promise<never> {
    return await Promise.reject(this.#lacks("PIN blocks"));
  }

  async seal(key: KeyHandle, given: Uint8Array, givenAad: Uint8Array): Promise<Uint8Array> {
    const held = this.#use(key, "sm4", "data");
    const plaintext = takeBytes(given, SEAL_BYTES_MAX, "a text to seal");
    const aad = takeBytes(givenAad, SEAL_BYTES_MAX, "associated data");
    this.#seals.count(held);
    const nonce = randomBytes(NONCE_BYTES);
    const sealed = await this.#withKey(
      key,
      (device) => sealInDevice(device, nonce, aad, plaintext),
    );
    return concatBytes(nonce, sealed);
  }

  async open(key: KeyHandle, sealed: Uint8Array, givenAad: Uint8Array): Promise<Uint8Array> {
    this.#use(key, "sm4", "data");
    const { nonce, body } = splitSealed(takeSealed(sealed));
    const aad = takeBytes(givenAad, SEAL_BYTES_MAX, "associated data");
    return await this.#withKey(key, (device) => openInDevice(device, nonce, aad, body));
  }

  async encrypt(
    key: KeyHandle,
    options: { readonly mode: "cbc" | "ctr" },
    given: Uint8Array,
  ): Promise<{ readonly iv: Uint8Array; readonly ciphertext: Uint8Array }> {
    this.#use(key, "sm4", "cipher");
    const { mode } = requireOptions(options, "with a mode");
    const plaintext = takeBytes(given, SEAL_BYTES_MAX, "a text to encrypt");
    requireProviderMode(mode);
    const iv = randomBytes(IV_BYTES);
    const work = mode === "cbc" ? encryptCbcInDevice : ctrInDevice;
    const ciphertext = await this.#withKey(key, (device) => work(device, iv, plaintext));
    return { iv, ciphertext };
  }

  async decrypt(
    key: KeyHandle,
    options: { readonly mode: "cbc" | "ctr"; readonly iv: Uint8Array },
    given: Uint8Array,
  ): Promise<Uint8Array> {
    this.#use(key, "sm4", "cipher");
    const { mode, iv: givenIv } = requireOptions(options, "with mode and IV");
    const ciphertext = takeBytes(given, SEAL_BYTES_MAX + IV_BYTES, "a ciphertext");
    requireProviderMode(mode);
    requireLength(givenIv, IV_BYTES, "an SM4 IV");
    const iv = copyBytes(givenIv);
    const work = mode === "cbc" ? decryptCbcInDevice : ctrInDevice;
    return await this.#withKey(key, (device) => work(device, iv, ciphertext));
  }

  async mac(key: KeyHandle, method: MacMethod, given: Uint8Array): Promise<Uint8Array> {
    this.#use(key, keyAlgorithmOf(method), "mac");
    const data = takeBytes(given, SEAL_BYTES_MAX, "data to authenticate");
    const work = this.#macWork(method);
    return await this.#withKey(key, (device) => work(device, data));
  }

  async verifyMac(
    key: KeyHandle,
    method: MacMethod,
    data: Uint8Array,
    given: Uint8Array,
    options: { readonly length?: number } = {},
  ): Promise<boolean> {
    const { length } = requireOptions(options, "with a length, or none");
    requireBytes(given, "a MAC");
    // One byte more than any MAC has is enough to be another length.
    const mac = copyBytes(given.subarray(0, MAC_BYTES_MAX + 1));
    return macFits(method, await this.mac(key, method, data), mac, length);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#shelf.close();
    // Streams end at once, not when the device has closed, which takes its time.
    this.#publicWork[Symbol.dispose]();
    await this.#sessions[Symbol.asyncDispose]();
    await this.#options.library[Symbol.asyncDispose]();
    this.#options.engine[Symbol.dispose]();
  }

  #macWork(method: MacMethod): (key: DeviceKey, data: Uint8Array) => Promise<Uint8Array> {
    switch (method) {
      case "hmac_sm3":
        return ({ session, key }, data) => session.hmac(key, data);
      case "sm4_cmac":
        return cmacInDevice;
      case "sm4_cbc":
        return zeroPaddedMacInDevice;
      case "sm4_pboc":
        return bitPaddedMacInDevice;
      default:
        throw this.#lacks(`MAC method "${method}"`);
    }
  }

  async #publicKeyOf(held: HeldDeviceKey): Promise<Uint8Array> {
    const known = this.#publicKeys.get(held.id);
    if (known) return known;
    const publicKey = await this.#inSession(({ raw }) =>
      held.usage === "sign"
        ? raw.exportSignPublicKey(held.index)
        : raw.exportEncryptionPublicKey(held.index)
    );
    const own = copyBytes(publicKey);
    publicPoint(own);
    this.#publicKeys.set(held.id, own);
    return own;
  }

  #deviceKey(key: KeyHandle): HeldDeviceKey | null {
    this.#shelf.requireOpen();
    return this.#deviceKeys.get(key);
  }

  #use(key: KeyHandle, algorithm: KeyAlgorithm, usage: KeyUsage): StoredKey {
    const device = this.#deviceKey(key);
    if (device) throw wrongUsage({ ...device, algorithm: "sm2" }, `serve for "${usage}"`);
    const held = this.#shelf.get(key);
    if (held.algorithm === algorithm && held.usage === usage) return held;
    throw wrongUsage(held, `serve as ${algorithm} key for "${usage}"`);
  }

  #useDeviceKey(key: KeyHandle, usage: SdfDeviceKey["usage"]): HeldDeviceKey {
    const held = this.#deviceKey(key);
    if (!held) throw wrongUsage(this.#shelf.get(key), `serve as sm2 key for "${usage}"`);
    if (held.usage === usage) return held;
    throw wrongUsage({ ...held, algorithm: "sm2" }, `serve for "${usage}"`);
  }

  #requireMakeable({ label, algorithm, usage, leaves }: KeySpec): void {
    if (this.#deviceKeys.find(label)) {
      throw new CryptoError(
        "invalid_argument",
        `Cannot make a key "${label}": that is a key pair of the device`,
      );
    }
    if (leaves !== "never") {
      throw this.#lacks('a way to wrap a key for others: expected leaves = "never"');
    }
    const makeable = algorithm === "sm4"
      ? usage === "data" || usage === "cipher" || usage === "mac"
      : this.#options.library.hasHmac;
    if (algorithm !== "sm2" && algorithm !== "tdes" && makeable) return;
    throw this.#lacks(`a way to make a ${algorithm} key for "${usage}"`);
  }

  async #withKey<Result>(
    key: KeyHandle,
    work: (device: DeviceKey) => Promise<Result>,
  ): Promise<Result> {
    return await this.#inSession(async (session) => {
      const loaded = await session.key(
        key.id,
        (raw) => raw.importKeyWithKek(this.#options.kekIndex, this.#shelf.get(key).bytes),
      );
      return await work({ session: session.raw, key: loaded });
    });
  }

  /** While the device is gone one caller at a time tries it; the others need not wait for that. */
  async #inSession<Result>(work: (session: OpenSession) => Promise<Result>): Promise<Result> {
    this.#shelf.requireOpen();
    if (!this.#down) return await this.#sessions.use(work);
    if (this.#probing) {
      throw new CryptoError("unavailable", `Cannot use "${this.info.name}": its device is gone`);
    }
    this.#probing = true;
    try {
      return await this.#sessions.use(work);
    } finally {
      this.#probing = false;
    }
  }

  #tellDown({ message }: CryptoError): void {
    if (this.#down) return;
    this.#down = true;
    this.#sessions.dropIdle();
    this.#options.onAlarm({
      kind: "provider_down",
      provider: this.info.name,
      detail: message,
    });
  }

  #tellBack(): void {
    if (!this.#down) return;
    this.#down = false;
    this.#options.onAlarm({
      kind: "provider_back",
      provider: this.info.name,
      detail: "The device answers again",
    });
  }

  #lacks(what: string): CryptoError {
    return new CryptoError("not_supported", `Cannot find in provider "${this.info.name}": ${what}`);
  }
}

/** A point that is none never reaches the device (invalid-curve attacks). */
function requireCiphertext(ciphertext: Uint8Array): void {
  try {
    publicPoint(splitCiphertext(ciphertext, "c1c3c2").c1);
  } catch {
    throw decryptionFailed();
  }
}
