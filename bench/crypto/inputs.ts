/** The same for every contender and every run. */
import type { GcmOptions, Sm4Options } from "../../crypto/engine.ts";
import { generateKeyPair } from "../../crypto/sm2.ts";
import { seededRandom } from "../../tests/random.ts";

const random = seededRandom(20_261_122);

export const SM4_KEY = bytesOf(16);
export const SM4_IV = bytesOf(16);
export const GCM_NONCE = bytesOf(12);
export const GCM_AAD = bytesOf(16);
export const HMAC_KEY = bytesOf(32);
export const TDES_KEY = bytesOf(24);
export const KEY_PAIR = generateKeyPair();

export const CBC: Sm4Options = { mode: "cbc", iv: SM4_IV, padding: "pkcs7" };
export const CTR: Sm4Options = { mode: "ctr", iv: SM4_IV, padding: "none" };
export const GCM: GcmOptions = { nonce: GCM_NONCE, aad: GCM_AAD };

export function bytesOf(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, () => Math.floor(random() * 256));
}
