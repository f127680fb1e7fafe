import { randomBytes } from "../../bytes.ts";
import { decrypt, generateKeyPair, publicKeyOf, Sm2Signer } from "../../sm2.ts";
import { hmacSm3 } from "../../sm3.ts";
import { sm4CbcMac, sm4Decrypt, sm4Encrypt, sm4Open, sm4Seal } from "../../sm4.ts";
import {
  type SdfCipher,
  SdfError,
  type SdfKey,
  type SdfLibrary,
  type SdfSession,
} from "../sdf_library.ts";

export const Sdr = {
  unknown: 0x01000001,
  commFail: 0x01000003,
  openSession: 0x01000006,
  keyNotExist: 0x01000008,
  symmetricFail: 0x0100000f,
  step: 0x01000010,
  keyError: 0x01000015,
  encryptedData: 0x01000016,
  accessRight: 0x01000018,
  noBuffer: 0x0100001c,
  argument: 0x0100001d,
} as const;

export interface FakeSdfOptions {
  readonly hasHmac?: boolean;
  /** Of the private keys; none is needed when absent. */
  readonly password?: Uint8Array;
}

/** Key pairs and KEKs by index. */
const SIGN_INDEX = 1;
const ENCRYPTION_INDEX = 2;
const KEK_INDEX = 1;
const SESSIONS_MAX = 8;
const CALL_BYTES_MAX = 1 << 15;

/** A device in memory, as strict as the standard allows: every misuse is an error code. */
export class FakeSdf implements SdfLibrary {
  readonly version = "Fake SDF device in memory";
  readonly certificate = null;
  readonly hasHmac: boolean;
  readonly password: Uint8Array | null;
  readonly privateKeys = new Map<string, Uint8Array>([
    [`sign ${SIGN_INDEX}`, generateKeyPair().privateKey],
    [`encryption ${ENCRYPTION_INDEX}`, generateKeyPair().privateKey],
  ]);
  readonly keks = new Map([[KEK_INDEX, randomBytes(16)]]);
  readonly sessions = new Set<FakeSession>();
  /** Calls under way at once, at most. */
  busiest = 0;
  busy = 0;
  /** What the next call answers instead of doing anything. */
  nextCode = 0;
  /** Calls hang until it is settled. */
  gate: Promise<void> | null = null;
  #plugged = true;
  #closed = false;

  constructor({ hasHmac = false, password }: FakeSdfOptions = {}) {
    this.hasHmac = hasHmac;
    this.password = password ?? null;
  }

  /** All sessions and key handles are lost. */
  unplug(): void {
    this.#plugged = false;
    this.sessions.clear();
  }

  plug(): void {
    this.#plugged = true;
  }

  async openSession(): Promise<FakeSession> {
    await this.call("SDF_OpenSession");
    if (this.sessions.size >= SESSIONS_MAX) throw new SdfError("SDF_OpenSession", Sdr.openSession);
    const session = new FakeSession(this);
    this.sessions.add(session);
    return session;
  }

  /** Takes its time, as a device does; the same errors for every call. */
  async call(name: string): Promise<void> {
    this.busy++;
    this.busiest = Math.max(this.busiest, this.busy);
    await (this.gate ?? Promise.resolve());
    this.busy--;
    const code = this.#closed || !this.#plugged ? Sdr.commFail : this.nextCode;
    this.nextCode = 0;
    if (code !== 0) throw new SdfError(name, code);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }
}

class FakeSession implements SdfSession {
  readonly #device: FakeSdf;
  readonly #keys = new Map<object, Uint8Array>();
  readonly #rights = new Set<number>();
  #busy = false;

  constructor(device: FakeSdf) {
    this.#device = device;
  }

  get keyCount(): number {
    return this.#keys.size;
  }

  generateRandom(length: number): Promise<Uint8Array> {
    return this.#call("SDF_GenerateRandom", () => randomBytes(length));
  }

