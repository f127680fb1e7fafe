import assert from "node:assert/strict";
import { createHash, pbkdf2Sync } from "node:crypto";
import { seededRandom } from "../tests/random.ts";
import { cutAnywhere, sampleBytes, sampleLength } from "../tests/sample_bytes.ts";
import { sm3 as sm3OfSmCrypto } from "../tests/sm_crypto.ts";
import { concatBytes } from "./bytes.ts";
import { hmacSm3, HmacSm3Key, pbkdf2HmacSm3, Sm3, sm3, sm3Kdf } from "./sm3.ts";

const NO_TEXT: Uint8Array = JSON.parse('"abc"');

Deno.test("sm3() gives the digests of GB/T 32905 annex A", () => {
  const vectors: readonly (readonly [string, string])[] = [
    ["abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"],
    ["abcd".repeat(16), "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"],
    ["", "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b"],
  ];
  for (const [text, digest] of vectors) assert.equal(sm3(utf8(text)).toHex(), digest, text);
});

Deno.test("sm3() agrees with node:crypto at every length up to 300", () => {
  const random = seededRandom(32905);
  for (let length = 0; length <= 300; length++) {
    const data = sampleBytes(random, length);
    const digest = createHash("sm3").update(data).digest("hex");
    assert.equal(sm3(data).toHex(), digest, `${length} bytes`);
  }
});

Deno.test("sm3() reads a view where it stands in its buffer", () => {
  const whole = sampleBytes(seededRandom(1), 200);
  assert.deepEqual(sm3(whole.subarray(37, 180)), sm3(whole.slice(37, 180)));
});

Deno.test("Sm3 over random cuts is sm3() of the whole", () => {
  const random = seededRandom(2);
  for (let round = 0; round < 300; round++) {
    const data = sampleBytes(random, sampleLength(random, 500));
    const digest = new Sm3();
    for (const piece of cutAnywhere(random, data, 150)) digest.update(piece);
    assert.deepEqual(digest.digest(), sm3(data));
  }
});

Deno.test("Sm3 refuses to go on once it is digested or disposed", () => {
  const digested = new Sm3().update(utf8("abc"));
  digested.digest();
  const disposed = new Sm3();
  disposed[Symbol.dispose]();
  for (const digest of [digested, disposed]) {
    assert.throws(() => digest.update(utf8("d")), { code: "invalid_argument" });
    assert.throws(() => digest.digest(), { code: "invalid_argument" });
  }
});

Deno.test("what is no bytes is refused, not read as zeros", () => {
  const refused = { name: "CryptoError", code: "invalid_argument" };
  assert.throws(() => sm3(NO_TEXT), refused);
  assert.throws(() => new Sm3().update(NO_TEXT), refused);
  assert.throws(() => hmacSm3(NO_TEXT, utf8("")), refused);
  assert.throws(() => hmacSm3(utf8("key"), NO_TEXT), refused);
  assert.throws(() => pbkdf2HmacSm3(NO_TEXT, utf8("salt"), 1, 16), refused);
  assert.throws(() => pbkdf2HmacSm3(utf8("password"), NO_TEXT, 1, 16), refused);
  assert.throws(() => sm3Kdf(NO_TEXT, 16), refused);
});

Deno.test("hmacSm3() gives the known answer", () => {
  assert.equal(
    hmacSm3(Uint8Array.fromHex("0123456789abcdeffedcba9876543210"), utf8("message digest")).toHex(),
    "e0accc4da77e77d135f17f5ca1ee3e600dab444fc23add6f7e6a54e1b34b26bc",
  );
});

Deno.test("hmacSm3() agrees with sm-crypto for keys around a block and messages of any length", () => {
  const random = seededRandom(3);
  for (const keyLength of [1, 16, 31, 32, 63, 64, 65, 100, 128, 129]) {
    const key = sampleBytes(random, keyLength);
    for (let length = 0; length < 130; length += 13) {
      const data = sampleBytes(random, length);
      assert.equal(hmacSm3(key, data).toHex(), sm3OfSmCrypto(data, { key }), `${keyLength}`);
    }
  }
});

Deno.test("HmacSm3Key serves many messages, and none after disposal", () => {
  const key = utf8("key");
  const keyed = new HmacSm3Key(key);
  for (const text of ["one", "", "one"]) {
    assert.deepEqual(keyed.mac(utf8(text)), hmacSm3(key, utf8(text)));
  }
  keyed[Symbol.dispose]();
  assert.throws(() => keyed.mac(utf8("one")), { code: "invalid_argument" });
});

Deno.test("pbkdf2HmacSm3() agrees with node:crypto", () => {
  const random = seededRandom(4);
  const arguments_ = [[1, 1], [1, 32], [2, 33], [3, 64], [1000, 16], [10_000, 48], [7, 500]];
  for (const [iterations = 0, length = 0] of arguments_) {
    const password = sampleBytes(random, sampleLength(random, 100));
    const salt = sampleBytes(random, sampleLength(random, 100));
    const expected = pbkdf2Sync(password, salt, iterations, length, "sm3");
    const derived = pbkdf2HmacSm3(password, salt, iterations, length);
    assert.equal(derived.toHex(), expected.toString("hex"), `${iterations}, ${length}`);
  }
});

Deno.test("pbkdf2HmacSm3() refuses what is out of bounds before it works", () => {
  const refused = { name: "CryptoError", code: "invalid_argument" };
  for (const iterations of [0, -1, 1.5, NaN, Infinity, 10_000_001]) {
    assert.throws(() => pbkdf2HmacSm3(utf8("p"), utf8("s"), iterations, 16), refused);
  }
  for (const length of [0, -1, 1.5, NaN, (1 << 20) + 1]) {
    assert.throws(() => pbkdf2HmacSm3(utf8("p"), utf8("s"), 1, length), refused);
  }
  assert.throws(() => pbkdf2HmacSm3(utf8("p"), utf8("s"), 5_000_001, 33), refused);
});

Deno.test("sm3Kdf() is SM3 of z and a counter, cut to length (GB/T 32918.4 §5.4.3)", () => {
  const random = seededRandom(5);
  for (const zLength of [0, 1, 51, 52, 59, 60, 63, 64, 65, 128]) {
    const z = sampleBytes(random, zLength);
    const blocks = [1, 2, 3].map((counter) => sm3(concatBytes(z, Uint8Array.of(0, 0, 0, counter))));
    for (const length of [1, 16, 32, 33, 64, 96]) {
      assert.deepEqual(sm3Kdf(z, length), concatBytes(...blocks).slice(0, length));
    }
  }
  for (const length of [0, -1, 0.5, NaN, 2 ** 30 + 1]) {
    assert.throws(() => sm3Kdf(utf8("z"), length), { code: "invalid_argument" });
  }
});

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
