import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { testLibcrypto } from "../../tests/libcrypto.ts";
import { seededRandom } from "../../tests/random.ts";
import { concatBytes } from "../bytes.ts";
import type { CipherStream, Engine, Sm4Key, Sm4Options } from "../engine.ts";
import { CryptoError } from "../errors.ts";
import { DEFAULT_USER_ID } from "../sm2.ts";
import { findLibcrypto } from "./find_libcrypto.ts";
import { type NativeEngine, openNativeEngine } from "./native.ts";
import { portableEngine } from "./portable.ts";

const random = seededRandom(20261122);
const portable = portableEngine();
const N_MINUS_1 = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54122";
const MODES = ["ecb", "cbc", "ctr", "cfb", "ofb"] as const;

function open(): NativeEngine {
  return openNativeEngine({ path: testLibcrypto() });
}

function someBytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, () => Math.floor(random() * 256));
}

function filled(length: number, byte: number): Uint8Array {
  return new Uint8Array(length).fill(byte);
}

function optionsOf(mode: Sm4Options["mode"], padding: Sm4Options["padding"], iv: Uint8Array) {
  return mode === "ecb" ? { mode, padding } : { mode, padding, iv };
}

/** What came out, in a form that can be compared: bytes, an answer, or the refusal. */
function outcome(work: () => unknown): unknown {
  try {
    const made = work();
    return made instanceof Uint8Array ? made.toHex() : made;
  } catch (error) {
    if (error instanceof CryptoError) return { code: error.code, message: error.message };
    throw error;
  }
}

function assertSame(native: Engine, name: string, work: (engine: Engine) => unknown): void {
  assert.deepEqual(outcome(() => work(native)), outcome(() => work(portable)), name);
}

Deno.test("findLibcrypto() names absolute paths, and none for a machine it does not know", () => {
  for (const arch of ["x86_64", "aarch64"]) {
    const places = findLibcrypto(arch);
    assert.ok(places.length > 0 && places.every((place) => place.startsWith("/")));
  }
  assert.deepEqual(findLibcrypto("riscv64"), []);
});

Deno.test("openNativeEngine() takes an absolute path of a libcrypto and nothing else", () => {
  for (const path of ["", "libcrypto.so.3", "./libcrypto.so.3"]) {
    assert.throws(() => openNativeEngine({ path }), { code: "invalid_argument" }, path);
  }
  const self = new URL(import.meta.url).pathname;
  for (const path of ["/nowhere/libcrypto.so.3", "/tmp", self]) {
    assert.throws(() => openNativeEngine({ path }), (error) => {
      assert.ok(error instanceof CryptoError && error.code === "unavailable", String(error));
      return error.message.includes(`"${path}"`);
    });
  }
});

Deno.test("openNativeEngine() says what it loaded and from where", () => {
  using native = open();
  assert.equal(native.name, "native");
  assert.match(native.version, /^(OpenSSL|Tongsuo) \d.* \(\/.*libcrypto\.so[^)]*\)$/);
  assert.ok(native.notes.some((note) => note.includes("not constant-time")));
});

Deno.test("sm3() and its stream agree with ours at every length", () => {
  using native = open();
  for (let length = 0; length <= 200; length++) {
    const data = someBytes(length);
    assertSame(native, `sm3 ${length}`, (engine) => engine.sm3(data));
    assertSame(native, `stream ${length}`, (engine) => {
      const stream = engine.sm3Stream();
      stream.update(data.subarray(0, length >> 1));
      stream.update(data.subarray(length >> 1));
      return stream.digest();
    });
  }
});

Deno.test("sm3() reads views, other buffers and shared memory", () => {
  using native = open();
  const shared = new Uint8Array(new SharedArrayBuffer(8)).subarray(2, 7);
  shared.set([1, 2, 3, 4, 5]);
  for (const data of [shared, someBytes(100).subarray(3, 50), new Uint8Array(0)]) {
    assertSame(native, "sm3", (engine) => engine.sm3(data));
  }
});

