import type { Engine } from "../../crypto/engine.ts";
import { CryptoError } from "../../crypto/errors.ts";
import { findLibcrypto } from "../../crypto/providers/find_libcrypto.ts";
import { openNativeEngine } from "../../crypto/providers/native.ts";
import { portableEngine } from "../../crypto/providers/portable.ts";

/**
 * For digests of our own files: libcrypto's SM3 takes a tenth of the time that ours takes, which
 * every start would wait for. Not self-tested, since nothing is believed for it: one that computes
 * wrongly finds other digests than those that were signed.
 */
export function openFileEngine(paths: readonly string[] = findLibcrypto()): Engine {
  for (const path of paths) {
    try {
      return openNativeEngine({ path });
    } catch (thrown) {
      if (!(thrown instanceof CryptoError)) throw thrown;
    }
  }
  return portableEngine();
}
