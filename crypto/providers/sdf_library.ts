/**
 * The calls of GM/T 0018 that a provider needs, as whoever speaks to the device offers them: bytes
 * in, bytes out. Structures, right-aligned numbers, vendors' algorithm ids and packing are its own
 * affair. Every call may take as long as the device does and must not block the event loop; a code
 * other than 0 is an `SdfError`. Disposing closes the device: there is one per process, with many
 * sessions.
 */
export interface SdfLibrary extends AsyncDisposable {
  /** Issuer, model, serial number and version (`SDF_GetDeviceInfo`). */
  readonly version: string;
  /** Number of the product's certificate (商用密码产品认证) by configuration, or null. */
  readonly certificate: string | null;
  /** HMAC-SM3: GM/T 0018-2012 has none, newer devices may. */
  readonly hasHmac: boolean;
  openSession(): Promise<SdfSession>;
}

/** A session works on one call at a time; the provider sees to that. */
export interface SdfSession {
  generateRandom(length: number): Promise<Uint8Array>;
  /** Needed before `internalSign` and `internalDecrypt` of keys that have a password. */
  getPrivateKeyAccessRight(index: number, password: Uint8Array): Promise<void>;
  /** 65 bytes 04‖x‖y. */
  exportSignPublicKey(index: number): Promise<Uint8Array>;
  exportEncryptionPublicKey(index: number): Promise<Uint8Array>;
  /** Over e = SM3(Z‖M), 32 bytes: r‖s, 64 bytes. */
  internalSign(index: number, digest: Uint8Array): Promise<Uint8Array>;
  /** Takes C1‖C3‖C2 with C1 = 04‖x‖y. */
  internalDecrypt(index: number, ciphertext: Uint8Array): Promise<Uint8Array>;
  /** A new key; `wrapped` is in the device's own form. */
  generateKeyWithKek(
    kekIndex: number,
    bits: 128 | 256,
  ): Promise<{ readonly key: SdfKey; readonly wrapped: Uint8Array }>;
  importKeyWithKek(kekIndex: number, wrapped: Uint8Array): Promise<SdfKey>;
  /** SM4 over whole blocks, without padding; `iv` of CBC only. */
  encrypt(key: SdfKey, cipher: SdfCipher, data: Uint8Array): Promise<Uint8Array>;
  decrypt(key: SdfKey, cipher: SdfCipher, data: Uint8Array): Promise<Uint8Array>;
  /** The last block of SM4-CBC over whole blocks. */
  calculateMac(key: SdfKey, iv: Uint8Array, data: Uint8Array): Promise<Uint8Array>;
  /** HMAC-SM3 under a key of 256 bits, where the library says it has it. */
  hmac(key: SdfKey, data: Uint8Array): Promise<Uint8Array>;
  destroyKey(key: SdfKey): Promise<void>;
  close(): Promise<void>;
}

/** A handle, good in the session that gave it. */
export interface SdfKey {
  readonly handle: unknown;
}

export type SdfCipher =
  | { readonly mode: "ecb" }
  | { readonly mode: "cbc"; readonly iv: Uint8Array };

/** What a device answered instead of 0 (GM/T 0018 annex A, or a vendor's own). */
export class SdfError extends Error {
  override readonly name = "SdfError";
  readonly code: number;

  /** `call` as the standard names it: "SDF_InternalSign_ECC". */
  constructor(call: string, code: number) {
    super(`${call} answered 0x${code.toString(16).padStart(8, "0")}`);
    this.code = code;
  }
}
