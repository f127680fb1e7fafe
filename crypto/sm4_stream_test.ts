import assert from "node:assert/strict";
import { seededRandom } from "../tests/random.ts";
import { cutAnywhere, sampleBytes, sampleLength } from "../tests/sample_bytes.ts";
import { concatBytes } from "./bytes.ts";
import type { CipherStream, Sm4Options } from "./engine.ts";
import { Sm4, sm4Decrypt, sm4Encrypt } from "./sm4.ts";

const KEY = Uint8Array.fromHex("0123456789abcdeffedcba9876543210");
const IV = Uint8Array.fromHex("000102030405060708090a0b0c0d0e0f");
const WHOLE_BLOCKS: readonly Sm4Options[] = [
  { mode: "ecb", padding: "none" },
  { mode: "cbc", padding: "none", iv: IV },
];
const ANY_LENGTH: readonly Sm4Options[] = [
  { mode: "ecb", padding: "pkcs7" },
  { mode: "cbc", padding: "pkcs7", iv: IV },
  { mode: "ctr", padding: "none", iv: IV },
  { mode: "cfb", padding: "none", iv: IV },
  { mode: "ofb", padding: "none", iv: IV },
];

Deno.test("a stream over random cuts is the whole in one call", () => {
  const random = seededRandom(1);
  using key = new Sm4(KEY);
  for (const options of [...WHOLE_BLOCKS, ...ANY_LENGTH]) {
    const unit = WHOLE_BLOCKS.includes(options) ? 16 : 1;
    for (let round = 0; round < 150; round++) {
      const data = sampleBytes(random, unit * sampleLength(random, 300 / unit));
      const ciphertext = sm4Encrypt({ ...options, key: KEY }, data);
      const run = (stream: CipherStream, bytes: Uint8Array) =>
        through(stream, cutAnywhere(random, bytes, 1 + sampleLength(random, 100)));
      assert.deepEqual(run(key.encryptStream(options), data), ciphertext);
      assert.deepEqual(run(key.decryptStream(options), ciphertext), data);
    }
  }
});

Deno.test("a stream gives every whole block at once, but the last one of padded decryption", () => {
  using key = new Sm4(KEY);
  const options: Sm4Options = { mode: "cbc", padding: "pkcs7", iv: IV };
  const encryption = key.encryptStream(options);
  assert.deepEqual([15, 1, 40].map((length) => encryption.update(new Uint8Array(length)).length), [
    0,
    16,
    32,
  ]);
  const decryption = key.decryptStream(options);
  assert.deepEqual([16, 1, 47].map((length) => decryption.update(new Uint8Array(length)).length), [
    0,
    16,
    32,
  ]);
});

Deno.test("streams of one key do not disturb each other, nor does its disposal", () => {
  const key = new Sm4(KEY);
  const options: Sm4Options = { mode: "cbc", padding: "none", iv: IV };
  const data = sampleBytes(seededRandom(2), 64);
  const first = key.encryptStream(options);
  const firstHalf = first.update(data.subarray(0, 32));
  key.encrypt({ mode: "ctr", padding: "none", iv: KEY }, data);
  const second = key.encryptStream(options);
  assert.deepEqual(second.update(data), sm4Encrypt({ ...options, key: KEY }, data));
  key[Symbol.dispose]();
  assert.deepEqual(
    concatBytes(firstHalf, first.update(data.subarray(32)), first.final()),
    sm4Encrypt({ ...options, key: KEY }, data),
  );
});

Deno.test("final() refuses a partial block", () => {
  using key = new Sm4(KEY);
  for (const options of WHOLE_BLOCKS) {
    for (const stream of [key.encryptStream(options), key.decryptStream(options)]) {
      stream.update(new Uint8Array(17));
      assert.throws(() => stream.final(), { name: "CryptoError", code: "wrong_length" });
    }
  }
  for (const length of [0, 1, 17, 31]) {
    const stream = key.decryptStream({ mode: "cbc", padding: "pkcs7", iv: IV });
    stream.update(new Uint8Array(length));
    assert.throws(() => stream.final(), { code: "wrong_length" }, `${length} bytes`);
  }
});

Deno.test("final() of decryption refuses wrong padding as sm4Decrypt() does", () => {
  using key = new Sm4(KEY);
  const options: Sm4Options = { mode: "cbc", padding: "pkcs7", iv: IV };
  for (const last of [0, 17, 255]) {
    const block = new Uint8Array(16).fill(last);
    const ciphertext = key.encrypt({ mode: "cbc", padding: "none", iv: IV }, block);
    const stream = key.decryptStream(options);
    stream.update(ciphertext);
    assert.throws(() => stream.final(), { code: "bad_padding" });
    assert.throws(() => sm4Decrypt({ ...options, key: KEY }, ciphertext), { code: "bad_padding" });
  }
});

Deno.test("a stream is used up by final(), by its failure and by disposal", () => {
  using key = new Sm4(KEY);
  const options: Sm4Options = { mode: "cbc", padding: "none", iv: IV };
  const ended = key.encryptStream(options);
  ended.final();
  const failed = key.encryptStream(options);
  failed.update(new Uint8Array(1));
  assert.throws(() => failed.final(), { code: "wrong_length" });
  const disposed = key.encryptStream(options);
  disposed[Symbol.dispose]();
  for (const stream of [ended, failed, disposed]) {
    assert.throws(() => stream.update(IV), { name: "CryptoError", code: "invalid_argument" });
    assert.throws(() => stream.final(), { name: "CryptoError", code: "invalid_argument" });
  }
});

function through(stream: CipherStream, pieces: readonly Uint8Array[]): Uint8Array {
  return concatBytes(...pieces.map((piece) => stream.update(piece)), stream.final());
}
