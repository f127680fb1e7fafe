import { CryptoError } from "../../../crypto/errors.ts";
import { signatureFromDer } from "../../../crypto/sm2_codec.ts";

const RAW_BYTES = 64;

/**
 * An SM2 signature from outside, r‖s or DER (GM/T 0009 §7.3), as r‖s; null for what is neither.
 * DER of exactly 64 bytes, which takes numbers of chance one in 2⁴⁰, is read as r‖s.
 */
export function readSm2Signature(bytes: Uint8Array): Uint8Array | null {
  if (bytes.length === RAW_BYTES) return bytes;
  try {
    return signatureFromDer(bytes);
  } catch (thrown) {
    if (thrown instanceof CryptoError) return null;
    throw thrown;
  }
}