Deno.test("hmacKey() agrees with ours for keys and data of every length", () => {
  using native = open();
  for (const keyLength of [0, 1, 16, 32, 63, 64, 65, 200]) {
    const key = someBytes(keyLength);
    using ours = portable.hmacKey(key);
    using theirs = native.hmacKey(key);
    for (const length of [0, 1, 64, 100, 1000]) {
      const data = someBytes(length);
      assert.equal(theirs.mac(data).toHex(), ours.mac(data).toHex(), `${keyLength} ${length}`);
    }
  }
});

Deno.test("sm4Key() agrees with ours in every mode, at every length, message after message", () => {
  using native = open();
  const key = someBytes(16);
  using ours = portable.sm4Key(key);
  using theirs = native.sm4Key(key);
  for (const length of [0, 1, 15, 16, 17, 31, 32, 64, 240, 255, 256, 257, 272, 4096, 70_001]) {
    const data = someBytes(length);
    for (const mode of MODES) {
      for (const padding of ["pkcs7", "none"] as const) {
        const options = optionsOf(mode, padding, someBytes(16));
        const name = `${mode} ${padding} ${length}`;
        const ciphertext = outcome(() => ours.encrypt(options, data));
        assert.deepEqual(outcome(() => theirs.encrypt(options, data)), ciphertext, name);
        if (typeof ciphertext !== "string") continue;
        const back = theirs.decrypt(options, Uint8Array.fromHex(ciphertext));
        assert.equal(back.toHex(), data.toHex(), name);
      }
    }
    assert.equal(theirs.cmac(data).toHex(), ours.cmac(data).toHex(), `cmac ${length}`);
  }
});

Deno.test("sm4Key() takes an IV again, and data that is the IV", () => {
  using native = open();
  const key = someBytes(16);
  const same = someBytes(16);
  for (const mode of MODES) {
    const options = optionsOf(mode, "none", same);
    assertSame(native, mode, (engine) => {
      using sm4 = engine.sm4Key(key);
      const once = sm4.encrypt(options, same);
      return concatBytes(once, sm4.encrypt(options, same), sm4.decrypt(options, same), once);
    });
  }
});

Deno.test("streams agree with one call at random cuts, and give their last block last", () => {
  using native = open();
  using theirs = native.sm4Key(filled(16, 7));
  for (let round = 0; round < 60; round++) {
    for (const mode of MODES) {
      const padding = mode === "ecb" || mode === "cbc" ? "pkcs7" : "none";
      const options = optionsOf(mode, padding, someBytes(16));
      const data = someBytes(Math.floor(random() * 100));
      const ciphertext = inPieces(theirs.encryptStream(options), data);
      assert.equal(ciphertext.toHex(), theirs.encrypt(options, data).toHex());
      const back = inPieces(theirs.decryptStream(options), ciphertext);
      assert.equal(back.toHex(), data.toHex());
    }
  }
});

Deno.test("seal() agrees with ours, open() takes only what was sealed", () => {
  using native = open();
  const key = someBytes(16);
  using ours = portable.sm4Key(key);
  using theirs = native.sm4Key(key);
  for (const length of [0, 1, 16, 33, 1000, 5000]) {
    for (const aad of [undefined, new Uint8Array(0), someBytes(1), someBytes(50)]) {
      const options = { nonce: someBytes(12), ...(aad === undefined ? {} : { aad }) };
      const data = someBytes(length);
      const sealed = theirs.seal(options, data);
      assert.equal(sealed.toHex(), ours.seal(options, data).toHex());
      assert.equal(theirs.open(options, sealed).toHex(), data.toHex());
      const changed = sealed.slice();
      const at = Math.floor(random() * sealed.length);
      changed[at] = (changed[at] ?? 0) ^ 1 << Math.floor(random() * 8);
      assert.throws(() => theirs.open(options, changed), { code: "wrong_tag" });
      const other = { nonce: options.nonce, aad: someBytes(3) };
      assert.throws(() => theirs.open(other, sealed), { code: "wrong_tag" });
    }
  }
});

