import type { Bytes } from "../bytes.ts";
import type { Generation } from "./libcrypto_generation.ts";
import { NID_SM2, OF_1_1_1 } from "./libcrypto_symbols.ts";

/** OpenSSL 1.1.1, and Tongsuo up to 8.3 which is built on it: algorithms are constants. */
export class Of111 implements Generation {
  readonly sm3: Deno.PointerValue;
  readonly ciphers: Generation["ciphers"];
  readonly #library: Deno.DynamicLibrary<typeof OF_1_1_1>;
  readonly #freeKey: (key: Deno.PointerValue) => void;

  /** `freeKey` is EVP_PKEY_free. Throws what `Deno.dlopen` throws. */
  constructor(path: string, freeKey: (key: Deno.PointerValue) => void) {
    this.#library = Deno.dlopen(path, OF_1_1_1);
    this.#freeKey = freeKey;
    const { symbols } = this.#library;
    this.sm3 = symbols.EVP_sm3();
    this.ciphers = {
      ecb: symbols.EVP_sm4_ecb(),
      cbc: symbols.EVP_sm4_cbc(),
      ctr: symbols.EVP_sm4_ctr(),
      cfb: symbols.EVP_sm4_cfb128(),
      ofb: symbols.EVP_sm4_ofb(),
      gcm: symbols.EVP_sm4_gcm?.() ?? null,
    };
  }

  importSm2Key(publicKey: Bytes, privateKey?: Bytes): Deno.PointerValue {
    const { symbols } = this.#library;
    const curveKey = symbols.EC_KEY_new_by_curve_name(NID_SM2);
    const key = symbols.EVP_PKEY_new();
    const isMade = curveKey !== null && key !== null &&
      symbols.EC_KEY_oct2key(curveKey, publicKey, BigInt(publicKey.length), null) === 1 &&
      (!privateKey ||
        symbols.EC_KEY_oct2priv(curveKey, privateKey, BigInt(privateKey.length)) === 1) &&
      symbols.EVP_PKEY_set1_EC_KEY(key, curveKey) === 1 &&
      symbols.EVP_PKEY_set_alias_type(key, NID_SM2) === 1;
    symbols.EC_KEY_free(curveKey);
    if (isMade) return key;
    this.#freeKey(key);
    return null;
  }

  [Symbol.dispose](): void {
    this.#library.close();
  }
}
