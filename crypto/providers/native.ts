import type { Engine } from "../engine.ts";
import { Libcrypto } from "./libcrypto.ts";
import { NativeSm2PrivateKey, NativeSm2PublicKey } from "./libcrypto_sm2.ts";
import { digestSm3, NativeHmacSm3Key, NativeSm3 } from "./libcrypto_sm3.ts";
import { NativeSm4 } from "./libcrypto_sm4.ts";

/** `openNativeEngine`'s engine. Its keys are disposed before it; the library is closed after all. */
export interface NativeEngine extends Engine {
  readonly name: "native";
  /** How many objects of keys and streams are allocated in the library. */
  liveObjects(): number;
}

/** Of the library's algorithms, what is told to whoever reads `doctor`. */
const NOTE_ON_TABLES = "SM4 of libcrypto reads tables by key and data where the processor has no " +
  "instructions for it: not constant-time";
const NOTE_ON_GCM = "SM4-GCM is libcrypto's CTR with our GHASH: this library has no SM4-GCM";

/**
 * The algorithms of a libcrypto (OpenSSL 1.1.1, 3 and 4, Tongsuo) by FFI; `--allow-ffi=<path>` is
 * all it needs. Small ciphertexts of ECB and CBC share memory, as `Sm4Key` says. Throws
 * `invalid_argument` unless the path is absolute, `unavailable` when it cannot be loaded,
 * `refused_library` by the version gate, `not_supported` when SM2, SM3 or SM4 is missing.
 */
export function openNativeEngine({ path }: { readonly path: string }): NativeEngine {
  const library = new Libcrypto(path);
  return {
    name: "native",
    version: `${library.identity.text} (${path})`,
    notes: library.gcm === null ? [NOTE_ON_GCM, NOTE_ON_TABLES] : [NOTE_ON_TABLES],
    warnings: library.identity.warnings,
    sm3(data) {
      library.requireUsable();
      return digestSm3(library, data);
    },
    sm3Stream: () => new NativeSm3(library),
    hmacKey: (key) => new NativeHmacSm3Key(library, key),
    sm4Key: (key) => new NativeSm4(library, key),
    sm2PrivateKey: (privateKey) => new NativeSm2PrivateKey(library, privateKey),
    sm2PublicKey: (publicKey) => new NativeSm2PublicKey(library, publicKey),
    liveObjects: () => library.liveObjects,
    [Symbol.dispose]: () => library[Symbol.dispose](),
  };
}
