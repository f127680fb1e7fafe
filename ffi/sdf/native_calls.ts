import { Turns } from "../vendor/turns.ts";
import type { SdfProfile } from "./sdf_profile.ts";

type Argument = number | bigint | Uint8Array<ArrayBuffer>;
type NativeCall = (...args: Argument[]) => Promise<unknown> | unknown;

/** How the caller wants a code other than 0 told; `call` as the standard names it. */
export type ErrorOf = (call: string, code: number) => Error;

const HANDLE = "u64";
const NUMBER = "u32";
const BUFFER = "buffer";

/** GM/T 0018-2012 clause 6; handles are pointers, passed as the numbers they are. */
const SIGNATURES = {
  SDF_CloseDevice: [HANDLE],
  SDF_OpenSession: [HANDLE, BUFFER],
  SDF_CloseSession: [HANDLE],
  SDF_GetDeviceInfo: [HANDLE, BUFFER],
  SDF_GenerateRandom: [HANDLE, NUMBER, BUFFER],
  SDF_GetPrivateKeyAccessRight: [HANDLE, NUMBER, BUFFER, NUMBER],
  SDF_ExportSignPublicKey_ECC: [HANDLE, NUMBER, BUFFER],
  SDF_ExportEncPublicKey_ECC: [HANDLE, NUMBER, BUFFER],
  SDF_GenerateKeyWithKEK: [HANDLE, NUMBER, NUMBER, NUMBER, BUFFER, BUFFER, BUFFER],
  SDF_ImportKeyWithKEK: [HANDLE, NUMBER, NUMBER, BUFFER, NUMBER, BUFFER],
  SDF_DestroyKey: [HANDLE, HANDLE],
  SDF_Encrypt: [HANDLE, HANDLE, NUMBER, BUFFER, BUFFER, NUMBER, BUFFER, BUFFER],
  SDF_Decrypt: [HANDLE, HANDLE, NUMBER, BUFFER, BUFFER, NUMBER, BUFFER, BUFFER],
  SDF_CalculateMAC: [HANDLE, HANDLE, NUMBER, BUFFER, BUFFER, NUMBER, BUFFER, BUFFER],
} as const;

const HMAC_SIGNATURES = {
  SDF_HMACInit: [HANDLE, HANDLE, NUMBER],
  SDF_HMACUpdate: [HANDLE, BUFFER, NUMBER],
  SDF_HMACFinal: [HANDLE, BUFFER, BUFFER],
} as const;

/** For what still runs when the library is closed. */
const CLOSE_WAIT_MS_MAX = 2_000;
/** SDR_COMMFAIL. */
const NO_DEVICE = 0x01000003;

/**
 * The maker's library in this very process. Card readers' libraries live in child processes; this
 * one does not: every sealed column is a call to it, which a pipe would make several times slower,
 * and personal data in clear would cross that pipe. The price: when it crashes, this process ends
 * with it. Calls run on pool threads, so that the event loop goes on; results are return values,
 * since errno does not survive the change of threads. A call cannot be cancelled: one that hangs
 * costs its thread and its session, and who waits for it gives up by himself.
 */
export class SdfNativeCalls {
  readonly #native: ReadonlyMap<string, NativeCall>;
  readonly #errorOf: ErrorOf;
  readonly #turns: Turns | null;
  readonly #running = new Set<Promise<unknown>>();
  readonly #close: () => void;
  #closed = false;

  /** Throws when the file cannot be loaded or lacks a function. */
  constructor(path: string, profile: SdfProfile, errorOf: ErrorOf) {
    const signatures = signaturesFor(profile);
    const library = Deno.dlopen(path, signatures);
    const symbols: Readonly<Record<string, NativeCall>> = library.symbols;
    this.#native = new Map(Object.entries(symbols));
    this.#errorOf = errorOf;
    this.#turns = profile.oneCallAtATime ? new Turns() : null;
    this.#close = () => library.close();
  }

  /** Throws the caller's error for any code but 0. Buffers are kept alive till it returns. */
  async call(name: string, ...args: Argument[]): Promise<void> {
    using _turn = await this.#turns?.take();
    const native = this.#native.get(name);
    if (this.#closed || !native) throw this.#errorOf(name, NO_DEVICE);
    const running = Promise.resolve(native(...args));
    this.#running.add(running);
    try {
      // C's int: codes are unsigned by the standard.
      const code = Number(await running) >>> 0;
      if (code !== 0) throw this.#errorOf(name, code);
    } finally {
      this.#running.delete(running);
    }
  }

  /** The caller's error, for an answer that the standard does not allow. */
  refuse(name: string, code: number): never {
    throw this.#errorOf(name, code);
  }

  /**
   * No call begins from now on; device and library are closed when those under way have ended. A
   * library in which one hangs stays loaded and its device open: its code is still running.
   */
  async end(device: bigint | null): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (!await this.#settled()) return;
    if (device !== null) await this.#native.get("SDF_CloseDevice")?.(device);
    this.#close();
  }

  async #settled(): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, CLOSE_WAIT_MS_MAX);
    await Promise.race([Promise.allSettled([...this.#running]), promise]);
    clearTimeout(timer);
    return this.#running.size === 0;
  }
}

type Signatures = Readonly<Record<string, readonly Deno.NativeType[]>>;

function signaturesFor(profile: SdfProfile): Record<string, Deno.ForeignFunction> {
  const { signTakesAlgorithm, decryptTakesAlgorithm } = profile;
  const algorithm = (takesIt: boolean) => takesIt ? [NUMBER] as const : [];
  const all: Signatures = {
    ...SIGNATURES,
    ...(profile.hmac ? HMAC_SIGNATURES : {}),
    [profile.open]: profile.configuration === undefined ? [BUFFER] : [BUFFER, BUFFER],
    SDF_InternalSign_ECC: [
      HANDLE,
      NUMBER,
      ...algorithm(signTakesAlgorithm),
      BUFFER,
      NUMBER,
      BUFFER,
    ],
    SDF_InternalDecrypt_ECC: [
      HANDLE,
      NUMBER,
      ...algorithm(decryptTakesAlgorithm),
      BUFFER,
      BUFFER,
      BUFFER,
    ],
  };
  return Object.fromEntries(
    Object.entries(all).map(([name, parameters]) => [
      name,
      { parameters: [...parameters], result: "i32", nonblocking: true } as const,
    ]),
  );
}