Deno.test("SM4 refuses what ours refuses, with the same words", () => {
  using native = open();
  const iv = filled(16, 1);
  const cbc = { mode: "cbc", iv, padding: "pkcs7" } as const;
  const wrong: Record<string, (sm4: Sm4Key) => unknown> = {
    "upper case": (sm4) => sm4.encrypt({ ...cbc, mode: "CBC" as never }, iv),
    "no mode": (sm4) => sm4.decrypt({ padding: "none" } as never, iv),
    "gcm as a mode": (sm4) => sm4.encryptStream({ ...cbc, mode: "gcm" as never }),
    "no IV": (sm4) => sm4.encrypt({ mode: "cbc", padding: "pkcs7" }, iv),
    "short IV": (sm4) => sm4.encrypt({ ...cbc, iv: filled(15, 1) }, iv),
    "text as IV": (sm4) => sm4.encrypt({ ...cbc, iv: "0123456789abcdef" as never }, iv),
    "IV with ECB": (sm4) => sm4.decrypt({ ...cbc, mode: "ecb" }, iv),
    "padding of CTR": (sm4) => sm4.encrypt({ ...cbc, mode: "ctr" }, iv),
    "unknown padding": (sm4) => sm4.encrypt({ ...cbc, padding: "zero" as never }, iv),
    "text as data": (sm4) => sm4.encrypt(cbc, "text" as never),
    "part of a block": (sm4) => sm4.encrypt({ ...cbc, padding: "none" }, filled(17, 1)),
    "nothing to unpad": (sm4) => sm4.decrypt(cbc, new Uint8Array(0)),
    "part to unpad": (sm4) => sm4.decrypt(cbc, filled(31, 1)),
    "long nonce": (sm4) => sm4.seal({ nonce: iv }, iv),
    "text as nonce": (sm4) => sm4.open({ nonce: "123456789012" as never }, iv),
    "text as aad": (sm4) => sm4.seal({ nonce: filled(12, 1), aad: "aad" as never }, iv),
    "shorter than a tag": (sm4) => sm4.open({ nonce: filled(12, 1) }, filled(15, 1)),
    "wrong tag": (sm4) => sm4.open({ nonce: filled(12, 1) }, filled(40, 1)),
    "part of a stream": (sm4) =>
      inPieces(sm4.encryptStream({ ...cbc, padding: "none" }), filled(17, 1)),
    "part to unpad of a stream": (sm4) => inPieces(sm4.decryptStream(cbc), filled(17, 1)),
    "nothing to unpad of a stream": (sm4) => inPieces(sm4.decryptStream(cbc), filled(0, 1)),
  };
  for (const [name, work] of Object.entries(wrong)) {
    assertSame(native, name, (engine) => {
      using sm4 = engine.sm4Key(filled(16, 9));
      return work(sm4);
    });
  }
  for (const length of [0, 15, 17, 32]) {
    assertSame(native, `key of ${length}`, (engine) => engine.sm4Key(filled(length, 1)));
  }
});

Deno.test("every wrong padding is refused as ours refuses it, short and long", () => {
  using native = open();
  using theirs = native.sm4Key(filled(16, 3));
  using ours = portable.sm4Key(filled(16, 3));
  for (const mode of ["ecb", "cbc"] as const) {
    const raw = optionsOf(mode, "none", filled(16, 5));
    const padded = optionsOf(mode, "pkcs7", filled(16, 5));
    for (const length of [16, 64, 4112]) {
      for (let last = 0; last <= 18; last++) {
        for (const wrongAt of [0, 1, 2, 16]) {
          const plain = someBytes(length);
          plain.fill(last, Math.max(0, length - Math.min(last, 16)));
          if (wrongAt > 0) plain[length - wrongAt] = (plain[length - wrongAt] ?? 0) ^ 0x40;
          const ciphertext = ours.encrypt(raw, plain);
          const expected = outcome(() => ours.decrypt(padded, ciphertext));
          const name = `${mode} ${length} ${last} ${wrongAt}`;
          assert.deepEqual(outcome(() => theirs.decrypt(padded, ciphertext)), expected, name);
          const streamed = outcome(() => inPieces(theirs.decryptStream(padded), ciphertext));
          assert.deepEqual(streamed, expected, name);
        }
      }
    }
  }
});

