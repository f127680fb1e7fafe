import { concatBytes, randomBytes, wipe } from "../bytes.ts";
import type { Engine, HmacKey, Sm2PrivateKey, Sm4Key, Sm4Options } from "../engine.ts";
import { CryptoError } from "../errors.ts";
import { keyCheckValue } from "../key_check.ts";
import type { StoredKey } from "../key_store.ts";
import { computeMac, keyAlgorithmOf, type MacMethod } from "../mac.ts";
import { translatePinBlock } from "../pin_block.ts";
import {
  type AsyncDigest,
  type Capability,
  type KeyAgreement,
  type KeyAlgorithm,
  type KeyHandle,
  type KeySpec,
  type KeyUsage,
  type PinBlockKey,
  type ProviderInfo,
  SEAL_BYTES_MAX,
  type SelfTest,
  type SmProvider,
  type UserIdOption,
  type WrapForm,
} from "../provider.ts";
import { testEngine } from "../known_answers.ts";
import { beginSoftwareAgreement } from "./agreement.ts";
import { BoundedCache } from "./bounded_cache.ts";
import { SLICE_BYTES } from "./digest.ts";
import { newKeyBytes, requireKeyBytes, requireKeySpec } from "./key_material.ts";
import { KeyShelf } from "./key_shelf.ts";
import {
  movedOut,
  requireCheckValue,
  unwrapKeyBytes,
  wrapKeyBytes,
  type WrappingKey,
} from "./key_wrap.ts";
import { macFits, wrongUsage } from "./key_use.ts";
import { PublicWork, requireAtMost } from "./public_work.ts";
import { NONCE_BYTES, requireProviderMode, SealCounter, splitSealed } from "./sealing.ts";

export interface SoftwareProviderOptions {
  /** As handles and the policy name it. */
  readonly name: string;
  /** Copied; the caller wipes its own. */
  readonly keys?: readonly StoredKey[];
  /**
   * Stores all kept keys whenever they change. What it is given is wiped later, so it must be
   * written out when the promise settles; a key exists once that went well.
   */
  readonly onKeysChanged?: (keys: readonly StoredKey[]) => Promise<void>;
  /** False keeps SM2 private keys out of this process (`crypto.allow_software_private_keys`). */
  readonly allowSoftwarePrivateKeys?: boolean;
  readonly now?: () => Date;
}

/** Expanded keys, EVP_PKEYs and HMAC states kept ready. */
const OPEN_KEYS_MAX = 256;
const IV_BYTES = 16;
const SM2_PRIVATE_WORK: readonly Capability[] = ["sm2_sign", "sm2_decrypt", "sm2_agree"];
const OTHER_WORK: readonly Capability[] = [
  "sm4_gcm",
  "sm4_cbc",
  "sm4_ctr",
  "hmac_sm3",
  "sm4_mac",
  "tdes",
  "pin_translation",
  "key_wrap",
];

/**
 * Keys in this process's memory, worked with by an engine, which it owns and disposes. Key exchange,
 * PIN blocks and the pads' MACs are our TypeScript's under either engine.
 */
export class SoftwareProvider implements SmProvider {
  readonly info: ProviderInfo;
  readonly #engine: Engine;
  readonly #shelf: KeyShelf;
  readonly #publicWork: PublicWork;
  readonly #privateKeysAllowed: boolean;
  readonly #sm4Keys = new BoundedCache<Sm4Key>(OPEN_KEYS_MAX);
  readonly #hmacKeys = new BoundedCache<HmacKey>(OPEN_KEYS_MAX);
  readonly #sm2Keys = new BoundedCache<Sm2PrivateKey>(OPEN_KEYS_MAX);
  readonly #seals = new SealCounter();

