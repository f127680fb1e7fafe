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
  }

  /** Null for a key that is none of the device's; whose provider it is, the caller asks first. */
  get(handle: KeyHandle): HeldDeviceKey | null {
    return this.#keys.get(handle.id) ?? null;
  }

  find(label: string, version?: number): KeyHandle | null {
    let newest: HeldDeviceKey | null = null;
    for (const key of this.#keys.values()) {
      if (key.label !== label || (version ?? versionOf(key)) !== versionOf(key)) continue;
      if (newest === null || versionOf(key) > versionOf(newest)) newest = key;
    }
    return newest && this.#handle(newest);
  }

  list(): KeyHandle[] {
    return [...this.#keys.values()].map((key) => this.#handle(key));
  }

  /** Gives a new session the access rights. */
  async unlock(session: SdfSession): Promise<void> {
    for (const { index, password } of this.#keys.values()) {
      if (password) await session.getPrivateKeyAccessRight(index, password);
    }
  }

  #handle(key: HeldDeviceKey): KeyHandle {
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
