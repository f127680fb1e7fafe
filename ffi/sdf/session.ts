import { Turns } from "../vendor/turns.ts";
import type { SdfNativeCalls } from "./native_calls.ts";
import type { SdfProfile } from "./sdf_profile.ts";
import { cipherFrom, pointOf, PUBLIC_KEY_BYTES, SIGNATURE_BYTES, signatureOf } from "./structs.ts";

/** A handle, good in the session that gave it. */
interface Key {
  readonly handle: unknown;
}

type Cipher = { readonly mode: "ecb" } | { readonly mode: "cbc"; readonly iv: Uint8Array };
type Bytes = Uint8Array<ArrayBuffer>;

export interface SdfSessionDeps {
  readonly native: SdfNativeCalls;
  readonly profile: SdfProfile;
  readonly handle: bigint;
  readonly onClosed: () => void;
}

const BLOCK_BYTES = 16;
const MAC_BYTES = 32;
const WRAPPED_BYTES_MAX = 1_024;
/** Devices write a little more than they say they do; where that would hit is ours. */
const MARGIN_BYTES = 64;
const HMAC_CALL_BYTES_MAX = 1 << 14;
/** SDR_OUTARGERR, SDR_KEYERR. */
const BAD_OUTPUT = 0x0100001e;
const BAD_KEY = 0x01000015;

/** One session of the device: calls wait for each other, GM/T 0018 allows one at a time. */
export class SdfDeviceSession {
  readonly #deps: SdfSessionDeps;
  readonly #turns = new Turns();

  constructor(deps: SdfSessionDeps) {
    this.#deps = deps;
  }

  async generateRandom(length: number): Promise<Uint8Array> {
    const out = new Uint8Array(length + MARGIN_BYTES);
    await this.#call("SDF_GenerateRandom", length, out);
    return out.subarray(0, length);
  }

  async getPrivateKeyAccessRight(index: number, password: Uint8Array): Promise<void> {
    const copy = password.slice();
    try {
      await this.#call("SDF_GetPrivateKeyAccessRight", index, copy, copy.length);
    } finally {
      copy.fill(0);
    }
  }

  async exportSignPublicKey(index: number): Promise<Uint8Array> {
    return await this.#publicKey("SDF_ExportSignPublicKey_ECC", index);
  }

  async exportEncryptionPublicKey(index: number): Promise<Uint8Array> {
    return await this.#publicKey("SDF_ExportEncPublicKey_ECC", index);
  }

  async internalSign(index: number, digest: Uint8Array): Promise<Uint8Array> {
    const { signTakesAlgorithm, algorithms } = this.#deps.profile;
    const algorithm = signTakesAlgorithm ? [algorithms.sm2Sign] : [];
    const out = new Uint8Array(SIGNATURE_BYTES + MARGIN_BYTES);
    const data = digest.slice();
    await this.#call("SDF_InternalSign_ECC", index, ...algorithm, data, data.length, out);
    return signatureOf(out);
  }

  async internalDecrypt(index: number, ciphertext: Uint8Array): Promise<Uint8Array> {
    const { decryptTakesAlgorithm, algorithms } = this.#deps.profile;
    const algorithm = decryptTakesAlgorithm ? [algorithms.sm2Encrypt] : [];
    const name = "SDF_InternalDecrypt_ECC";
    const out = new Uint8Array(ciphertext.length + MARGIN_BYTES);
    const length = lengthOf(out);
    await this.#call(name, index, ...algorithm, cipherFrom(ciphertext), out, bytesOf(length));
    return this.#taken(name, out, length);
  }

