import { CryptoError } from "./errors.ts";
import { KeyPolicy } from "./key_policy.ts";
import type { MacMethod } from "./mac.ts";
import { Outages } from "./outages.ts";
import { takeAgreedSpecs } from "./providers/agreement.ts";
import { takePinBlockKey, takePublicKey, takeSignature, takeUserId } from "./providers/inputs.ts";
import { takeKeySpec } from "./providers/key_material.ts";
import type {
  AsyncDigest,
  KeyAgreement,
  KeyHandle,
  KeySpec,
  PinBlockKey,
  ProviderAlarm,
  ProviderInfo,
  SelfTest,
  SmProvider,
  UserIdOption,
  WrapForm,
} from "./provider.ts";

export interface RoutedProviderOptions {
  /** By name, which is the one in their handles. Owned: disposed together. */
  readonly providers: Readonly<Record<string, SmProvider>>;
  /** From a label, or the front of labels before `*`, to the provider that holds those keys. */
  readonly keys: Readonly<Record<string, string>>;
  /**
   * Who does what needs no secret (SM3, verification, encryption to a public key), in the order in
   * which that may move. The first one alone gives random numbers: another generator is another
   * security claim, so without it there are none.
   */
  readonly publicWork: readonly string[];
  readonly onAlarm: (alarm: ProviderAlarm) => void;
}

/**
 * Several providers as one. Work with a key goes to the provider that the policy names for its
 * label, and fails as `unavailable` with an alarm when that one is gone; public work moves on, which
 * is told once in every outage.
 */
export class RoutedProvider implements SmProvider {
  readonly #providers: ReadonlyMap<string, SmProvider>;
  readonly #policy: KeyPolicy;
  readonly #publicWork: readonly (readonly [name: string, provider: SmProvider])[];
  readonly #outages: Outages;
  #closed = false;

  /** Throws `invalid_argument` for a name that is not among the providers. */
  constructor({ providers, keys, publicWork, onAlarm }: RoutedProviderOptions) {
    this.#providers = new Map(Object.entries(providers));
    this.#policy = new KeyPolicy(keys);
    this.#outages = new Outages(onAlarm);
    for (const [name, { info }] of this.#providers) {
      if (info.name !== name) throw unknownProvider(name, `the name "${info.name}"`);
    }
    for (const name of this.#policy.providers()) this.#named(name);
    this.#publicWork = publicWork.map((name) => [name, this.#named(name)]);
    if (publicWork.length === 0) throw unknownProvider("", "at least one for public work");
  }

  get info(): ProviderInfo {
    const infos = [...this.#providers.values()].map(({ info }) => info);
    return {
      name: "routed",
      kind: "routed",
      version: infos.map(({ name, version }) => `${name}: ${version}`).join("; "),
      certificate: null,
      hardware: infos.every(({ hardware }) => hardware),
      capabilities: new Set(infos.flatMap(({ capabilities }) => [...capabilities])),
      notes: [
        ...infos.flatMap(({ name, notes }) => notes.map((note) => `${name}: ${note}`)),
        ...this.#outages.notes(),
      ],
      warnings: infos.flatMap(({ name, warnings }) =>
        warnings.map((warning) => `${name}: ${warning}`)
      ),
    };
  }

  async selfTest(): Promise<readonly SelfTest[]> {
    const tests: SelfTest[] = [];
    for (const [name, provider] of this.#providers) {
      for (const test of await provider.selfTest()) {
        tests.push({ ...test, name: `${name}: ${test.name}` });
      }
    }
    return tests;
  }

  async random(length: number): Promise<Uint8Array> {
    const [name, provider] = this.#firstPublic();
    const bytes = await this.#only(name, () => provider.random(length));
    this.#outages.back(name);
    return bytes;
  }

  async sm3(data: Uint8Array): Promise<Uint8Array> {
    return await this.#publicly((provider) => provider.sm3(data));
  }

  /** Of the first provider; a digest that has begun cannot move. */
  sm3Stream(): AsyncDigest {
    return this.#firstPublic()[1].sm3Stream();
  }

  async sm2Verify(
    givenKey: Uint8Array,
    message: Uint8Array,
    givenSignature: Uint8Array,
    given: UserIdOption,
  ): Promise<boolean> {
    const [publicKey, signature] = [takePublicKey(givenKey), takeSignature(givenSignature)];
    const options = { userId: takeUserId(given) };
    return await this.#publicly((provider) =>
      provider.sm2Verify(publicKey, message, signature, options)
    );
  }

  async sm2Encrypt(givenKey: Uint8Array, plaintext: Uint8Array): Promise<Uint8Array> {
    const publicKey = takePublicKey(givenKey);
    return await this.#publicly((provider) => provider.sm2Encrypt(publicKey, plaintext));
  }

  async findKey(label: string, version?: number): Promise<KeyHandle | null> {
    return await this.#byLabel(label, (provider) => provider.findKey(label, version));
  }

  /** What the policy gives to each; `unavailable` when one is gone: a part would look like a loss. */
  async listKeys(): Promise<readonly KeyHandle[]> {
    const keys: KeyHandle[] = [];
    for (const [name, provider] of this.#providers) {
      const listed = await this.#only(name, () => provider.listKeys());
      keys.push(...listed.filter(({ label }) => this.#policy.isHolder(label, name)));
    }
    return keys;
  }

  async generateKey(spec: KeySpec): Promise<KeyHandle> {
    const taken = takeKeySpec(spec);
    return await this.#byLabel(taken.label, (provider) => provider.generateKey(taken));
  }

  async destroyKey(key: KeyHandle): Promise<void> {
    await this.#withKeys([key], (provider) => provider.destroyKey(key), "nothing");
  }

  async publicKey(key: KeyHandle): Promise<Uint8Array> {
    return await this.#withKeys([key], (provider) => provider.publicKey(key), "nothing");
  }

  async checkValue(key: KeyHandle): Promise<Uint8Array> {
    return await this.#withKeys([key], (provider) => provider.checkValue(key));
  }

  async wrapKey(wrapping: KeyHandle, key: KeyHandle, form: WrapForm): Promise<Uint8Array> {
    return await this.#withKeys(
      [wrapping, key],
      (provider) => provider.wrapKey(wrapping, key, form),
    );
  }

  async unwrapKey(
    wrapping: KeyHandle,
    wrapped: Uint8Array,
    form: WrapForm,
    given: KeySpec & { readonly checkValue?: Uint8Array },
  ): Promise<KeyHandle> {
    const taken = takeKeySpec(given);
    const { checkValue } = given;
    const spec = checkValue === undefined ? taken : { ...taken, checkValue };
    return await this.#withKeys([wrapping], (provider) => {
      this.#policy.requireHolder(spec.label, wrapping.provider);
      return provider.unwrapKey(wrapping, wrapped, form, spec);
    });
  }