  getPrivateKeyAccessRight(index: number, password: Uint8Array): Promise<void> {
    return this.#call("SDF_GetPrivateKeyAccessRight", (fail) => {
      if (password.toHex() !== this.#device.password?.toHex()) fail(Sdr.accessRight);
      this.#rights.add(index);
    });
  }

  exportSignPublicKey(index: number): Promise<Uint8Array> {
    return this.#call(
      "SDF_ExportSignPublicKey_ECC",
      (fail) => publicKeyOf(this.#privateKey("sign", index, fail)),
    );
  }

  exportEncryptionPublicKey(index: number): Promise<Uint8Array> {
    return this.#call(
      "SDF_ExportEncPublicKey_ECC",
      (fail) => publicKeyOf(this.#privateKey("encryption", index, fail)),
    );
  }

  internalSign(index: number, digest: Uint8Array): Promise<Uint8Array> {
    return this.#call("SDF_InternalSign_ECC", (fail) => {
      if (digest.length !== 32) fail(Sdr.argument);
      this.#requireRight(index, fail);
      return new Sm2Signer(this.#privateKey("sign", index, fail)).signDigest(digest);
    });
  }

  internalDecrypt(index: number, ciphertext: Uint8Array): Promise<Uint8Array> {
    return this.#call("SDF_InternalDecrypt_ECC", (fail) => {
      this.#requireRight(index, fail);
      const privateKey = this.#privateKey("encryption", index, fail);
      try {
        return decrypt(privateKey, ciphertext);
      } catch {
        return fail(Sdr.encryptedData);
      }
    });
  }

  generateKeyWithKek(kekIndex: number, bits: 128 | 256) {
    return this.#call("SDF_GenerateKeyWithKEK", (fail) => {
      const kek = this.#device.keks.get(kekIndex) ?? fail(Sdr.keyNotExist);
      const bytes = randomBytes(bits / 8);
      const nonce = randomBytes(12);
      const wrapped = new Uint8Array([...nonce, ...sm4Seal({ key: kek, nonce }, bytes)]);
      return { key: this.#keep(bytes), wrapped };
    });
  }

  importKeyWithKek(kekIndex: number, wrapped: Uint8Array): Promise<SdfKey> {
    return this.#call("SDF_ImportKeyWithKEK", (fail) => {
      const key = this.#device.keks.get(kekIndex) ?? fail(Sdr.keyNotExist);
      try {
        return this.#keep(sm4Open({ key, nonce: wrapped.subarray(0, 12) }, wrapped.subarray(12)));
      } catch {
        return fail(Sdr.keyError);
      }
    });
  }

  encrypt(key: SdfKey, cipher: SdfCipher, data: Uint8Array): Promise<Uint8Array> {
    return this.#call("SDF_Encrypt", (fail) => {
      const bytes = this.#sm4Key(key, data, fail);
      return sm4Encrypt({ ...cipher, padding: "none", key: bytes }, data);
    });
  }

  decrypt(key: SdfKey, cipher: SdfCipher, data: Uint8Array): Promise<Uint8Array> {
    return this.#call("SDF_Decrypt", (fail) => {
      const bytes = this.#sm4Key(key, data, fail);
      return sm4Decrypt({ ...cipher, padding: "none", key: bytes }, data);
    });
  }

  calculateMac(key: SdfKey, iv: Uint8Array, data: Uint8Array): Promise<Uint8Array> {
    return this.#call("SDF_CalculateMAC", (fail) => {
      return sm4CbcMac(this.#sm4Key(key, data, fail), data, { padding: "none", iv });
    });
  }

  hmac(key: SdfKey, data: Uint8Array): Promise<Uint8Array> {
    return this.#call("SDF_HMAC", (fail) => {
      const bytes = this.#keys.get(key) ?? fail(Sdr.keyNotExist);
      return hmacSm3(bytes.length === 32 ? bytes : fail(Sdr.argument), data);
    });
  }

  destroyKey(key: SdfKey): Promise<void> {
    return this.#call("SDF_DestroyKey", (fail) => {
      if (!this.#keys.delete(key)) fail(Sdr.keyNotExist);
    });
  }

  close(): Promise<void> {
    return this.#call("SDF_CloseSession", () => {
      this.#device.sessions.delete(this);
    });
  }

  async #call<Result>(name: string, work: (fail: Fail) => Result): Promise<Result> {
    if (this.#busy) throw new SdfError(name, Sdr.step);
    this.#busy = true;
    try {
      await this.#device.call(name);
      if (!this.#device.sessions.has(this)) throw new SdfError(name, Sdr.openSession);
      return work((code) => {
        throw new SdfError(name, code);
      });
    } finally {
      this.#busy = false;
    }
  }

  #keep(bytes: Uint8Array): SdfKey {
    const key = Object.freeze({ handle: this.#keys.size });
    this.#keys.set(key, bytes);
    return key;
  }

  #sm4Key(key: SdfKey, data: Uint8Array, fail: Fail): Uint8Array {
    if (data.length === 0 || data.length % 16 !== 0) fail(Sdr.argument);
    if (data.length > CALL_BYTES_MAX) fail(Sdr.noBuffer);
    const bytes = this.#keys.get(key) ?? fail(Sdr.keyNotExist);
    return bytes.length === 16 ? bytes : fail(Sdr.symmetricFail);
  }

  #privateKey(kind: "sign" | "encryption", index: number, fail: Fail): Uint8Array {
    return this.#device.privateKeys.get(`${kind} ${index}`) ?? fail(Sdr.keyNotExist);
  }

  #requireRight(index: number, fail: Fail): void {
    if (this.#device.password && !this.#rights.has(index)) fail(Sdr.accessRight);
  }
}

type Fail = (code: number) => never;
