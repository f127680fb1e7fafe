import { copyBytes, randomBytes, wipe } from "../bytes.ts";
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

/** A key and the one handle there is of it. */
interface Held {
  readonly key: StoredKey;
  readonly handle: KeyHandle;
}

/** Kept and ephemeral ones together: about 20 MB. */
const KEYS_MAX = 65_536;
const KEY_ID_BYTES = 16;

/**
 * The keys of one provider by id, label and version. Only the very handles that were given out here
 * open it: what a copy or a hand-made one says of itself counts for nothing. `bytes` are the key, or
 * the key wrapped by a device.
 */
export class KeyShelf {
  readonly #options: KeyShelfOptions;
  readonly #kept = new Map<string, Held>();
  readonly #ephemeral = new Map<string, Held>();
  /** Ids of all handles given out, of destroyed keys too. */
  readonly #given = new WeakMap<KeyHandle, string>();
  /** The kept ones again, by label and version. */
  readonly #labels = new Map<string, Map<number, Held>>();
  /** Also of destroyed keys: a version is never given twice while this process lives. */
  readonly #newestVersions = new Map<string, number>();
  /** Ids of kept keys: a store that was written before their end must not bring them back. */
  readonly #destroyed = new Set<string>();
  /** Changes come one after the other, so that what is stored last is what holds. */
  #changes: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(options: KeyShelfOptions) {
    this.#options = options;
    this.#takeIn(options.keys.map(ownCopy));
  }

  /** Throws `unknown_key` for a handle that was not given here and for a destroyed key. */
  get(handle: KeyHandle): StoredKey {
    this.requireOpen();
    const id = this.#given.get(handle) ?? "";
    const held = this.#kept.get(id) ?? this.#ephemeral.get(id);
    if (held === undefined) throw this.#unknown();
    return held.key;
  }

  find(label: string, version?: number): KeyHandle | null {
    this.requireOpen();
    const versions = this.#labels.get(label);
    if (version !== undefined) return versions?.get(version)?.handle ?? null;
    let newest: KeyHandle | null = null;
    for (const { key, handle } of versions?.values() ?? []) {
      if (key.retiredAt !== undefined) continue;
      if (newest === null || key.version > newest.version) newest = handle;
    }
    return newest;
  }

  list(): KeyHandle[] {
    this.requireOpen();
    return [...this.#kept.values()].map(({ handle }) => handle);
  }

  /**
   * Takes the bytes over and wipes them when it fails. Throws `too_large` when it is full,
   * `invalid_argument` for a key that is to be kept when nobody stores them.
   */
  async add(spec: KeySpec, bytes: Uint8Array): Promise<KeyHandle> {
    try {
      requireKeySpec(spec);
      // What is never stored need not wait until others are.
      if (spec.ephemeral === true) return this.#addEphemeral(spec, bytes);
      return await this.#change(() => this.#keep(spec, bytes));
    } catch (error) {
      wipe(bytes);
      throw error;
    }
  }

  /** Throws `unknown_key` for a handle that was not given here. */
  async destroy(handle: KeyHandle): Promise<void> {
    this.requireOpen();
    const id = this.#given.get(handle);
    if (id === undefined) throw this.#unknown();
    if (this.#ephemeral.has(id)) return this.#forget(this.#ephemeral, id);
    await this.#change(async () => {
      if (!this.#kept.has(id)) return;
      const rest = this.#stored().filter((key) => key.id !== id);
      await this.#options.onKeysChanged?.(rest);
      this.#destroyed.add(id);
      this.#forget(this.#kept, id);
    });
  }

  /**
   * Takes copies of keys stored elsewhere, all or none. Those it has already stay, and are retired
   * when they were meanwhile; those it destroyed stay away. Throws `invalid_argument`.
   */
  async load(keys: readonly StoredKey[]): Promise<void> {
    const copies = keys.map(ownCopy);
    await this.#change(() => {
      this.#takeIn(copies);
      return Promise.resolve();
    });
  }

  /** Throws `unavailable` after `close()`. */
  requireOpen(): void {
    if (!this.#closed) return;
    throw new CryptoError(
      "unavailable",
      `Cannot use provider "${this.#options.provider}": it is closed`,
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
    const { onKeysChanged } = this.#options;
    if (onKeysChanged === undefined) {
      throw new CryptoError(
        "invalid_argument",
        `Cannot keep key "${spec.label}": expected ephemeral = true, as nobody stores keys here`,
      );
    }
    this.#requireRoom(1);
    const version = (this.#newestVersions.get(spec.label) ?? 0) + 1;
    const key = this.#newKey(spec, version, bytes);
    // Whether a failed store kept it is unknown: the version is spent either way.
    this.#newestVersions.set(spec.label, version);
    await onKeysChanged([...this.#stored(), key]);
    this.requireOpen();
    return this.#put(key);
  }

  /** Looks at all of them before it takes one; wipes what it does not take. */
  #takeIn(copies: readonly StoredKey[]): void {
    try {
      const fresh = copies.filter(({ id }) => !this.#kept.has(id) && !this.#destroyed.has(id));
      this.#requireRoom(fresh.length);
      requireConsistent(fresh);
      for (const key of fresh) this.#requireFree(key);
    } catch (error) {
      wipe(...copies.map(({ bytes }) => bytes));
      throw error;
    }
    for (const key of copies) {
      const known = this.#kept.get(key.id);
      if (known === undefined && !this.#destroyed.has(key.id)) {
        this.#put(key);
        continue;
      }
      wipe(key.bytes);
      if (known) this.#retire(known, key.retiredAt);
    }
  }

  #retire({ key, handle }: Held, retiredAt: string | undefined): void {
    const { retiredAt: _before, ...rest } = key;
    const retired = retiredAt === undefined ? rest : { ...rest, retiredAt };
    this.#place({ key: Object.freeze(retired), handle });
  }

  #put(key: StoredKey): KeyHandle {
    const held = { key, handle: this.#newHandle(key) };
    this.#place(held);
    const newest = this.#newestVersions.get(key.label) ?? 0;
    this.#newestVersions.set(key.label, Math.max(key.version, newest));
    return held.handle;
  }

  #place(held: Held): void {
    const { id, label, version } = held.key;
    const versions = this.#labels.get(label) ?? new Map<number, Held>();
    this.#kept.set(id, held);
    this.#labels.set(label, versions.set(version, held));
  }

  #addEphemeral(spec: KeySpec, bytes: Uint8Array): KeyHandle {
    this.requireOpen();
    this.#requireRoom(1);
    const key = this.#newKey(spec, 1, bytes);
    const handle = this.#newHandle(key);
    this.#ephemeral.set(key.id, { key, handle });
    return handle;
  }

  #newKey(spec: KeySpec, version: number, bytes: Uint8Array): StoredKey {
    const { label, algorithm, usage, leaves } = spec;
    const createdAt = this.#options.now().toISOString();
    const id = randomBytes(KEY_ID_BYTES).toHex();
    return Object.freeze({ id, label, version, algorithm, usage, leaves, createdAt, bytes });
  }

  #newHandle({ id, label, version, algorithm, usage }: StoredKey): KeyHandle {
    const { provider } = this.#options;
    const handle = Object.freeze({ provider, id, label, version, algorithm, usage });
    this.#given.set(handle, id);
    return handle;
  }

  #stored(): StoredKey[] {
    return [...this.#kept.values()].map(({ key }) => key);
  }

  #forget(keys: Map<string, Held>, id: string): void {
    const held = keys.get(id);
    if (held === undefined) return;
    keys.delete(id);
    const { label, version, bytes } = held.key;
    if (keys === this.#kept) this.#labels.get(label)?.delete(version);
    this.#options.onKeyGone(id);
    wipe(bytes);
  }

  #change<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#changes.then(() => {
      this.requireOpen();
      return work();
    });
    this.#changes = done.catch(() => {});
    return done;
  }

  /** Quotes nothing of a handle that may be anything. */
  #unknown(): CryptoError {
    return new CryptoError(
      "unknown_key",
      `Cannot find that key: expected a handle that provider "${this.#options.provider}" gave, of ` +
        "a key that is not destroyed",
    );
  }

  #requireRoom(more: number): void {
    if (this.#kept.size + this.#ephemeral.size + more <= KEYS_MAX) return;
    throw new CryptoError(
      "too_large",
      `Cannot hold another key: expected at most ${KEYS_MAX}; ephemeral keys must be destroyed`,
    );
  }

  #requireFree({ label, version }: StoredKey): void {
    if (this.#labels.get(label)?.has(version)) throw wrongVersion(label, version);
  }
}

function ownCopy(key: StoredKey): StoredKey {
  return Object.freeze({ ...key, bytes: copyBytes(key.bytes) });
}

function requireConsistent(keys: readonly StoredKey[]): void {
  const seen = new Set<string>();
  for (const { id, label, version, ...rest } of keys) {
    requireKeySpec({ label, ...rest });
    const isVersion = Number.isSafeInteger(version) && version >= 1;
    const isNew = !seen.has(`id ${id}`) && !seen.has(`${version} ${label}`);
    if (!isVersion || !isNew) throw wrongVersion(label, version);
    seen.add(`id ${id}`).add(`${version} ${label}`);
  }
}

function wrongVersion(label: string, version: number): CryptoError {
  return new CryptoError(
    "invalid_argument",
    `Cannot load key "${label}" version ${version}: expected each id and each version from 1 once`,
  );
}
