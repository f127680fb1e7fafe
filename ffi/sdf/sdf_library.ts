import { Turns } from "../vendor/turns.ts";
import { type ErrorOf, SdfNativeCalls } from "./native_calls.ts";
import type { SdfProfile } from "./sdf_profile.ts";
import { SdfDeviceSession } from "./session.ts";
import { describeDevice, DEVICE_INFO_BYTES } from "./structs.ts";

export interface SdfLibraryOptions {
  /** Absolute path of the maker's library. */
  readonly path: string;
  readonly profile: SdfProfile;
  readonly errorOf: ErrorOf;
}

/** Some makers' structure is longer than the standard's. */
const INFO_BYTES = 4 * DEVICE_INFO_BYTES;

/**
 * Opens a GM/T 0018 device: one handle in this process, many sessions. Throws an `Error` when the
 * library cannot be loaded, the caller's own for what the device answers.
 */
export async function openSdfLibrary(options: SdfLibraryOptions): Promise<SdfDevice> {
  const native = loadNative(options);
  try {
    return await SdfDevice.open(native, options.profile);
  } catch (error) {
    await native.end(null);
    throw error;
  }
}

export class SdfDevice implements AsyncDisposable {
  readonly version: string;
  readonly certificate: string | null;
  readonly hasHmac: boolean;
  readonly #native: SdfNativeCalls;
  readonly #profile: SdfProfile;
  readonly #sessions = new Set<SdfDeviceSession>();
  readonly #turns = new Turns();
  #handle: bigint;

  private constructor(
    native: SdfNativeCalls,
    profile: SdfProfile,
    opened: { readonly handle: bigint; readonly version: string },
  ) {
    this.#native = native;
    this.#profile = profile;
    this.#handle = opened.handle;
    this.version = `${profile.name}: ${opened.version}`;
    this.certificate = profile.certificate ?? null;
    this.hasHmac = profile.hmac;
  }

  static async open(native: SdfNativeCalls, profile: SdfProfile): Promise<SdfDevice> {
    const handle = await openDevice(native, profile);
    try {
      return new SdfDevice(native, profile, { handle, version: await askInfo(native, handle) });
    } catch (error) {
      await native.call("SDF_CloseDevice", handle).catch(() => {});
      throw error;
    }
  }

  /**
   * When the device does not give one and nobody has another, its handle may be of before an
   * outage: it is opened anew, once. Sessions of an old handle must never be used again.
   */
  async openSession(): Promise<SdfDeviceSession> {
    using _turn = await this.#turns.take();
    try {
      return await this.#newSession();
    } catch (error) {
      if (this.#sessions.size > 0) throw error;
      await this.#native.call("SDF_CloseDevice", this.#handle).catch(() => {});
      this.#handle = await openDevice(this.#native, this.#profile);
      return await this.#newSession();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#native.end(this.#handle);
  }

  async #newSession(): Promise<SdfDeviceSession> {
    const session: SdfDeviceSession = new SdfDeviceSession({
      native: this.#native,
      profile: this.#profile,
      handle: await openSession(this.#native, this.#handle),
      onClosed: () => void this.#sessions.delete(session),
    });
    this.#sessions.add(session);
    return session;
  }
}

function loadNative({ path, profile, errorOf }: SdfLibraryOptions): SdfNativeCalls {
  try {
    return new SdfNativeCalls(path, profile, errorOf);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Cannot load the SDF library "${path}": ${why}`, { cause });
  }
}

async function openDevice(native: SdfNativeCalls, profile: SdfProfile): Promise<bigint> {
  const handle = new BigUint64Array(1);
  const out = new Uint8Array(handle.buffer);
  if (profile.configuration === undefined) await native.call(profile.open, out);
  else {
    const path = new TextEncoder().encode(`${profile.configuration}\0`);
    await native.call(profile.open, path, out);
  }
  return handle[0] ?? 0n;
}

async function openSession(native: SdfNativeCalls, device: bigint): Promise<bigint> {
  const handle = new BigUint64Array(1);
  await native.call("SDF_OpenSession", device, new Uint8Array(handle.buffer));
  return handle[0] ?? 0n;
}

async function askInfo(native: SdfNativeCalls, device: bigint): Promise<string> {
  const session = await openSession(native, device);
  try {
    const info = new Uint8Array(INFO_BYTES);
    await native.call("SDF_GetDeviceInfo", session, info);
    return describeDevice(info);
  } finally {
    await native.call("SDF_CloseSession", session).catch(() => {});
  }
}