Deno.test("an SM2 key signs for ours and ours for it, any message and user id", () => {
  using native = open();
  for (let round = 0; round < 8; round++) {
    const privateKey = someBytes(32);
    privateKey[0] = round;
    using theirs = native.sm2PrivateKey(privateKey);
    using ours = portable.sm2PrivateKey(privateKey);
    assert.equal(theirs.publicKey.toHex(), ours.publicKey.toHex());
    using theirPublic = native.sm2PublicKey(ours.publicKey);
    using ourPublic = portable.sm2PublicKey(ours.publicKey);
    const userId = someBytes(1 + round * 30);
    const message = someBytes(round * 50);
    const signature = theirs.sign(message, userId);
    assert.equal(signature.length, 64);
    assert.ok(ourPublic.verify(message, signature, userId));
    assert.ok(theirPublic.verify(message, ours.sign(message, userId), userId));
    assert.ok(!theirPublic.verify(message, signature, DEFAULT_USER_ID));
    const digest = native.sm3(message);
    assert.ok(ourPublic.verifyDigest(digest, theirs.signDigest(digest)));
    assert.ok(theirPublic.verifyDigest(digest, ours.signDigest(digest)));
    const plaintext = someBytes(1 + round * 40);
    assert.equal(ours.decrypt(theirPublic.encrypt(plaintext)).toHex(), plaintext.toHex());
    assert.equal(theirs.decrypt(ourPublic.encrypt(plaintext)).toHex(), plaintext.toHex());
  }
});

Deno.test("verify() is false for every signature that is not the good one", () => {
  using native = open();
  const key = portable.sm2PrivateKey(filled(32, 5));
  const message = someBytes(20);
  const good = key.sign(message, DEFAULT_USER_ID);
  const n = Uint8Array.fromHex(N_MINUS_1);
  const zero = new Uint8Array(32);
  const order = n.with(31, 0x23);
  const [r, s] = [good.slice(0, 32), good.slice(32)];
  const wrong = [
    new Uint8Array(0),
    good.subarray(1),
    concatBytes(good, Uint8Array.of(0)),
    concatBytes(zero, s),
    concatBytes(r, zero),
    concatBytes(order, s),
    concatBytes(r, order),
    concatBytes(filled(32, 255), s),
    concatBytes(s, r),
    concatBytes(n, zero.with(31, 1)),
    ...Array.from({ length: 64 }, (_, at) => good.with(at, (good[at] ?? 0) ^ 1 << at % 8)),
  ];
  using theirs = native.sm2PublicKey(key.publicKey);
  assert.ok(theirs.verify(message, good, DEFAULT_USER_ID));
  for (const signature of wrong) {
    assert.equal(theirs.verify(message, signature, DEFAULT_USER_ID), false, signature.toHex());
  }
  assert.ok(theirs.verify(message, good, DEFAULT_USER_ID));
});

