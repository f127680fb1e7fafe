import { type Bytes, concatBytes, requireBytes, wipe } from "./bytes.ts";
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

/**
 * HMAC-SM3 (GB/T 15852.2 §7) of what is written into it. The caller wipes `key`; whatever else
 * would stand for the key is wiped here, as results of an engine may lie in memory it goes on using.
 */
export function hmacStream(engine: Engine, key: Uint8Array): DigestStream {
  const block = keyBlock(engine, key);
  const outer = block.map((byte) => byte ^ 0x5c);
  block.forEach((byte, at) => block[at] = byte ^ 0x36);
  const inner = engine.sm3Stream();
  inner.update(block);
  wipe(block);
  return {
    update: (data) => inner.update(data),
    digest() {
      const whole = concatBytes(outer, inner.digest());
      const mac = engine.sm3(whole);
      wipe(outer, whole);
      return mac;
    },
    [Symbol.dispose]() {
      wipe(outer);
      inner[Symbol.dispose]();
    },
  };
}

/** 64 bytes: the key, or its digest where it is longer, and zeros. */
function keyBlock(engine: Engine, key: Uint8Array): Bytes {
  requireBytes(key, "an HMAC-SM3 key");
  const block = new Uint8Array(BLOCK_BYTES);
  if (key.length <= BLOCK_BYTES) {
    block.set(key);
  } else {
    const digest = engine.sm3(key);
    block.set(digest);
    wipe(digest);
  }
  return block;
}
