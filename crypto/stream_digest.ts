import { concatBytes, wipe } from "./bytes.ts";
import type { DigestStream, Engine } from "./engine.ts";
import { Sm2Identity } from "./sm2_identity.ts";

/** What an engine offers in one call, for messages that do not fit in memory. */

const BLOCK_BYTES = 64;

/**
 * e = SM3(Z‖M), what SM2 signs (GB/T 32918.2 §6.1). `publicKey` 65 bytes; throws
 * `invalid_argument` for a user id that is empty or over 8191 bytes.
 */
export function messageDigest(
  engine: Engine,
  publicKey: Uint8Array,
  userId: Uint8Array,
): DigestStream {
  const z = new Sm2Identity(publicKey).z(userId);
  const stream = engine.sm3Stream();
  stream.update(z);
  return stream;
}

/** HMAC-SM3 (GB/T 15852.2 §7) of what is written into it. The caller wipes `key`. */
export function hmacStream(engine: Engine, key: Uint8Array): DigestStream {
  const block = new Uint8Array(BLOCK_BYTES);
  block.set(key.length > BLOCK_BYTES ? engine.sm3(key) : key);
  const inner = engine.sm3Stream();
  inner.update(block.map((byte) => byte ^ 0x36));
  const outer = block.map((byte) => byte ^ 0x5c);
  wipe(block);
  return {
    update: (data) => inner.update(data),
    digest: () => engine.sm3(concatBytes(outer, inner.digest())),
    [Symbol.dispose]() {
      wipe(outer);
      inner[Symbol.dispose]();
    },
  };
}
