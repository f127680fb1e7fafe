import {
  concatBytes,
  copyBytes,
  randomBytes,
  requireBytes,
  requireLength,
  wipe,
} from "../bytes.ts";
import type { Engine, HmacKey, Sm2PrivateKey, Sm4Key, Sm4Options } from "../engine.ts";
import { CryptoError } from "../errors.ts";
import { hasCheckValue, keyCheckValue } from "../key_check.ts";
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
  MESSAGE_BYTES_MAX,
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
import {
  requireInput,
  requireOptions,
  SM2_CIPHERTEXT_BYTES_MAX,
  takeForm,
  takePinBlockKey,
  takeUserId,
} from "./inputs.ts";
import { newKeyBytes, requireKeyBytes, takeKeySpec } from "./key_material.ts";
import { KeyShelf } from "./key_shelf.ts";
import {
  movedOut,
  requireCheckValue,
  unwrapKeyBytes,
  wrapKeyBytes,
  WRAPPED_KEY_BYTES_MAX,
  type WrappingKey,
} from "./key_wrap.ts";
import { macFits, requireLeaves, wrongUsage } from "./key_use.ts";
import { PublicWork } from "./public_work.ts";
import { NONCE_BYTES, requireProviderMode, SealCounter, splitSealed } from "./sealing.ts";

export interface SoftwareProviderOptions {
  /** As handles and the policy name it. */
  readonly name: string;
  /** Copied; the caller wipes its own. */
  readonly keys?: readonly StoredKey[];
  /**
   * Stores all kept keys whenever they change. What it is given is wiped later, so it must be
   * written out when the promise settles; a key exists once that went well. Without it new keys are
   * ephemeral.
   */
  readonly onKeysChanged?: (keys: readonly StoredKey[]) => Promise<void>;
  /** False keeps SM2 private keys out of this process (`crypto.allow_software_private_keys`). */
  readonly allowSoftwarePrivateKeys?: boolean;
  readonly now?: () => Date;
}

/**
 * Expanded keys, EVP_PKEYs and HMAC states kept ready: as many as lines that a process of the platform
 * serves. Terminals speak in turn, so that fewer would be made anew for each of them (550 lines: 38
 * µs for a MAC and a seal instead of 69).
 */
