import { randomBytes, wipe } from "../bytes.ts";
import { CryptoError } from "../errors.ts";
import type { StoredKey } from "../key_store.ts";
import type { KeyHandle, KeySpec } from "../provider.ts";
import { requireKeySpec } from "./key_material.ts";

export interface KeyShelfOptions {
  /** The provider's name, as it stands in handles. */
  readonly provider: string;
  readonly keys: readonly StoredKey[];
  /** Stores all kept keys; what it is given is wiped later. A key exists once this has come back. */
  readonly onKeysChanged?: ((keys: readonly StoredKey[]) => Promise<void>) | undefined;
  /** Of a key that is about to be wiped. */
  readonly onKeyGone: (id: string) => void;
  readonly now: () => Date;
}

/** Kept and ephemeral ones together: about 20 MB. */
const KEYS_MAX = 65_536;
const KEY_ID_BYTES = 16;

/**
 * The keys of one provider by id, label and version. What stands here decides, never what a handle
 * says of itself. `bytes` are the key, or the key wrapped by a device.
 */
export class KeyShelf {
  readonly #options: KeyShelfOptions;
  readonly #kept = new Map<string, StoredKey>();
  readonly #ephemeral = new Map<string, StoredKey>();
  /** The kept ones again, by label and version. */
  readonly #labels = new Map<string, Map<number, StoredKey>>();
  /** Also of destroyed keys: a version is never given twice while this process lives. */
  readonly #newestVersions = new Map<string, number>();
  /** Changes come one after the other, so that what is stored last is what holds. */
  #changes: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(options: KeyShelfOptions) {
    this.#options = options;
    this.load(options.keys);
  }

  /** Throws `unknown_key` for a handle of another provider and for a destroyed key. */
  get(handle: KeyHandle): StoredKey {
    this.requireOwn(handle);
    const key = this.#kept.get(handle.id) ?? this.#ephemeral.get(handle.id);
    if (key === undefined) {
      throw new CryptoError(
        "unknown_key",
        `Cannot find key "${handle.label}" version ${handle.version}: expected one of ` +
          `provider "${this.#options.provider}" that is not destroyed`,
      );
    }
    return key;
  }

  find(label: string, version?: number): KeyHandle | null {
    this.requireOpen();
    const versions = this.#labels.get(label);
    if (version !== undefined) return this.#handleOrNull(versions?.get(version));
    let newest: StoredKey | undefined;
    for (const key of versions?.values() ?? []) {
      if (key.retiredAt !== undefined) continue;
      if (newest === undefined || key.version > newest.version) newest = key;
    }
    return this.#handleOrNull(newest);
  }

  list(): KeyHandle[] {
    this.requireOpen();
    return [...this.#kept.values()].map((key) => this.#handle(key));
  }

  /** Takes the bytes over and wipes them when it fails. Throws `too_large` when it is full. */
  async add(spec: KeySpec, bytes: Uint8Array): Promise<KeyHandle> {
    try {
      // What is never stored need not wait until others are.
      if (spec.ephemeral === true) return this.#addEphemeral(spec, bytes);
      return await this.#change(() => this.#keep(spec, bytes));
    } catch (error) {
      wipe(bytes);
      throw error;
    }
  }

  async destroy(handle: KeyHandle): Promise<void> {
    this.requireOwn(handle);
    const { id } = handle;
    if (this.#ephemeral.has(id)) return this.#forget(this.#ephemeral, id);
    await this.#change(async () => {
      const rest = [...this.#kept.values()].filter((key) => key.id !== id);
      if (rest.length < this.#kept.size) await this.#options.onKeysChanged?.(rest);
      this.#forget(this.#kept, id);
    });
  }

  /** Takes copies of keys stored elsewhere; those it has already stay. Throws `invalid_argument`. */
  load(keys: readonly StoredKey[]): void {
    this.requireOpen();
    for (const key of keys) {
      if (this.#kept.has(key.id)) continue;
      requireKeySpec(key);
      this.#requireRoom();
      this.#requireNewVersion(key);
      this.#put({ ...key, bytes: key.bytes.slice() });
    }
  }

  /** Throws `unavailable` after `close()`. */
  requireOpen(): void {
    if (!this.#closed) return;
    throw new CryptoError(
      "unavailable",
      `Cannot use provider "${this.#options.provider}": it is closed`,
    );
  }

  /** Throws `unknown_key` for a handle of another provider. */
  requireOwn(handle: KeyHandle): void {
    this.requireOpen();
    if (handle.provider === this.#options.provider) return;
    throw new CryptoError(
      "unknown_key",
      `Cannot use a key of provider "${handle.provider}": expected one of ` +
        `"${this.#options.provider}"`,
    );
  }

  /** Wipes everything, after the changes under way. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#changes;
    for (const id of [...this.#ephemeral.keys()]) this.#forget(this.#ephemeral, id);
    for (const id of [...this.#kept.keys()]) this.#forget(this.#kept, id);
  }

  async #keep(spec: KeySpec, bytes: Uint8Array): Promise<KeyHandle> {
    this.#requireRoom();
    const version = (this.#newestVersions.get(spec.label) ?? 0) + 1;
    const key = this.#newKey(spec, version, bytes);
    // Whether a failed store kept it is unknown: the version is spent either way.
    this.#newestVersions.set(spec.label, version);
    await this.#options.onKeysChanged?.([...this.#kept.values(), key]);
    this.requireOpen();
    this.#put(key);
    return this.#handle(key);
  }

  #put(key: StoredKey): void {
    const versions = this.#labels.get(key.label) ?? new Map<number, StoredKey>();
    this.#kept.set(key.id, key);
    this.#labels.set(key.label, versions.set(key.version, key));
    const newest = this.#newestVersions.get(key.label) ?? 0;
    this.#newestVersions.set(key.label, Math.max(key.version, newest));
  }

  #addEphemeral(spec: KeySpec, bytes: Uint8Array): KeyHandle {
    this.requireOpen();
    this.#requireRoom();
    const key = this.#newKey(spec, 1, bytes);
    this.#ephemeral.set(key.id, key);
    return this.#handle(key);
  }

  #newKey(spec: KeySpec, version: number, bytes: Uint8Array): StoredKey {
    const { label, algorithm, usage, wrappable } = spec;
    const createdAt = this.#options.now().toISOString();
    const id = randomBytes(KEY_ID_BYTES).toHex();
    return { id, label, version, algorithm, usage, wrappable, createdAt, bytes };
  }

  #handle({ id, label, version, algorithm, usage }: StoredKey): KeyHandle {
    const { provider } = this.#options;
    return Object.freeze({ provider, id, label, version, algorithm, usage });
  }

  #handleOrNull(key: StoredKey | undefined): KeyHandle | null {
    return key === undefined ? null : this.#handle(key);
  }

  #forget(keys: Map<string, StoredKey>, id: string): void {
    const key = keys.get(id);
    if (key === undefined) return;
    keys.delete(id);
    if (keys === this.#kept) this.#labels.get(key.label)?.delete(key.version);
    this.#options.onKeyGone(id);
    wipe(key.bytes);
  }

  #change<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#changes.then(() => {
      this.requireOpen();
      return work();
    });
    this.#changes = done.catch(() => {});
    return done;
  }

  #requireRoom(): void {
    if (this.#kept.size + this.#ephemeral.size < KEYS_MAX) return;
    throw new CryptoError(
      "too_large",
      `Cannot hold another key: expected at most ${KEYS_MAX}; ephemeral keys must be destroyed`,
    );
  }

  #requireNewVersion({ label, version }: StoredKey): void {
    const taken = this.#labels.get(label)?.has(version) ?? false;
    if (!taken && Number.isSafeInteger(version) && version >= 1) return;
    throw new CryptoError(
      "invalid_argument",
      `Cannot load key "${label}" version ${version}: expected each version from 1 once`,
    );
  }
}
