import assert from "node:assert/strict";
import { sm4 as sm4OfV2 } from "sm-crypto-v2";
import { seededRandom } from "../tests/random.ts";
import { sampleBytes, sampleLength } from "../tests/sample_bytes.ts";
import { sm4 as sm4OfSmCrypto } from "../tests/sm_crypto.ts";
import type { Sm4Options } from "./engine.ts";
import {
  Sm4,
  sm4CbcMac,
  sm4Cmac,
  sm4Decrypt,
  sm4Encrypt,
  type Sm4Mode,
  sm4Open,
  sm4Seal,
} from "./sm4.ts";

const KEY = hex("0123456789ABCDEFFEDCBA9876543210");
const IV = hex("000102030405060708090A0B0C0D0E0F");
const MODES = ["ecb", "cbc", "ctr", "cfb", "ofb"] as const;

Deno.test("sm4Encrypt() gives the block of GB/T 32907 annex A", () => {
  const block = sm4Encrypt({ mode: "ecb", key: KEY, padding: "none" }, KEY);
  assert.equal(block.toHex(), "681edf34d206965e86b3e94f536e4246");
});

Deno.test("sm4Encrypt() and sm4Decrypt() give the known answers of every mode", () => {
  const plaintext = hex("AAAAAAAABBBBBBBBCCCCCCCCDDDDDDDDEEEEEEEEFFFFFFFFAAAAAAAABBBBBBBB");
  const other = hex("FEDCBA98765432100123456789ABCDEF");
  const vectors: readonly (readonly [Sm4Mode, Uint8Array, string])[] = [
    ["ecb", KEY, "5ec8143de509cff7b5179f8f474b86192f1d305a7fb17df985f81c8482192304"],
    ["cbc", KEY, "78ebb11cc40b0a48312aaeb2040244cb4cb7016951909226979b0d15dc6a8f6d"],
    ["ctr", KEY, "ac3236cb861dd316e6413b4e3c7524b781e9e3a5bf5c03fe703bb94f3abb16a1"],
    ["cfb", KEY, "ac3236cb861dd316e6413b4e3c7524b769d4c54ed433b9a0346009beb37b2b3f"],
    ["ofb", KEY, "ac3236cb861dd316e6413b4e3c7524b71d01aca2487ca582cbf5463e6698539b"],
    ["ecb", other, "c5876897e4a59bbba72a10c83872245b12dd90bc2d200692b529a4155ac9e600"],
    ["cbc", other, "0d3a6ddc2d21c698857215587b7bb59a91f2c147911a4144665e1fa1d40bae38"],
  ];
  for (const [mode, key, ciphertext] of vectors) {
    const options = { ...optionsOf(mode, "none"), key };
    assert.equal(sm4Encrypt(options, plaintext).toHex(), ciphertext, mode);
    assert.deepEqual(sm4Decrypt(options, hex(ciphertext)), plaintext, mode);
  }
});

Deno.test("sm4Encrypt() pads as PKCS#7", () => {
  const hello = new TextEncoder().encode("hello");
  for (
    const [mode, ciphertext] of [
      ["cbc", "1342ad943c12b3c9ceb95e227b901d0b"],
      ["ecb", "db0669bd841e5450ec1652ecd42b6d60"],
    ] as const
  ) {
    const options = { ...optionsOf(mode, "pkcs7"), key: KEY };
    assert.equal(sm4Encrypt(options, hello).toHex(), ciphertext);
    assert.deepEqual(sm4Decrypt(options, hex(ciphertext)), hello);
  }
});

Deno.test("sm4Decrypt() undoes sm4Encrypt() at every length, in every mode", () => {
  const random = seededRandom(32907);
  using key = new Sm4(KEY);
  for (const options of allOptions()) {
    for (let length = 0; length <= 150; length++) {
      if (isPartial(options, length)) continue;
      const data = sampleBytes(random, length);
      const ciphertext = sm4Encrypt({ ...options, key: KEY }, data);
      const padded = options.padding === "pkcs7" ? length - length % 16 + 16 : length;
      assert.equal(ciphertext.length, padded);
      assert.deepEqual(sm4Decrypt({ ...options, key: KEY }, ciphertext), data, `${length} bytes`);
      assert.deepEqual(key.encrypt(options, data), ciphertext, "one key for many calls");
      assert.deepEqual(key.decrypt(options, ciphertext), data, "one key for many calls");
    }
  }
});

