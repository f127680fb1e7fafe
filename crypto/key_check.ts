import type { Bytes } from "./bytes.ts";
import { desEncrypt } from "./des.ts";
import { sm4Encrypt } from "./sm4.ts";

/**
 * The leftmost 8 bytes of E_k(0…0): how two holders of a key see that it is the same one
 * (ISO 11568; pads show 3 to 8 bytes of it). Throws `wrong_length` or `invalid_key`.
 */
export function keyCheckValue(algorithm: "sm4" | "tdes", key: Uint8Array): Bytes {
  return algorithm === "sm4"
    ? sm4Encrypt({ mode: "ecb", key, padding: "none" }, new Uint8Array(16)).slice(0, 8)
    : desEncrypt({ mode: "ecb", key }, new Uint8Array(8));
}
