import { CryptoError } from "../errors.ts";
import type { KeyHandle } from "../provider.ts";
import type { SdfSession } from "./sdf_library.ts";

/** A key pair the device keeps under an index: one for signing and one for encryption each. */
export interface SdfDeviceKey {
  readonly label: string;
  /** 1 when absent. */
  readonly version?: number;
  readonly usage: "sign" | "decrypt";
  readonly index: number;
  /** Of the private key's access right, where the device wants one. */
  readonly password?: Uint8Array;
}

export interface HeldDeviceKey extends SdfDeviceKey {
  readonly id: string;
}

/** The device's own key pairs by id and label, as configuration names them. */
export class SdfDeviceKeys {
  readonly #provider: string;
  readonly #keys: ReadonlyMap<string, HeldDeviceKey>;
  /** The handles of all of them, each given out as this one object. */
  readonly #handles: ReadonlyMap<KeyHandle, HeldDeviceKey>;

  /** Throws `invalid_argument` for an index or a label and version named twice. */
  constructor(provider: string, keys: readonly SdfDeviceKey[]) {
    const held = keys.map((key) => ({ ...key, id: `device ${key.usage} ${key.index}` }));
    const names = new Set(held.map((key) => `${versionOf(key)} ${key.label}`));
    this.#provider = provider;
    this.#keys = new Map(held.map((key) => [key.id, key]));
    if (this.#keys.size !== keys.length || names.size !== keys.length) {
      throw new CryptoError(
        "invalid_argument",
        "Cannot name the device's keys: expected every index and every version of a label once",
      );
    }
    this.#handles = new Map(held.map((key) => [this.#newHandle(key), key]));
  }

  /** Null for a handle that was not given here, though it may name a key of the device. */
  get(handle: KeyHandle): HeldDeviceKey | null {
    return this.#handles.get(handle) ?? null;
  }

  find(label: string, version?: number): KeyHandle | null {
    let newest: KeyHandle | null = null;
    for (const handle of this.#handles.keys()) {
      if (handle.label !== label || (version ?? handle.version) !== handle.version) continue;
      if (newest === null || handle.version > newest.version) newest = handle;
    }
    return newest;
  }

  list(): KeyHandle[] {
    return [...this.#handles.keys()];
  }

  /** Gives a new session the access rights. */
  async unlock(session: SdfSession): Promise<void> {
    for (const { index, password } of this.#keys.values()) {
      if (password) await session.getPrivateKeyAccessRight(index, password);
    }
  }

  #newHandle(key: HeldDeviceKey): KeyHandle {
    const { id, label, usage } = key;
    const version = versionOf(key);
    return Object.freeze({
      provider: this.#provider,
      id,
      label,
      version,
      algorithm: "sm2",
      usage,
    });
  }
}

function versionOf({ version = 1 }: SdfDeviceKey): number {
  return version;
}