Deno.test("sm4Encrypt() and sm4Decrypt() agree with sm-crypto, both ways", () => {
  const random = seededRandom(1);
  for (let length = 0; length <= 150; length++) {
    const key = sampleBytes(random, 16);
    const iv = sampleBytes(random, 16);
    const data = sampleBytes(random, length);
    for (const mode of ["ecb", "cbc"] as const) {
      const options = { ...optionsOf(mode, "pkcs7", iv), key };
      const theirs = { mode, iv, padding: "pkcs#7", output: "array" } as const;
      const ciphertext = sm4OfSmCrypto.encrypt(data, key, theirs);
      assert.deepEqual([...sm4Encrypt(options, data)], ciphertext, `${mode}, ${length} bytes`);
      assert.deepEqual(sm4OfSmCrypto.decrypt(ciphertext, key, theirs), [...data]);
      assert.deepEqual(sm4Decrypt(options, Uint8Array.from(ciphertext)), data);
    }
  }
});

Deno.test("CTR counts through the whole block, and round its end", () => {
  for (const first of ["fffffffffffffffffffffffffffffffe", "00000000fffffffffffffffffffffffb"]) {
    const keystream = Array.from({ length: 7 }, (_, block) => {
      const counter = BigInt.asUintN(128, BigInt(`0x${first}`) + BigInt(block));
      const bytes = hex(counter.toString(16).padStart(32, "0"));
      return sm4Encrypt({ mode: "ecb", key: KEY, padding: "none" }, bytes).toHex();
    }).join("");
    const options = { mode: "ctr", iv: hex(first), key: KEY, padding: "none" } as const;
    assert.equal(sm4Encrypt(options, new Uint8Array(7 * 16)).toHex(), keystream);
  }
});

Deno.test("an unknown mode is refused, never taken for ECB", () => {
  for (const mode of ["CBC", "gcm", "", "ecb ", null, 0]) {
    const options = { mode: untyped(mode), key: KEY, iv: IV, padding: "none" } as const;
    for (const run of [sm4Encrypt, sm4Decrypt]) {
      assert.throws(() => run(options, IV), { name: "CryptoError", code: "unknown_mode" });
    }
  }
});

Deno.test("options that do not fit the mode are refused", () => {
  const refused: readonly (readonly [string, Omit<Sm4Options, "iv"> & { iv?: Uint8Array }])[] = [
    ["invalid_argument", { mode: "ecb", padding: "none", iv: IV }],
    ["invalid_argument", { mode: "cbc", padding: "none" }],
    ["invalid_argument", { mode: "ctr", padding: "none" }],
    ["invalid_argument", { mode: "ctr", padding: "pkcs7", iv: IV }],
    ["invalid_argument", { mode: "cfb", padding: "pkcs7", iv: IV }],
    ["invalid_argument", { mode: "ofb", padding: "pkcs7", iv: IV }],
    ["unknown_mode", { mode: "cbc", padding: untyped("PKCS7"), iv: IV }],
    ["unknown_mode", { mode: "cbc", padding: untyped(null), iv: IV }],
    ["invalid_argument", { mode: "cbc", padding: "none", iv: untyped("0123456789abcdef") }],
    ["wrong_length", { mode: "cbc", padding: "none", iv: IV.subarray(1) }],
    ["wrong_length", { mode: "ofb", padding: "none", iv: new Uint8Array(17) }],
    ["wrong_length", { mode: "cfb", padding: "none", iv: new Uint8Array(0) }],
  ];
  using key = new Sm4(KEY);
  for (const [code, options] of refused) {
    const said = JSON.stringify(options);
    assert.throws(() => key.encrypt(options, IV), { name: "CryptoError", code }, said);
    assert.throws(() => key.decrypt(options, IV), { name: "CryptoError", code }, said);
    assert.throws(() => key.encryptStream(options), { name: "CryptoError", code }, said);
    assert.throws(() => key.decryptStream(options), { name: "CryptoError", code }, said);
  }
});