Deno.test("SM2 keys and calls are refused as ours refuses them", () => {
  using native = open();
  const secret = filled(32, 9);
  const { publicKey } = portable.sm2PrivateKey(secret);
  const offCurve = publicKey.with(64, (publicKey[64] ?? 0) ^ 1);
  const tooLarge = concatBytes(Uint8Array.of(4), filled(32, 255), filled(32, 1));
  const keys: Record<string, Uint8Array> = {
    empty: new Uint8Array(0),
    short: publicKey.subarray(1),
    compressed: concatBytes(Uint8Array.of(2), publicKey.subarray(1, 33)),
    hybrid: publicKey.with(0, 6 + ((publicKey[64] ?? 0) & 1)),
    infinity: new Uint8Array(65),
    offCurve,
    tooLarge,
  };
  for (const [name, key] of Object.entries(keys)) {
    assertSame(native, name, (engine) => engine.sm2PublicKey(key));
  }
  const secrets = [
    "",
    "00".repeat(32),
    "ff".repeat(32),
    N_MINUS_1,
    "01".repeat(31),
    "01".repeat(33),
  ];
  for (const key of secrets) {
    assertSame(native, key, (engine) => engine.sm2PrivateKey(Uint8Array.fromHex(key)));
  }
  for (const key of ["00".repeat(31) + "01", N_MINUS_1.slice(0, -2) + "21"]) {
    assertSame(native, key, (engine) => engine.sm2PrivateKey(Uint8Array.fromHex(key)).publicKey);
  }
  const calls: Record<string, (engine: Engine) => unknown> = {
    "empty id": (engine) => engine.sm2PrivateKey(secret).sign(secret, new Uint8Array(0)),
    "long id": (engine) => engine.sm2PrivateKey(secret).sign(secret, filled(8192, 1)),
    "empty id to verify": (engine) =>
      engine.sm2PublicKey(publicKey).verify(secret, filled(64, 1), new Uint8Array(0)),
    "short digest": (engine) => engine.sm2PrivateKey(secret).signDigest(filled(31, 1)),
    "long digest": (engine) =>
      engine.sm2PublicKey(publicKey).verifyDigest(filled(33, 1), filled(64, 1)),
    "nothing to encrypt": (engine) => engine.sm2PublicKey(publicKey).encrypt(new Uint8Array(0)),
    "too much to encrypt": (engine) =>
      engine.sm2PublicKey(publicKey).encrypt(new Uint8Array(2 ** 20 + 1)),
  };
  for (const [name, work] of Object.entries(calls)) assertSame(native, name, work);
});

Deno.test("decrypt() of SM2 fails for one reason only, whatever was changed", () => {
  using native = open();
  using theirs = native.sm2PrivateKey(filled(32, 9));
  using publicKey = native.sm2PublicKey(theirs.publicKey);
  const good = publicKey.encrypt(someBytes(20));
  const wrong = [
    new Uint8Array(0),
    filled(96, 4),
    filled(97, 4),
    good.subarray(0, good.length - 1),
    concatBytes(good, Uint8Array.of(0)),
    good.subarray(1),
    good.with(0, 2),
    concatBytes(good.subarray(0, 1), filled(32, 255), good.subarray(33)),
    ...Array.from({ length: good.length }, (_, at) => good.with(at, (good[at] ?? 0) ^ 0x10)),
  ];
  for (const ciphertext of wrong) {
    const refused = outcome(() => theirs.decrypt(ciphertext));
    const expected = outcome(() => portable.sm2PrivateKey(filled(32, 9)).decrypt(ciphertext));
    assert.deepEqual(refused, expected, ciphertext.toHex());
  }
  assert.equal(theirs.decrypt(good).length, 20);
});

Deno.test("one byte is never sent as it is, though a mask of zeros is one in 256", () => {
  using native = open();
  using privateKey = native.sm2PrivateKey(filled(32, 9));
  using publicKey = native.sm2PublicKey(privateKey.publicKey);
  const plaintext = Uint8Array.of(0x5a);
  for (let round = 0; round < 100; round++) {
    const ciphertext = publicKey.encrypt(plaintext);
    assert.equal(ciphertext.length, 98);
    assert.notEqual(ciphertext[97], 0x5a);
    if (round === 0) assert.deepEqual([...privateKey.decrypt(ciphertext)], [0x5a]);
  }
});

