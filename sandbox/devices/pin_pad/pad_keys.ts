import { desDecrypt, desEncrypt } from "../../../crypto/des.ts";
import { sm4Decrypt, sm4Encrypt } from "../../../crypto/sm4.ts";
import type { KeyPurpose, PinPadAlgorithm } from "../../../ffi/pin_pad/contract.ts";

/** A key as a simulated pad holds it. */
export interface PadKey {
  readonly algorithm: PinPadAlgorithm;
  /** Null where the make keeps no purposes. */
  readonly purpose: KeyPurpose | null;
  readonly bytes: Uint8Array;
}

interface Cryption {
  readonly direction: "encrypt" | "decrypt";
  /** CBC with it; ECB without. */
  readonly iv?: Uint8Array;
}

/** Throws `CryptoError` for data that is not whole blocks, and for weak DES keys. */
export function crypt(key: PadKey, { direction, iv }: Cryption, data: Uint8Array): Uint8Array {
  const mode = iv ? { mode: "cbc", iv } as const : { mode: "ecb" } as const;
  if (key.algorithm === "sm4") {
    const options = { ...mode, key: key.bytes, padding: "none" } as const;
    return direction === "encrypt" ? sm4Encrypt(options, data) : sm4Decrypt(options, data);
  }
  const options = { ...mode, key: key.bytes };
  return direction === "encrypt" ? desEncrypt(options, data) : desDecrypt(options, data);
}

/** E_k(0…0), one block. */
export function checkValueOf(key: PadKey): Uint8Array {
  return crypt(key, { direction: "encrypt" }, new Uint8Array(key.algorithm === "sm4" ? 16 : 8));
}

export function unwrap(master: PadKey, wrapped: Uint8Array): Uint8Array {
  return crypt(master, { direction: "decrypt" }, wrapped);
}

/** What single DES uses of a longer key. */
export function leftHalf(key: PadKey): PadKey {
  return { ...key, bytes: key.bytes.slice(0, 8) };
}

/** The last block of a CBC that starts at `iv`; the data is filled with zeros. */
export function cbcMac(key: PadKey, iv: Uint8Array, data: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil(data.length / iv.length) * iv.length);
  padded.set(data);
  return crypt(key, { direction: "encrypt", iv }, padded).slice(-iv.length);
}