Deno.test("a key is 16 bytes and nothing else", () => {
  for (const length of [0, 15, 17, 24, 32]) {
    assert.throws(() => new Sm4(new Uint8Array(length)), { code: "wrong_length" });
  }
  const text = untyped("0123456789abcdef");
  assert.throws(() => new Sm4(text), { code: "invalid_argument" });
  using key = new Sm4(KEY);
  for (
    const use of [
      () => key.encrypt(optionsOf("cbc", "pkcs7"), text),
      () => key.decrypt(optionsOf("cbc", "pkcs7"), text),
      () => key.encryptStream(optionsOf("cbc", "pkcs7")).update(text),
      () => key.seal({ nonce: text }, IV),
      () => key.seal({ nonce: IV.subarray(4), aad: text }, IV),
      () => key.seal({ nonce: IV.subarray(4) }, text),
      () => key.open({ nonce: IV.subarray(4) }, text),
      () => key.cmac(text),
      () => key.cbcMac(text),
      () => key.cbcMac(IV, { iv: text }),
    ]
  ) assert.throws(use, { name: "CryptoError", code: "invalid_argument" });
});

Deno.test("a partial block without padding, and no block at all with it, are refused", () => {
  for (const mode of ["ecb", "cbc"] as const) {
    for (const length of [1, 15, 17, 31]) {
      const options = { ...optionsOf(mode, "none"), key: KEY };
      const padded = { ...optionsOf(mode, "pkcs7"), key: KEY };
      const data = new Uint8Array(length);
      assert.throws(() => sm4Encrypt(options, data), { code: "wrong_length" });
      assert.throws(() => sm4Decrypt(options, data), { code: "wrong_length" });
      assert.throws(() => sm4Decrypt(padded, data), { code: "wrong_length" });
      assert.throws(() => sm4Decrypt(padded, new Uint8Array(0)), { code: "wrong_length" });
    }
  }
});

Deno.test("sm4Decrypt() takes every padding of 1 to 16 and no other", () => {
  for (const mode of ["ecb", "cbc"] as const) {
    const decrypt = (block: Uint8Array) => {
      const before = new Uint8Array(32).fill(7);
      const options = { ...optionsOf(mode, "none"), key: KEY };
      const ciphertext = sm4Encrypt(options, Uint8Array.of(...before, ...block));
      return sm4Decrypt({ ...optionsOf(mode, "pkcs7"), key: KEY }, ciphertext).subarray(32);
    };
    for (let padding = 1; padding <= 16; padding++) {
      const block = new Uint8Array(16).fill(0xaa).fill(padding, 16 - padding);
      assert.deepEqual(decrypt(block), block.subarray(0, 16 - padding));
      for (let at = 16 - padding; at < 15; at++) {
        const wrong = block.with(at, padding ^ 0x80);
        assert.throws(() => decrypt(Uint8Array.from(wrong)), { code: "bad_padding" });
      }
    }
    for (const padding of [0, 17, 18, 32, 128, 255]) {
      const block = new Uint8Array(16).fill(padding);
      assert.throws(() => decrypt(block), { code: "bad_padding" }, `${padding}`);
    }
  }
});

Deno.test("sm4Seal() gives the known answer of RFC 8998 A.1", () => {
  const options = {
    key: KEY,
    nonce: hex("00001234567800000000ABCD"),
    aad: hex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2"),
  };
  const plaintext = hex([..."ABCDEFEA"].map((digit) => digit.repeat(16)).join(""));
  const sealed = "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735" +
    "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d" +
    "83de3541e4c2b58177e065a9bf7b62ec";
  assert.equal(sm4Seal(options, plaintext).toHex(), sealed);
  assert.deepEqual(sm4Open(options, hex(sealed)), plaintext);
});

