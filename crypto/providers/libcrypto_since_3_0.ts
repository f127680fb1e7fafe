import { type Bytes, wipe } from "../bytes.ts";
import type { Generation } from "./libcrypto_generation.ts";
import { cString, type NativeParameter, writeParameters } from "./libcrypto_parameters.ts";
import { SINCE_3_0 } from "./libcrypto_symbols.ts";

/** EVP_PKEY_PUBLIC_KEY and EVP_PKEY_KEYPAIR of evp.h. */
const PUBLIC_KEY = 0x86;
const KEY_PAIR = 0x87;

/** OpenSSL 3 and 4, and Tongsuo since 8.4: algorithms are fetched by name, once. */
export class Since30 implements Generation {
  readonly sm3: Deno.PointerValue;
  readonly ciphers: Generation["ciphers"];
  readonly #fn: Deno.DynamicLibrary<typeof SINCE_3_0>["symbols"];
  readonly #owned = new DisposableStack();
  /** One EVP_PKEY_CTX takes every import: making it costs more than using it. */
  readonly #importing: Deno.PointerValue;
  readonly #imported = new BigUint64Array(1);

  /** `freeContext` is EVP_PKEY_CTX_free. Throws what `Deno.dlopen` throws. */
  constructor(path: string, freeContext: (context: Deno.PointerValue) => void) {
    const library = this.#owned.adopt(Deno.dlopen(path, SINCE_3_0), (opened) => opened.close());
    const fn = this.#fn = library.symbols;
    this.sm3 = this.#owned.adopt(fn.EVP_MD_fetch(null, cString("SM3"), null), fn.EVP_MD_free);
    this.ciphers = {
      ecb: this.#fetchCipher("SM4-ECB"),
      cbc: this.#fetchCipher("SM4-CBC"),
      ctr: this.#fetchCipher("SM4-CTR"),
      cfb: this.#fetchCipher("SM4-CFB"),
      ofb: this.#fetchCipher("SM4-OFB"),
      gcm: this.#fetchCipher("SM4-GCM"),
    };
    const context = fn.EVP_PKEY_CTX_new_from_name(null, cString("SM2"), null);
    this.#importing = this.#owned.adopt(context, freeContext);
    if (context !== null) fn.EVP_PKEY_fromdata_init(context);
  }

  importSm2Key(publicKey: Bytes, privateKey?: Uint8Array): Deno.PointerValue {
    const parameters: NativeParameter[] = [
      { name: "group", type: "text", value: new TextEncoder().encode("SM2") },
      { name: "pub", type: "octets", value: publicKey },
    ];
    const littleEndian = privateKey?.slice().reverse();
    if (littleEndian) parameters.push({ name: "priv", type: "unsigned", value: littleEndian });
    const memory = writeParameters(parameters);
    if (littleEndian) wipe(littleEndian);
    this.#imported[0] = 0n;
    const selection = littleEndian ? KEY_PAIR : PUBLIC_KEY;
    this.#fn.EVP_PKEY_fromdata(this.#importing, this.#imported, selection, memory);
    wipe(memory);
    return Deno.UnsafePointer.create(this.#imported[0]);
  }

  [Symbol.dispose](): void {
    this.#owned.dispose();
  }

  #fetchCipher(name: string): Deno.PointerValue {
    return this.#owned.adopt(
      this.#fn.EVP_CIPHER_fetch(null, cString(name), null),
      this.#fn.EVP_CIPHER_free,
    );
  }
}