const OPEN_KEYS_MAX = 2_048;
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
    return await Promise.resolve(this.#shelf.find(label, version));
  }

  async listKeys(): Promise<readonly KeyHandle[]> {
    return await Promise.resolve(this.#shelf.list());
  }

  /**
   * Takes copies of keys that were stored elsewhere meanwhile, all or none, after the changes under
   * way. Those it has already stay, retired when they were; those it destroyed stay away. Throws
   * `invalid_argument` for another key under a label and version it has.
   */
  async loadKeys(keys: readonly StoredKey[]): Promise<void> {
    this.#shelf.requireOpen();
    for (const key of keys) requireKeyBytes(key, key.bytes);
    await this.#shelf.load(keys);
  }

  async generateKey(given: KeySpec): Promise<KeyHandle> {
    this.#shelf.requireOpen();
    const spec = takeKeySpec(given);
    this.#requireAllowed(spec.algorithm);
    return await this.#add(spec, newKeyBytes(spec.algorithm));
  }

  async destroyKey(key: KeyHandle): Promise<void> {
    await this.#shelf.destroy(key);
  }

  async publicKey(key: KeyHandle): Promise<Uint8Array> {
    const held = this.#shelf.get(key);
    if (held.algorithm !== "sm2") throw wrongUsage(held, "give a public key");
    return await Promise.resolve(copyBytes(this.#sm2Key(held).publicKey));
  }

  async checkValue(key: KeyHandle): Promise<Uint8Array> {
    const held = this.#shelf.get(key);
    if (!hasCheckValue(held)) throw wrongUsage(held, "give a check value");
    return await Promise.resolve(keyCheckValue(held.algorithm, held.bytes));
  }

  async wrapKey(wrapping: KeyHandle, key: KeyHandle, given: WrapForm): Promise<Uint8Array> {
    const form = takeForm(given);
    const around = this.#wrappingKey(wrapping, form.form === "pad" ? "export" : "wrap");
    const held = this.#shelf.get(key);
    requireLeaves(held, form.form === "pad" ? "exported" : "sealed");
    if (form.form === "sealed") this.#seals.count(wrapping);
    return await Promise.resolve(wrapKeyBytes(around, form, held, held.bytes));
  }

  async unwrapKey(
    wrapping: KeyHandle,
    wrapped: Uint8Array,
    givenForm: WrapForm,
    given: KeySpec & { readonly checkValue?: Uint8Array },
  ): Promise<KeyHandle> {
    const form = takeForm(givenForm);
    const spec = takeKeySpec(given);
    const { checkValue } = given;
    const around = this.#wrappingKey(wrapping, form.form === "pad" ? "import" : "wrap");
    this.#requireAllowed(spec.algorithm);
    requireInput(wrapped, WRAPPED_KEY_BYTES_MAX, "a wrapped key");
    return await this.#add(spec, unwrapKeyBytes(around, form, spec, wrapped), checkValue);
  }

  async wrapKeyTo(publicKey: Uint8Array, key: KeyHandle): Promise<Uint8Array> {
    const held = this.#shelf.get(key);
    requireLeaves(held, "exported");
    return await Promise.resolve(this.#publicWork.encrypt(publicKey, held.bytes));
  }

  async unwrapKeyWith(
    decrypting: KeyHandle,
    wrapped: Uint8Array,
    given: KeySpec,
  ): Promise<KeyHandle> {
    const spec = takeKeySpec(given);
    const held = this.#use(decrypting, "sm2", "decrypt");
    this.#requireAllowed(spec.algorithm);
    requireInput(wrapped, WRAPPED_KEY_BYTES_MAX, "a wrapped key");
    return await this.#add(spec, movedOut(this.#sm2Key(held).decrypt(wrapped)));
  }

  async sm2Sign(
    key: KeyHandle,
    message: Uint8Array,
    options: UserIdOption,
  ): Promise<Uint8Array> {
    const signer = this.#sm2Key(this.#use(key, "sm2", "sign"));
    const userId = takeUserId(options);
    requireInput(message, MESSAGE_BYTES_MAX, "a message to sign");
    if (message.length <= SLICE_BYTES) return signer.sign(message, userId);
    const publicKey = copyBytes(signer.publicKey);
    const digest = await this.#publicWork.digestToSign(publicKey, message, userId);
    return this.#sm2Key(this.#use(key, "sm2", "sign")).signDigest(digest);
  }

  async sm2Decrypt(key: KeyHandle, ciphertext: Uint8Array): Promise<Uint8Array> {
    const held = this.#use(key, "sm2", "decrypt");
    requireInput(ciphertext, SM2_CIPHERTEXT_BYTES_MAX, "a ciphertext");
    return await Promise.resolve(this.#sm2Key(held).decrypt(ciphertext));
  }

  async beginAgreement(
    key: KeyHandle,
    options: UserIdOption & { readonly role: "initiator" | "responder" },
  ): Promise<KeyAgreement> {
    this.#use(key, "sm2", "agree");
    const userId = takeUserId(options);
    const { role } = options;
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
    requireInput(plaintext, SEAL_BYTES_MAX, "a text to seal");
    requireInput(aad, SEAL_BYTES_MAX, "associated data");
    this.#seals.count(held);
    const nonce = randomBytes(NONCE_BYTES);
    const sealed = this.#sm4Key(held).seal({ nonce, aad }, plaintext);
    return await Promise.resolve(concatBytes(nonce, sealed));
  }

  async open(key: KeyHandle, sealed: Uint8Array, aad: Uint8Array): Promise<Uint8Array> {
    const held = this.#use(key, "sm4", "data");
    const { nonce, body } = splitSealed(sealed);
    requireInput(aad, SEAL_BYTES_MAX, "associated data");
    return await Promise.resolve(this.#sm4Key(held).open({ nonce, aad }, body));
  }

  async encrypt(
    key: KeyHandle,
    options: { readonly mode: "cbc" | "ctr" },
    plaintext: Uint8Array,
  ): Promise<{ readonly iv: Uint8Array; readonly ciphertext: Uint8Array }> {
    const held = this.#use(key, "sm4", "cipher");
    const { mode } = requireOptions(options, "with a mode");
    requireInput(plaintext, SEAL_BYTES_MAX, "a text to encrypt");
    const iv = randomBytes(IV_BYTES);
    const ciphertext = this.#sm4Key(held).encrypt(modeOptions(mode, iv), plaintext);
    return await Promise.resolve({ iv, ciphertext });
  }

  async decrypt(
    key: KeyHandle,
    options: { readonly mode: "cbc" | "ctr"; readonly iv: Uint8Array },
    ciphertext: Uint8Array,
  ): Promise<Uint8Array> {
    const held = this.#use(key, "sm4", "cipher");
    const { mode, iv } = requireOptions(options, "with mode and IV");
    requireLength(iv, IV_BYTES, "an SM4 IV");
    requireInput(ciphertext, SEAL_BYTES_MAX + IV_BYTES, "a ciphertext");
    return await Promise.resolve(this.#sm4Key(held).decrypt(modeOptions(mode, iv), ciphertext));
  }

  async mac(key: KeyHandle, method: MacMethod, data: Uint8Array): Promise<Uint8Array> {
    return await Promise.resolve(this.#mac(key, method, data));
  }

  async verifyMac(
    key: KeyHandle,
    method: MacMethod,
    data: Uint8Array,
    mac: Uint8Array,
    options: { readonly length?: number } = {},
  ): Promise<boolean> {
    const { length } = requireOptions(options, "with a length, or none");
    requireBytes(mac, "a MAC");
    const ours = this.#mac(key, method, data);
    return await Promise.resolve(macFits(method, ours, mac, length));
  }

  async translatePinBlock(
    givenFrom: PinBlockKey,
    givenTo: PinBlockKey,
    block: Uint8Array,
  ): Promise<Uint8Array> {
    const [from, to] = [takePinBlockKey(givenFrom), takePinBlockKey(givenTo)];
    const source = { ...from, key: this.#pinKey(from) };
    const target = { ...to, key: this.#pinKey(to) };
    requireBytes(block, "a PIN block");
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
      if (checkValue !== undefined) requireCheckValue(spec, bytes, checkValue);
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

  #wrappingKey(key: KeyHandle, usage: "wrap" | "export" | "import"): WrappingKey {
    const held = this.#shelf.get(key);
    if (held.usage !== usage) throw wrongUsage(held, `serve as key for "${usage}"`);
    if (held.algorithm === "tdes") return { algorithm: "tdes", bytes: held.bytes };
    return { algorithm: "sm4", key: this.#sm4Key(held) };
  }

  #pinKey({ key, format }: PinBlockKey): Uint8Array {
    return this.#use(key, format === "sm4_16" ? "sm4" : "tdes", "pin").bytes;
  }

  #mac(key: KeyHandle, method: MacMethod, data: Uint8Array): Uint8Array {
    const held = this.#use(key, keyAlgorithmOf(method), "mac");
    requireInput(data, SEAL_BYTES_MAX, "data to authenticate");
    if (method === "hmac_sm3") {
      return this.#hmacKeys.get(held.id, () => this.#engine.hmacKey(held.bytes)).mac(data);
    }
    if (method === "sm4_cmac") return this.#sm4Key(held).cmac(data);
    return computeMac(method, held.bytes, data);
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