  async wrapKeyTo(publicKey: Uint8Array, key: KeyHandle): Promise<Uint8Array> {
    return await this.#withKeys([key], (provider) => provider.wrapKeyTo(publicKey, key));
  }

  async unwrapKeyWith(
    decrypting: KeyHandle,
    wrapped: Uint8Array,
    given: KeySpec,
  ): Promise<KeyHandle> {
    const spec = takeKeySpec(given);
    return await this.#withKeys([decrypting], (provider) => {
      this.#policy.requireHolder(spec.label, decrypting.provider);
      return provider.unwrapKeyWith(decrypting, wrapped, spec);
    });
  }

  async sm2Sign(
    key: KeyHandle,
    message: Uint8Array,
    options: UserIdOption,
  ): Promise<Uint8Array> {
    return await this.#withKeys([key], (provider) => provider.sm2Sign(key, message, options));
  }

  async sm2Decrypt(key: KeyHandle, ciphertext: Uint8Array): Promise<Uint8Array> {
    return await this.#withKeys([key], (provider) => provider.sm2Decrypt(key, ciphertext));
  }

  async beginAgreement(
    key: KeyHandle,
    options: UserIdOption & { readonly role: "initiator" | "responder" },
  ): Promise<KeyAgreement> {
    const begun = await this.#withKeys(
      [key],
      (provider) => provider.beginAgreement(key, options),
    );
    return {
      ephemeralPublicKey: begun.ephemeralPublicKey,
      finish: async (peer, given) => {
        const specs = takeAgreedSpecs(given);
        const unconfirmed = await this.#withKeys([key], () => {
          for (const { label } of specs) this.#policy.requireHolder(label, key.provider);
          return begun.finish(peer, specs);
        });
        return {
          ownConfirmation: unconfirmed.ownConfirmation,
          confirm: (confirmation) => this.#withKeys([key], () => unconfirmed.confirm(confirmation)),
          takeUnconfirmed: () => this.#withKeys([key], () => unconfirmed.takeUnconfirmed()),
        };
      },
      [Symbol.dispose]: () => begun[Symbol.dispose](),
    };
  }

  async seal(key: KeyHandle, plaintext: Uint8Array, aad: Uint8Array): Promise<Uint8Array> {
    return await this.#withKeys([key], (provider) => provider.seal(key, plaintext, aad));
  }

  async open(key: KeyHandle, sealed: Uint8Array, aad: Uint8Array): Promise<Uint8Array> {
    return await this.#withKeys([key], (provider) => provider.open(key, sealed, aad));
  }

  async encrypt(
    key: KeyHandle,
    options: { readonly mode: "cbc" | "ctr" },
    plaintext: Uint8Array,
  ): Promise<{ readonly iv: Uint8Array; readonly ciphertext: Uint8Array }> {
    return await this.#withKeys([key], (provider) => provider.encrypt(key, options, plaintext));
  }

  async decrypt(
    key: KeyHandle,
    options: { readonly mode: "cbc" | "ctr"; readonly iv: Uint8Array },
    ciphertext: Uint8Array,
  ): Promise<Uint8Array> {
    return await this.#withKeys([key], (provider) => provider.decrypt(key, options, ciphertext));
  }

  async mac(key: KeyHandle, method: MacMethod, data: Uint8Array): Promise<Uint8Array> {
    return await this.#withKeys([key], (provider) => provider.mac(key, method, data));
  }

  async verifyMac(
    key: KeyHandle,
    method: MacMethod,
    data: Uint8Array,
    mac: Uint8Array,
    options: { readonly length?: number } = {},
  ): Promise<boolean> {
    return await this.#withKeys(
      [key],
      (provider) => provider.verifyMac(key, method, data, mac, options),
    );
  }

  async translatePinBlock(
    givenFrom: PinBlockKey,
    givenTo: PinBlockKey,
    block: Uint8Array,
  ): Promise<Uint8Array> {
    const [from, to] = [takePinBlockKey(givenFrom), takePinBlockKey(givenTo)];
    return await this.#withKeys(
      [from.key, to.key],
      (provider) => provider.translatePinBlock(from, to, block),
    );
  }

  /** All of them, also when one of them fails to close. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    const closed = await Promise.allSettled(
      [...this.#providers.values()].map((provider) => provider[Symbol.asyncDispose]()),
    );
    for (const result of closed) if (result.status === "rejected") throw result.reason;
  }

  async #byLabel<Result>(
    label: string,
    work: (provider: SmProvider) => Promise<Result>,
  ): Promise<Result> {
    const name = this.#policy.holderOf(label);
    return await this.#only(name, () => work(this.#named(name)));
  }

  /**
   * All keys must be where the policy says, and in one provider: none leaves it to meet another.
   * What a provider knows without its device proves nothing of an outage's end.
   */
  async #withKeys<Result>(
    keys: readonly [KeyHandle, ...KeyHandle[]],
    work: (provider: SmProvider) => Promise<Result>,
    proves: "work" | "nothing" = "work",
  ): Promise<Result> {
    for (const key of keys) requireHandle(key);
    const [{ provider: name }] = keys;
    const provider = this.#providers.get(name);
    if (!provider) {
      throw new CryptoError("unknown_key", `Cannot use a key of provider "${name}": there is none`);
    }
    for (const { label } of keys) this.#policy.requireHolder(label, name);
    for (const key of keys) {
      if (key.provider === name) continue;
      throw new CryptoError(
        "wrong_usage",
        `Cannot use keys of "${name}" and "${key.provider}" together: expected one provider`,
      );
    }
    const result = await this.#only(name, () => work(provider));
    if (proves === "work") this.#outages.back(name);
    return result;
  }

  /** Fails closed: nobody else takes over. */
  async #only<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    this.#requireOpen();
    try {
      return await work();
    } catch (error) {
      if (isUnavailable(error)) this.#outages.down(name, error.message);
      throw error;
    }
  }

  async #publicly<Result>(work: (provider: SmProvider) => Promise<Result>): Promise<Result> {
    this.#requireOpen();
    const gone: { readonly name: string; readonly error: CryptoError }[] = [];
    for (const [name, provider] of this.#publicWork) {
      try {
        const result = await work(provider);
        this.#outages.movedBack(name);
        for (const { name: from, error } of gone) this.#outages.moved(from, name, error.message);
        return result;
      } catch (error) {
        if (!isUnavailable(error)) throw error;
        gone.push({ name, error });
      }
    }
    for (const { name, error } of gone) this.#outages.down(name, error.message);
    throw new CryptoError(
      "unavailable",
      `Cannot reach any of ${gone.map(({ name }) => `"${name}"`).join(", ")}`,
    );
  }

  /** Closing is no outage: nobody is to be woken for it. */
  #requireOpen(): void {
    if (!this.#closed) return;
    throw new CryptoError("unavailable", "Cannot use the routed provider: it is closed");
  }

  #firstPublic(): readonly [name: string, provider: SmProvider] {
    const [first] = this.#publicWork;
    if (first) return first;
    throw unknownProvider("", "at least one for public work");
  }

  #named(name: string): SmProvider {
    const provider = this.#providers.get(name);
    if (provider) return provider;
    throw unknownProvider(name, [...this.#providers.keys()].join(", "));
  }
}

/** What stands in it need not be true: the provider it names takes only handles it gave. */
function requireHandle(key: KeyHandle): void {
  if (typeof key === "object" && key !== null) return;
  throw new CryptoError("unknown_key", "Cannot use that key: expected a handle");
}

function isUnavailable(error: unknown): error is CryptoError {
  return error instanceof CryptoError && error.code === "unavailable";
}

function unknownProvider(name: string, expected: string): CryptoError {
  return new CryptoError(
    "invalid_argument",
    `Cannot route to provider "${name}": expected ${expected}`,
  );
}
