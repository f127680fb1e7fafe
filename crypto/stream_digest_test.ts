import assert from "node:assert/strict";
import type { Engine } from "./engine.ts";
import { portableEngine } from "./providers/portable.ts";
import { DEFAULT_USER_ID, generateKeyPair, sign, Sm2Signer, verify } from "./sm2.ts";
import { hmacSm3 } from "./sm3.ts";
import { hmacStream, messageDigest } from "./stream_digest.ts";

const engine = portableEngine();
const MESSAGE = new TextEncoder().encode("message digest ".repeat(50));

Deno.test("hmacStream() gives hmacSm3() of the whole, with short and long keys", () => {
  for (const length of [0, 1, 32, 64, 65, 200]) {
    const key = new Uint8Array(length).fill(7);
    using stream = hmacStream(engine, key);
    for (let at = 0; at < MESSAGE.length; at += 97) stream.update(MESSAGE.subarray(at, at + 97));
    assert.deepEqual(stream.digest(), hmacSm3(key, MESSAGE), `${length} bytes of key`);
  }
});

Deno.test("hmacStream() leaves nothing of its key in what the engine gave and was given", () => {
  const seen: Uint8Array[] = [];
  const watched: Engine = {
    ...engine,
    sm3(data) {
      const digest = engine.sm3(data);
      seen.push(data, digest);
      return digest;
    },
    sm3Stream() {
      const stream = engine.sm3Stream();
      return {
        update(data) {
          seen.push(data);
          stream.update(data);
        },
        digest: () => stream.digest(),
        [Symbol.dispose]: () => stream[Symbol.dispose](),
      };
    },
  };
  const key = new Uint8Array(100).fill(7);
  using stream = hmacStream(watched, key);
  assert.deepEqual(stream.digest(), hmacSm3(key, new Uint8Array(0)));
  const mac = seen.pop();
  assert.deepEqual(mac, hmacSm3(key, new Uint8Array(0)));
  assert.deepEqual(key, new Uint8Array(100).fill(7), "the key is the caller's to wipe");
  const [, ...made] = seen;
  assert.deepEqual(made.map(({ length }) => length), [32, 64, 96]);
  for (const bytes of made) assert.ok(bytes.every((byte) => byte === 0), `${bytes.length} bytes`);
});

Deno.test("messageDigest() is what sign() signs and verify() verifies", () => {
  const { privateKey, publicKey } = generateKeyPair();
  using signer = new Sm2Signer(privateKey);
  using verifier = engine.sm2PublicKey(publicKey);
  for (const userId of [DEFAULT_USER_ID, new TextEncoder().encode("ALICE123@YAHOO.COM")]) {
    const digest = digestOf(publicKey, userId);
    assert.ok(verify(publicKey, MESSAGE, signer.signDigest(digest), { userId }));
    assert.ok(verifier.verifyDigest(digest, sign(privateKey, MESSAGE, { userId })));
  }
  const empty = new Uint8Array(0);
  assert.throws(() => digestOf(publicKey, empty), { code: "invalid_argument" });
});

function digestOf(publicKey: Uint8Array, userId: Uint8Array): Uint8Array {
  using stream = messageDigest(engine, publicKey, userId);
  for (let at = 0; at < MESSAGE.length; at += 97) stream.update(MESSAGE.subarray(at, at + 97));
  return stream.digest();
}