Deno.test("sm4Seal() agrees with sm-crypto-v2 at every length, and sm4Open() undoes it", () => {
  const random = seededRandom(2);
  for (let length = 0; length <= 150; length++) {
    const key = sampleBytes(random, 16);
    const nonce = sampleBytes(random, 12);
    const aad = sampleBytes(random, sampleLength(random, 40));
    const plaintext = sampleBytes(random, length);
    const sealed = sm4Seal({ key, nonce, aad }, plaintext);
    assert.equal(sealed.toHex(), sealByV2(plaintext, { key, nonce, aad }), `${length} bytes`);
    assert.deepEqual(sm4Open({ key, nonce, aad }, sealed), plaintext);
    using keyed = new Sm4(key);
    for (let again = 0; again < 2; again++) {
      assert.deepEqual(keyed.seal({ nonce, aad }, plaintext), sealed);
      assert.deepEqual(keyed.open({ nonce, aad }, sealed), plaintext);
    }
  }
});

Deno.test("sm4Seal() without associated data is with empty associated data", () => {
  const options = { key: KEY, nonce: IV.subarray(4) };
  const sealed = sm4Seal(options, IV);
  assert.deepEqual(sm4Seal({ ...options, aad: new Uint8Array(0) }, IV), sealed);
  assert.deepEqual(sm4Open(options, sealed), IV);
});

Deno.test("sm4Open() refuses whatever differs in a single bit", () => {
  const random = seededRandom(3);
  const nonce = sampleBytes(random, 12);
  const aad = sampleBytes(random, 20);
  const sealed = sm4Seal({ key: KEY, nonce, aad }, sampleBytes(random, 37));
  const refused = { name: "CryptoError", code: "wrong_tag" };
  for (const changed of everyFlip(sealed)) {
    assert.throws(() => sm4Open({ key: KEY, nonce, aad }, changed), refused);
  }
  for (const changed of everyFlip(nonce)) {
    assert.throws(() => sm4Open({ key: KEY, nonce: changed, aad }, sealed), refused);
  }
  for (const changed of everyFlip(aad)) {
    assert.throws(() => sm4Open({ key: KEY, nonce, aad: changed }, sealed), refused);
  }
  for (const changed of everyFlip(KEY)) {
    assert.throws(() => sm4Open({ key: changed, nonce, aad }, sealed), refused);
  }
  for (let length = 16; length < sealed.length; length++) {
    assert.throws(() => sm4Open({ key: KEY, nonce, aad }, sealed.subarray(0, length)), refused);
  }
});

Deno.test("sm4Seal() and sm4Open() refuse another nonce and what is shorter than a tag", () => {
  for (const length of [0, 8, 11, 13, 16]) {
    const options = { key: KEY, nonce: new Uint8Array(length) };
    assert.throws(() => sm4Seal(options, IV), { code: "wrong_length" });
    assert.throws(() => sm4Open(options, new Uint8Array(32)), { code: "wrong_length" });
  }
  for (const length of [0, 1, 15]) {
    const options = { key: KEY, nonce: new Uint8Array(12) };
    assert.throws(() => sm4Open(options, new Uint8Array(length)), { code: "wrong_length" });
  }
});

Deno.test("sm4Cmac() gives what openssl gives, at and around whole blocks", () => {
  const text = new TextEncoder().encode("0123456789abcdefghijklmnopqrstuvwxyz");
  const vectors: readonly (readonly [Uint8Array, string])[] = [
    [
      hex("AAAAAAAABBBBBBBBCCCCCCCCDDDDDDDDEEEEEEEEFFFFFFFFAAAAAAAABBBBBBBB"),
      "7b619bfdda9373502869cde0ddb6e545",
    ],
    [text.subarray(0, 0), "29e154322e5c7bd8ee6a25ba549b24bc"],
    [text.subarray(0, 1), "85358ff12e9ed25e0dfc1ad60cf0db3f"],
    [text.subarray(0, 15), "74df22e485c947dcb35c19797c294fe2"],
    [text.subarray(0, 16), "e5932eabfebca9c0b1061197a59550f0"],
    [text.subarray(0, 17), "34b4b1edc74ca6c9a7ac1f6685677264"],
    [text.subarray(0, 33), "9df57b1072b254b79ab79c7ad162a805"],
  ];
  for (const [data, mac] of vectors) {
    assert.equal(sm4Cmac(KEY, data).toHex(), mac, `${data.length} bytes`);
  }
});