  constructor(engine: Engine, options: SoftwareProviderOptions) {
    this.#engine = engine;
    this.#publicWork = new PublicWork(engine);
    this.#privateKeysAllowed = options.allowSoftwarePrivateKeys ?? true;
    for (const key of options.keys ?? []) requireKeyBytes(key, key.bytes);
    this.#shelf = new KeyShelf({
      provider: options.name,
      keys: options.keys ?? [],
      onKeysChanged: options.onKeysChanged,
      onKeyGone: (id) => this.#close(id),
      now: options.now ?? (() => new Date()),
    });
    this.info = {
      name: options.name,
      kind: engine.name,
      version: engine.version,
      certificate: null,
      hardware: false,
      capabilities: new Set(
        this.#privateKeysAllowed ? [...SM2_PRIVATE_WORK, ...OTHER_WORK] : OTHER_WORK,
      ),
      notes: engine.notes,
      warnings: engine.warnings,
    };
  }

  async selfTest(): Promise<readonly SelfTest[]> {
    this.#shelf.requireOpen();
    return await Promise.resolve(testEngine(this.#engine));
  }

  async random(length: number): Promise<Uint8Array> {
    this.#shelf.requireOpen();
    return await Promise.resolve(this.#publicWork.random(length));
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
    { userId }: UserIdOption,
  ): Promise<boolean> {
    this.#shelf.requireOpen();
    return await this.#publicWork.verify(publicKey, message, signature, userId);
  }

  async sm2Encrypt(publicKey: Uint8Array, plaintext: Uint8Array): Promise<Uint8Array> {
    this.#shelf.requireOpen();
    return await Promise.resolve(this.#publicWork.encrypt(publicKey, plaintext));
  }

  async findKey(label: string, version?: number): Promise<KeyHandle | null> {
    return await Promise.resolve(this.#shelf.find(label, version));
  }

  async listKeys(): Promise<readonly KeyHandle[]> {
    return await Promise.resolve(this.#shelf.list());
  }

  /** Takes copies of keys that were stored elsewhere meanwhile; those it has already stay. */
  loadKeys(keys: readonly StoredKey[]): void {
    for (const key of keys) requireKeyBytes(key, key.bytes);
    this.#shelf.load(keys);
  }

  async generateKey(spec: KeySpec): Promise<KeyHandle> {
    this.#shelf.requireOpen();
    this.#requireAllowed(spec.algorithm);
    requireKeySpec(spec);
    return await this.#add(spec, newKeyBytes(spec.algorithm));
  }

  async destroyKey(key: KeyHandle): Promise<void> {
    await this.#shelf.destroy(key);
  }

  async publicKey(key: KeyHandle): Promise<Uint8Array> {
    const held = this.#shelf.get(key);
    if (held.algorithm !== "sm2") throw wrongUsage(held, "give a public key");
    return await Promise.resolve(this.#sm2Key(held).publicKey.slice());
  }

  async checkValue(key: KeyHandle): Promise<Uint8Array> {
    const { algorithm, usage, label, bytes } = this.#shelf.get(key);
    if ((algorithm === "sm4" || algorithm === "tdes") && usage !== "data") {
      return await Promise.resolve(keyCheckValue(algorithm, bytes));
    }
    throw wrongUsage({ algorithm, usage, label }, "give a check value");
  }

  async wrapKey(wrapping: KeyHandle, key: KeyHandle, form: WrapForm): Promise<Uint8Array> {
    const around = this.#wrappingKey(wrapping);
    const held = this.#wrappable(key);
    if (form.form === "sealed") this.#seals.count(wrapping);
    return await Promise.resolve(wrapKeyBytes(around, form, held, held.bytes));
  }

  async unwrapKey(
    wrapping: KeyHandle,
    wrapped: Uint8Array,
    form: WrapForm,
    spec: KeySpec & { readonly checkValue?: Uint8Array },
  ): Promise<KeyHandle> {
    const around = this.#wrappingKey(wrapping);
    this.#requireAllowed(spec.algorithm);
    requireKeySpec(spec);
    const bytes = unwrapKeyBytes(around, form, spec, wrapped);
    return await this.#add(spec, bytes, spec.checkValue);
  }

  async wrapKeyTo(publicKey: Uint8Array, key: KeyHandle): Promise<Uint8Array> {
    const { bytes } = this.#wrappable(key);
    return await Promise.resolve(this.#publicWork.encrypt(publicKey, bytes));
  }

  async unwrapKeyWith(
    decrypting: KeyHandle,
    wrapped: Uint8Array,
    spec: KeySpec,
  ): Promise<KeyHandle> {
    const held = this.#use(decrypting, "sm2", "decrypt");
    this.#requireAllowed(spec.algorithm);
    requireKeySpec(spec);
    return await this.#add(spec, movedOut(this.#sm2Key(held).decrypt(wrapped)));
  }

  async sm2Sign(
    key: KeyHandle,
    message: Uint8Array,
    { userId }: UserIdOption,
  ): Promise<Uint8Array> {
    const signer = this.#sm2Key(this.#use(key, "sm2", "sign"));
    if (message.length <= SLICE_BYTES) return signer.sign(message, userId);
    const digest = await this.#publicWork.digestToSign(signer.publicKey, message, userId);
    return this.#sm2Key(this.#use(key, "sm2", "sign")).signDigest(digest);
  }

  async sm2Decrypt(key: KeyHandle, ciphertext: Uint8Array): Promise<Uint8Array> {
    const held = this.#use(key, "sm2", "decrypt");
    return await Promise.resolve(this.#sm2Key(held).decrypt(ciphertext));
  }

  async beginAgreement(
    key: KeyHandle,
    { role, userId }: UserIdOption & { readonly role: "initiator" | "responder" },
  ): Promise<KeyAgreement> {
    this.#use(key, "sm2", "agree");
    return await Promise.resolve(beginSoftwareAgreement({
      role,
      userId,
      privateKey: () => this.#use(key, "sm2", "agree").bytes,
      addKey: (spec, bytes) => this.#add(spec, bytes),
      destroyKey: (made) => this.destroyKey(made),
    }));
  }

  async seal(key: KeyHandle, plaintext: Uint8Array, aad: Uint8Array): Promise<Uint8Array> {
    const held = this.#use(key, "sm4", "data");
    requireAtMost(plaintext.length, SEAL_BYTES_MAX, "seal");
    this.#seals.count(held);
    const nonce = randomBytes(NONCE_BYTES);
    const sealed = this.#sm4Key(held).seal({ nonce, aad }, plaintext);
    return await Promise.resolve(concatBytes(nonce, sealed));
  }

  async open(key: KeyHandle, sealed: Uint8Array, aad: Uint8Array): Promise<Uint8Array> {
    const held = this.#use(key, "sm4", "data");
    const { nonce, body } = splitSealed(sealed);
    return await Promise.resolve(this.#sm4Key(held).open({ nonce, aad }, body));
  }

  async encrypt(
    key: KeyHandle,
    { mode }: { readonly mode: "cbc" | "ctr" },
    plaintext: Uint8Array,
  ): Promise<{ readonly iv: Uint8Array; readonly ciphertext: Uint8Array }> {
    const held = this.#use(key, "sm4", "data");
    requireAtMost(plaintext.length, SEAL_BYTES_MAX, "encrypt");
    const iv = randomBytes(IV_BYTES);
    const ciphertext = this.#sm4Key(held).encrypt(modeOptions(mode, iv), plaintext);
    return await Promise.resolve({ iv, ciphertext });
  }

  async decrypt(
    key: KeyHandle,
    { mode, iv }: { readonly mode: "cbc" | "ctr"; readonly iv: Uint8Array },
    ciphertext: Uint8Array,
  ): Promise<Uint8Array> {
    const held = this.#use(key, "sm4", "data");
    requireAtMost(ciphertext.length, SEAL_BYTES_MAX + IV_BYTES, "decrypt");
    return await Promise.resolve(this.#sm4Key(held).decrypt(modeOptions(mode, iv), ciphertext));
  }

  async mac(key: KeyHandle, method: MacMethod, data: Uint8Array): Promise<Uint8Array> {
    const held = this.#use(key, keyAlgorithmOf(method), "mac");
    requireAtMost(data.length, SEAL_BYTES_MAX, "authenticate");
    return await Promise.resolve(this.#mac(held, method, data));
  }

  async verifyMac(
    key: KeyHandle,
    method: MacMethod,
    data: Uint8Array,
    mac: Uint8Array,
  ): Promise<boolean> {
    return macFits(await this.mac(key, method, data), mac);
  }

  async translatePinBlock(
    from: PinBlockKey,
    to: PinBlockKey,
    block: Uint8Array,
  ): Promise<Uint8Array> {
    const source = { ...from, key: this.#pinKey(from) };
    const target = { ...to, key: this.#pinKey(to) };
    return await Promise.resolve(translatePinBlock(source, target, block));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#shelf.close();
    this.#sm4Keys[Symbol.dispose]();
    this.#hmacKeys[Symbol.dispose]();
    this.#sm2Keys[Symbol.dispose]();
    this.#publicWork[Symbol.dispose]();
    this.#engine[Symbol.dispose]();
  }

  /** Takes the bytes over, and wipes them when they are no such key. */
  async #add(spec: KeySpec, bytes: Uint8Array, checkValue?: Uint8Array): Promise<KeyHandle> {
    try {
      requireKeyBytes(spec, bytes);
      if (checkValue) requireCheckValue(spec.algorithm, bytes, checkValue);
    } catch (error) {
      wipe(bytes);
      throw error;
    }
    return await this.#shelf.add(spec, bytes);
  }

  #use(key: KeyHandle, algorithm: KeyAlgorithm, usage: KeyUsage): StoredKey {
    const held = this.#shelf.get(key);
    if (held.algorithm !== algorithm || held.usage !== usage) {
      throw wrongUsage(held, `serve as ${algorithm} key for "${usage}"`);
    }
    this.#requireAllowed(algorithm);
    return held;
  }

  #wrappingKey(key: KeyHandle): WrappingKey {
    const held = this.#shelf.get(key);
    if (held.usage !== "wrap") throw wrongUsage(held, 'serve as key for "wrap"');
    if (held.algorithm === "tdes") return { algorithm: "tdes", bytes: held.bytes };
    return { algorithm: "sm4", key: this.#sm4Key(held) };
  }

  #wrappable(key: KeyHandle): StoredKey {
    const held = this.#shelf.get(key);
    if (!held.wrappable) throw wrongUsage(held, "leave the provider: it is not wrappable");
    return held;
  }

  #pinKey({ key, format }: PinBlockKey): Uint8Array {
    return this.#use(key, format === "sm4_16" ? "sm4" : "tdes", "pin").bytes;
  }

  #mac(key: StoredKey, method: MacMethod, data: Uint8Array): Uint8Array {
    if (method === "hmac_sm3") {
      return this.#hmacKeys.get(key.id, () => this.#engine.hmacKey(key.bytes)).mac(data);
    }
    if (method === "sm4_cmac") return this.#sm4Key(key).cmac(data);
    return computeMac(method, key.bytes, data);
  }

  #sm4Key(key: StoredKey): Sm4Key {
    return this.#sm4Keys.get(key.id, () => this.#engine.sm4Key(key.bytes));
  }

  #sm2Key(key: StoredKey): Sm2PrivateKey {
    return this.#sm2Keys.get(key.id, () => this.#engine.sm2PrivateKey(key.bytes));
  }

  #requireAllowed(algorithm: KeyAlgorithm): void {
    if (algorithm !== "sm2" || this.#privateKeysAllowed) return;
    throw new CryptoError(
      "not_supported",
      "Cannot use an SM2 private key in software: expected a device to hold it, or " +
        "crypto.allow_software_private_keys = true",
    );
  }

  /** Of a key that is about to be wiped. */
  #close(id: string): void {
    this.#sm4Keys.delete(id);
    this.#hmacKeys.delete(id);
    this.#sm2Keys.delete(id);
    this.#seals.forget(id);
  }
}

function modeOptions(mode: "cbc" | "ctr", iv: Uint8Array): Sm4Options {
  requireProviderMode(mode);
  return { mode, iv, padding: mode === "cbc" ? "pkcs7" : "none" };
}