  async generateKeyWithKek(
    kekIndex: number,
    bits: 128 | 256,
  ): Promise<{ readonly key: Key; readonly wrapped: Uint8Array }> {
    const name = "SDF_GenerateKeyWithKEK";
    const wrapped = new Uint8Array(WRAPPED_BYTES_MAX);
    const length = lengthOf(wrapped);
    const key = new BigUint64Array(1);
    const { keyWrap } = this.#deps.profile.algorithms;
    await this.#call(name, bits, keyWrap, kekIndex, wrapped, bytesOf(length), bytesOf(key));
    return { key: { handle: key[0] }, wrapped: this.#taken(name, wrapped, length).slice() };
  }

  async importKeyWithKek(kekIndex: number, wrapped: Uint8Array): Promise<Key> {
    const key = new BigUint64Array(1);
    const { keyWrap } = this.#deps.profile.algorithms;
    const bytes = wrapped.slice();
    const { length } = bytes;
    await this.#call("SDF_ImportKeyWithKEK", keyWrap, kekIndex, bytes, length, bytesOf(key));
    return { handle: key[0] };
  }

  async encrypt(key: Key, cipher: Cipher, data: Uint8Array): Promise<Uint8Array> {
    return await this.#crypt("SDF_Encrypt", { key, cipher, data });
  }

  async decrypt(key: Key, cipher: Cipher, data: Uint8Array): Promise<Uint8Array> {
    return await this.#crypt("SDF_Decrypt", { key, cipher, data });
  }

  async calculateMac(key: Key, iv: Uint8Array, data: Uint8Array): Promise<Uint8Array> {
    const name = "SDF_CalculateMAC";
    const handle = this.#handleOf(name, key);
    const out = new Uint8Array(MAC_BYTES + MARGIN_BYTES);
    const length = lengthOf(out);
    const copy = data.slice();
    const { sm4Mac } = this.#deps.profile.algorithms;
    try {
      const into = [out, bytesOf(length)] as const;
      await this.#call(name, handle, sm4Mac, iv.slice(), copy, copy.length, ...into);
    } finally {
      copy.fill(0);
    }
    return this.#taken(name, out, length);
  }

  /** `SDF_HMAC…` of newer devices; their shape is assumed to be that of `SDF_Hash…` with a key. */
  async hmac(key: Key, data: Uint8Array): Promise<Uint8Array> {
    const name = "SDF_HMACFinal";
    const handle = this.#handleOf(name, key);
    const out = new Uint8Array(MAC_BYTES + MARGIN_BYTES);
    const length = lengthOf(out);
    await this.#call("SDF_HMACInit", handle, this.#deps.profile.algorithms.sm3);
    for (let at = 0; at < data.length; at += HMAC_CALL_BYTES_MAX) {
      const part = data.slice(at, at + HMAC_CALL_BYTES_MAX);
      await this.#call("SDF_HMACUpdate", part, part.length);
    }
    await this.#call(name, out, bytesOf(length));
    return this.#taken(name, out, length);
  }

  async destroyKey(key: Key): Promise<void> {
    await this.#call("SDF_DestroyKey", this.#handleOf("SDF_DestroyKey", key));
  }

  async close(): Promise<void> {
    try {
      await this.#call("SDF_CloseSession");
    } finally {
      this.#deps.onClosed();
    }
  }

  async #crypt(
    name: "SDF_Encrypt" | "SDF_Decrypt",
    { key, cipher, data }: {
      readonly key: Key;
      readonly cipher: Cipher;
      readonly data: Uint8Array;
    },
  ): Promise<Uint8Array> {
    const handle = this.#handleOf(name, key);
    const { sm4Ecb, sm4Cbc } = this.#deps.profile.algorithms;
    const algorithm = cipher.mode === "ecb" ? sm4Ecb : sm4Cbc;
    // The device writes the next IV back.
    const iv = cipher.mode === "ecb" ? new Uint8Array(BLOCK_BYTES) : cipher.iv.slice();
    const out = new Uint8Array(data.length + MARGIN_BYTES);
    const length = lengthOf(out);
    const copy = data.slice();
    try {
      await this.#call(name, handle, algorithm, iv, copy, copy.length, out, bytesOf(length));
    } finally {
      copy.fill(0);
    }
    return this.#taken(name, out, length);
  }

  async #publicKey(name: string, index: number): Promise<Uint8Array> {
    const out = new Uint8Array(PUBLIC_KEY_BYTES + MARGIN_BYTES);
    await this.#call(name, index, out);
    return pointOf(out);
  }

  async #call(name: string, ...args: (number | bigint | Bytes)[]): Promise<void> {
    using _turn = await this.#turns.take();
    await this.#deps.native.call(name, this.#deps.handle, ...args);
  }

  /** As much as the device says that it wrote; what does not fit is no answer. */
  #taken(name: string, out: Uint8Array, length: Uint32Array): Uint8Array {
    const written = length[0] ?? 0;
    if (written > out.length) this.#deps.native.refuse(name, BAD_OUTPUT);
    return out.subarray(0, written);
  }

  #handleOf(name: string, { handle }: Key): bigint {
    return typeof handle === "bigint" ? handle : this.#deps.native.refuse(name, BAD_KEY);
  }
}

/** In: the size of the buffer; out: how much of it was filled. */
function lengthOf(out: Uint8Array): Uint32Array<ArrayBuffer> {
  return Uint32Array.of(out.length);
}

function bytesOf(numbers: Uint32Array<ArrayBuffer> | BigUint64Array<ArrayBuffer>): Bytes {
  return new Uint8Array(numbers.buffer);
}
