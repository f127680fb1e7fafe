import type { Bytes } from "../bytes.ts";
import type { Sm4Mode } from "../sm4.ts";

/** What one generation of libcrypto does in its own way. A pointer is null where it has none. */
export interface Generation extends Disposable {
  /** An EVP_MD. */
  readonly sm3: Deno.PointerValue;
  /** EVP_CIPHERs. */
  readonly ciphers: Readonly<Record<Sm4Mode | "gcm", Deno.PointerValue>>;
  /**
   * A new EVP_PKEY, the caller's to free, of 65 bytes on the curve and, for a private key, 32 in
   * range; null when the library fails.
   */
  importSm2Key(publicKey: Bytes, privateKey?: Uint8Array): Deno.PointerValue;
}
