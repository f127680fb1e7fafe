import { sm4Decrypt, sm4Encrypt } from "../../../crypto/sm4.ts";

/**
 * The wrapper's SM4 as the centre prescribes it: ECB under a key out of a secret that both sides
 * share in text (nhsa.md §2.2). No provider offers ECB over data, and none should; the line's
 * confidentiality is TLS, its authenticity the SM2 signature (docs/decisions/0013).
 */
export interface WrapperCipher {
  /** Upper-case hex. */
  encrypt(text: string): string;
  /** Throws CryptoError or TypeError for what is not so encrypted. */
  decrypt(encData: string): string;
}

const KEY_CHARS = 16;
const ECB = { mode: "ecb", padding: "pkcs7" } as const;

export function openWrapperCipher(app: {
  /** At least 16 characters. */
  readonly appId: string;
  readonly appSecret: string;
}): WrapperCipher {
  const outer = bytesOf(app.appId.slice(0, KEY_CHARS));
  const derived = sm4Encrypt({ ...ECB, key: outer }, bytesOf(app.appSecret)).toHex().toUpperCase();
  // The first 16 characters of the hex text are the key's bytes, not the bytes they stand for.
  const key = bytesOf(derived.slice(0, KEY_CHARS));
  return {
    encrypt: (text) => sm4Encrypt({ ...ECB, key }, bytesOf(text)).toHex().toUpperCase(),
    decrypt(encData) {
      const clear = sm4Decrypt({ ...ECB, key }, Uint8Array.fromHex(encData));
      return new TextDecoder("utf-8", { fatal: true }).decode(clear);
    },
  };
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