Deno.test("results are not changed by later calls, nor by one that was given away", () => {
  using native = open();
  using sm4 = native.sm4Key(filled(16, 1));
  const options = { mode: "cbc", iv: filled(16, 2), padding: "pkcs7" } as const;
  const kept = Array.from({ length: 500 }, (_, at) => {
    const data = filled(at % 70, at);
    const ciphertext = sm4.encrypt(options, data);
    return { data, ciphertext, back: sm4.decrypt(options, ciphertext), digest: native.sm3(data) };
  });
  for (const { data, ciphertext, back, digest } of kept) {
    assert.equal(back.toHex(), data.toHex());
    assert.equal(ciphertext.toHex(), sm4.encrypt(options, data).toHex());
    assert.equal(digest.toHex(), portable.sm3(data).toHex());
  }
  const given = sm4.encrypt(options, filled(3, 3));
  const expected = given.toHex();
  assert.ok(given.buffer instanceof ArrayBuffer);
  structuredClone(given, { transfer: [given.buffer] });
  for (let round = 0; round < 200; round++) {
    assert.equal(sm4.encrypt(options, filled(3, 3)).toHex(), expected);
  }
});

Deno.test("digests, MACs, signatures and whatever is decrypted lie in memory of their own", () => {
  using native = open();
  using sm4 = native.sm4Key(filled(16, 1));
  using hmac = native.hmacKey(filled(100, 1));
  using privateKey = native.sm2PrivateKey(filled(32, 1));
  using publicKey = native.sm2PublicKey(privateKey.publicKey);
  const iv = filled(16, 2);
  const sealing = { nonce: filled(12, 1) };
  for (const length of [1, 32, 64, 300]) {
    const data = filled(length, length);
    const stream = native.sm3Stream();
    stream.update(data);
    const results: Record<string, Uint8Array> = {
      sm3: native.sm3(data),
      stream: stream.digest(),
      hmac: hmac.mac(data),
      cmac: sm4.cmac(data),
      sealed: sm4.seal(sealing, data),
      opened: sm4.open(sealing, sm4.seal(sealing, data)),
      signature: privateKey.sign(data, DEFAULT_USER_ID),
      sm2: privateKey.decrypt(publicKey.encrypt(data)),
    };
    for (const mode of MODES) {
      const options = optionsOf(mode, mode === "ecb" || mode === "cbc" ? "pkcs7" : "none", iv);
      results[mode] = sm4.decrypt(options, sm4.encrypt(options, data));
      const raw = optionsOf(mode, "none", iv);
      results[`${mode} none`] = sm4.decrypt(raw, filled(length + 15 & -16, 7));
    }
    for (const [name, result] of Object.entries(results)) {
      assert.equal(result.buffer.byteLength, result.length, `${name} ${length}`);
    }
  }
});

Deno.test("keys are copies, also of a Node Buffer that is wiped or used again", () => {
  using native = open();
  const iv = filled(16, 1);
  const cbc = { mode: "cbc", iv, padding: "pkcs7" } as const;
  const secret = Buffer.alloc(32, 5);
  const point = Buffer.from(portable.sm2PrivateKey(secret).publicKey);
  const key = Buffer.alloc(16, 9);
  const userId = Buffer.from("somebody");
  using sm4 = native.sm4Key(key);
  using hmac = native.hmacKey(key);
  using privateKey = native.sm2PrivateKey(secret);
  using publicKey = native.sm2PublicKey(point);
  const signature = privateKey.sign(iv, userId);
  for (const kept of [secret, point, key, userId]) kept.fill(0);
  using ours = portable.sm4Key(filled(16, 9));
  assert.equal(sm4.encrypt(cbc, iv).toHex(), ours.encrypt(cbc, iv).toHex());
  assert.equal(sm4.cmac(iv).toHex(), ours.cmac(iv).toHex());
  assert.equal(hmac.mac(iv).toHex(), portable.hmacKey(filled(16, 9)).mac(iv).toHex());
  const somebody = new TextEncoder().encode("somebody");
  const reference = portable.sm2PrivateKey(filled(32, 5));
  using known = portable.sm2PublicKey(reference.publicKey);
  assert.ok(known.verify(iv, signature, somebody));
  assert.ok(known.verify(iv, privateKey.sign(iv, somebody), somebody));
  assert.ok(publicKey.verify(iv, reference.sign(iv, somebody), somebody));
  assert.ok(!publicKey.verify(iv, signature, userId));
});