Deno.test("sm4CbcMac() gives the known answers of both paddings", () => {
  const message = new TextEncoder().encode("0200" + "1234567890".repeat(5));
  assert.equal(sm4CbcMac(KEY, message).toHex(), "bd631ef6c13531aa12030ed0384fb4ec");
  assert.equal(
    sm4CbcMac(KEY, message, { padding: "iso9797_2" }).toHex(),
    "ad6e784b59b2761da13f43bc573c72b8",
  );
});

Deno.test("sm4CbcMac() is the last block of CBC over what was padded", () => {
  const random = seededRandom(4);
  for (let length = 0; length <= 70; length++) {
    const data = sampleBytes(random, length);
    const fill = (16 - length % 16) % 16;
    const zero = [...data, ...new Uint8Array(length === 0 ? 16 : fill)];
    const marked = [...data, 0x80, ...new Uint8Array((fill + 15) % 16)];
    assert.deepEqual(sm4CbcMac(KEY, data, { iv: IV }), lastOfCbc(zero));
    assert.deepEqual(sm4CbcMac(KEY, data, { iv: IV, padding: "iso9797_2" }), lastOfCbc(marked));
    const unpadded = () => sm4CbcMac(KEY, data, { iv: IV, padding: "none" });
    if (length > 0 && fill === 0) assert.deepEqual(unpadded(), lastOfCbc([...data]));
    else assert.throws(unpadded, { code: "wrong_length" });
  }
});

Deno.test("sm4CbcMac() refuses another IV and another padding", () => {
  assert.throws(() => sm4CbcMac(KEY, IV, { iv: new Uint8Array(8) }), { code: "wrong_length" });
  const padding = untyped("pkcs7");
  assert.throws(() => sm4CbcMac(KEY, IV, { padding }), { code: "unknown_mode" });
});

Deno.test("Sm4 does nothing after disposal", () => {
  const key = new Sm4(KEY);
  const nonce = IV.subarray(4);
  const sealed = key.seal({ nonce }, IV);
  key[Symbol.dispose]();
  for (
    const use of [
      () => key.encrypt(optionsOf("ecb", "none"), IV),
      () => key.decrypt(optionsOf("cbc", "pkcs7"), IV),
      () => key.encryptStream(optionsOf("ctr", "none")),
      () => key.decryptStream(optionsOf("ctr", "none")),
      () => key.seal({ nonce }, IV),
      () => key.open({ nonce }, sealed),
      () => key.cmac(IV),
      () => key.cbcMac(IV),
    ]
  ) assert.throws(use, { name: "CryptoError", code: "invalid_argument" });
});

function hex(digits: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromHex(digits);
}

/** As a caller without a compiler, or a file of settings, would pass it. */
function untyped(value: unknown) {
  return JSON.parse(JSON.stringify(value));
}

function optionsOf(mode: Sm4Mode, padding: Sm4Options["padding"], iv = IV): Sm4Options {
  return mode === "ecb" ? { mode, padding } : { mode, padding, iv };
}

function allOptions(): Sm4Options[] {
  return [
    ...MODES.map((mode) => optionsOf(mode, "none")),
    optionsOf("ecb", "pkcs7"),
    optionsOf("cbc", "pkcs7"),
  ];
}

function isPartial({ mode, padding }: Sm4Options, length: number): boolean {
  return padding === "none" && (mode === "ecb" || mode === "cbc") && length % 16 !== 0;
}

function sealByV2(
  plaintext: Uint8Array,
  { key, nonce, aad }: { key: Uint8Array; nonce: Uint8Array; aad: Uint8Array },
): string {
  const { output, tag } = sm4OfV2.encrypt(plaintext, key, {
    mode: "gcm",
    iv: nonce,
    associatedData: aad,
    outputTag: true,
    output: "array",
  });
  return output.toHex() + tag?.toHex();
}

function everyFlip(bytes: Uint8Array): Uint8Array[] {
  return Array.from({ length: 8 * bytes.length }, (_, bit) => {
    const changed = bytes.slice();
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ 1 << (bit & 7);
    return changed;
  });
}

function lastOfCbc(padded: number[]): Uint8Array {
  const options = { ...optionsOf("cbc", "none"), key: KEY };
  return sm4Encrypt(options, Uint8Array.from(padded)).slice(-16);
}