Deno.test("what another thread changes meanwhile is opened as it was sealed or not at all", async () => {
  using native = open();
  using sm4 = native.sm4Key(filled(16, 1));
  const sealing = { nonce: filled(12, 1) };
  const data = someBytes(65_536);
  const shared = new Uint8Array(new SharedArrayBuffer(data.length + 16));
  shared.set(sm4.seal(sealing, data));
  const script = "onmessage = ({ data }) => { for (;;) Atomics.xor(data, 65_500, 1); };";
  const worker = new Worker(`data:text/javascript,${encodeURIComponent(script)}`, {
    type: "module",
  });
  const before = shared[65_500];
  worker.postMessage(shared);
  while (shared[65_500] === before) await new Promise((resolve) => setTimeout(resolve, 1));
  let [opened, refused] = [0, 0];
  for (let round = 0; round < 2000 && Math.min(opened, refused) < 30; round++) {
    const text = outcome(() => sm4.open(sealing, shared));
    if (typeof text === "string") opened++;
    else refused++;
    assert.ok(typeof text !== "string" || text === data.toHex(), "Opened what was not sealed");
  }
  worker.terminate();
  assert.ok(opened > 0 && refused > 0, `${opened} opened, ${refused} refused`);
});

Deno.test("a file put in the place of the library after it was judged is not loaded", () => {
  const folder = Deno.makeTempDirSync();
  const path = `${folder}/libcrypto.so`;
  Deno.symlinkSync(testLibcrypto(), path);
  const { dlopen } = Deno;
  let opened = 0;
  try {
    Deno.dlopen = (file, symbols) => {
      if (opened++ === 1) {
        Deno.removeSync(path);
        Deno.writeTextFileSync(path, "another library");
      }
      return dlopen(file, symbols);
    };
    using native = openNativeEngine({ path });
    assert.equal(native.sm3(filled(3, 3)).toHex(), portable.sm3(filled(3, 3)).toHex());
    assert.equal(opened, 2);
  } finally {
    Deno.dlopen = dlopen;
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("keys and streams are refused after disposal as ours are", () => {
  using native = open();
  const iv = filled(16, 1);
  const cbc = { mode: "cbc", iv, padding: "pkcs7" } as const;
  const nonce = filled(12, 1);
  const disposed: Record<string, (engine: Engine) => unknown> = {
    hmac: (engine) => gone(engine.hmacKey(iv)).mac(iv),
    encrypt: (engine) => gone(engine.sm4Key(iv)).encrypt(cbc, iv),
    decrypt: (engine) => gone(engine.sm4Key(iv)).decrypt(cbc, iv),
    stream: (engine) => gone(engine.sm4Key(iv)).encryptStream(cbc),
    seal: (engine) => gone(engine.sm4Key(iv)).seal({ nonce }, iv),
    cmac: (engine) => gone(engine.sm4Key(iv)).cmac(iv),
    sign: (engine) => gone(engine.sm2PrivateKey(filled(32, 1))).sign(iv, iv),
    sm2Decrypt: (engine) => gone(engine.sm2PrivateKey(filled(32, 1))).decrypt(iv),
    digest: (engine) => {
      const stream = engine.sm3Stream();
      stream.digest();
      return stream.digest();
    },
    update: (engine) => gone(engine.sm3Stream()).update(iv),
    ciphering: (engine) => gone(engine.sm4Key(iv).encryptStream(cbc)).update(iv),
    finished: (engine) => {
      using sm4 = engine.sm4Key(iv);
      const stream = sm4.encryptStream(cbc);
      stream.final();
      return stream.final();
    },
  };
  for (const [name, work] of Object.entries(disposed)) assertSame(native, name, work);
});

Deno.test("a stream outlives the key it came from", () => {
  using native = open();
  const iv = filled(16, 1);
  assertSame(native, "stream", (engine) => {
    const sm4 = engine.sm4Key(iv);
    const stream = sm4.encryptStream({ mode: "ctr", iv, padding: "none" });
    sm4[Symbol.dispose]();
    return concatBytes(stream.update(iv), stream.final());
  });
});

Deno.test("everything allocated is freed, also where a call was refused", () => {
  const native = open();
  assert.equal(native.liveObjects(), 0);
  const iv = filled(16, 1);
  {
    using hmac = native.hmacKey(iv);
    hmac.mac(iv);
    using sm4 = native.sm4Key(iv);
    for (const mode of MODES) {
      const options = optionsOf(mode, "none", iv);
      sm4.decrypt(options, sm4.encrypt(options, iv));
      using stream = sm4.decryptStream(options);
      stream.update(iv);
    }
    sm4.cmac(iv);
    assert.throws(() => sm4.open({ nonce: filled(12, 1) }, iv), { code: "wrong_tag" });
    using privateKey = native.sm2PrivateKey(filled(32, 1));
    privateKey.sign(iv, iv);
    using publicKey = native.sm2PublicKey(privateKey.publicKey);
    publicKey.verify(iv, filled(64, 1), iv);
    privateKey.decrypt(publicKey.encrypt(iv));
    assert.throws(() => native.sm2PublicKey(filled(65, 4)));
    assert.ok(native.liveObjects() > 15);
    privateKey[Symbol.dispose]();
  }
  assert.equal(native.liveObjects(), 0);
  native[Symbol.dispose]();
});

Deno.test("a disposed engine makes nothing new and waits for what it made", () => {
  const native = open();
  const iv = filled(16, 1);
  const cbc = { mode: "cbc", iv, padding: "none" } as const;
  const sm4 = native.sm4Key(iv);
  const expected = sm4.encrypt(cbc, iv).toHex();
  const publicKey = native.sm2PublicKey(portable.sm2PrivateKey(filled(32, 1)).publicKey);
  native[Symbol.dispose]();
  native[Symbol.dispose]();
  const gone = { code: "invalid_argument", message: /the native engine: it is disposed/ };
  assert.throws(() => native.sm3(iv), gone);
  assert.throws(() => native.sm3Stream(), gone);
  assert.throws(() => native.hmacKey(iv), gone);
  assert.throws(() => native.sm4Key(iv), gone);
  assert.throws(() => native.sm2PrivateKey(filled(32, 1)), gone);
  assert.throws(() => sm4.cmac(iv), gone);
  assert.throws(() => publicKey.verify(iv, filled(64, 1), iv), gone);
  assert.equal(sm4.encrypt(cbc, iv).toHex(), expected);
  publicKey[Symbol.dispose]();
  sm4[Symbol.dispose]();
  assert.equal(native.liveObjects(), 0);
  assert.throws(() => sm4.encrypt(cbc, iv), { message: /an SM4 key: it is disposed/ });
});

function gone<Owner extends Disposable>(owner: Owner): Owner {
  owner[Symbol.dispose]();
  return owner;
}

function inPieces(stream: CipherStream, data: Uint8Array): Uint8Array {
  using owned = stream;
  const parts: Uint8Array[] = [];
  for (let at = 0; at < data.length;) {
    const length = 1 + Math.floor(random() * 40);
    parts.push(owned.update(data.subarray(at, at + length)));
    at += length;
  }
  parts.push(owned.final());
  return concatBytes(...parts);
}
