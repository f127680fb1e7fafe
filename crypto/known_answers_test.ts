import assert from "node:assert/strict";
import type { Engine, Sm2PrivateKey, Sm2PublicKey, Sm4Key } from "./engine.ts";
import { CryptoError } from "./errors.ts";
import { requirePassed, testEngine, testRandom } from "./known_answers.ts";
import { portableEngine } from "./providers/portable.ts";
import { DEFAULT_USER_ID } from "./sm2.ts";

const good = portableEngine();

function failures(engine: Engine): string[] {
  return testEngine(engine).filter(({ passed }) => !passed).map(({ name }) => name);
}

function changed(bytes: Uint8Array): Uint8Array {
  return bytes.with(-1, (bytes.at(-1) ?? 0) ^ 1);
}

/** The engine with some of its methods replaced. */
function broken(parts: Partial<Engine>): Engine {
  return { ...good, ...parts };
}

function brokenSm4(replace: (key: Sm4Key) => Partial<Sm4Key>): Engine {
  return broken({
    sm4Key(bytes) {
      const key = good.sm4Key(bytes);
      return methodsOf(key, replace(key), [
        "encrypt",
        "decrypt",
        "encryptStream",
        "decryptStream",
        "seal",
        "open",
        "cmac",
      ]);
    },
  });
}

function brokenPrivateKey(replace: (key: Sm2PrivateKey) => Partial<Sm2PrivateKey>): Engine {
  return broken({
    sm2PrivateKey(bytes) {
      const key = good.sm2PrivateKey(bytes);
      const own = { publicKey: key.publicKey, ...replace(key) };
      return methodsOf(key, own, ["sign", "signDigest", "decrypt"]);
    },
  });
}

function brokenPublicKey(replace: (key: Sm2PublicKey) => Partial<Sm2PublicKey>): Engine {
  return broken({
    sm2PublicKey(bytes) {
      const key = good.sm2PublicKey(bytes);
      return methodsOf(key, replace(key), ["verify", "verifyDigest", "encrypt"]);
    },
  });
}

/** What is not replaced is passed on; `bind` because the originals have hidden fields. */
function methodsOf<Key extends Disposable>(
  key: Key,
  replaced: Partial<Key>,
  names: readonly (keyof Key)[],
): Key {
  const passedOn = Object.fromEntries(names.map((name) => {
    const method = key[name];
    assert.ok(typeof method === "function");
    return [name, method.bind(key)];
  }));
  return Object.assign(
    { [Symbol.dispose]: () => key[Symbol.dispose]() },
    passedOn,
    replaced,
  ) as Key;
}

Deno.test("testEngine() passes a good engine, and names every algorithm once", () => {
  const tests = testEngine(good);
  assert.deepEqual(tests.filter(({ passed }) => !passed), []);
  assert.ok(tests.every(({ detail }) => detail === ""));
  const names = new Set(tests.map(({ name }) => name));
  assert.equal(names.size, tests.length);
  for (
    const name of [
      "MAC tdes_pboc",
      "PIN block iso9564_1",
      "PIN block iso9564_3",
      "key wrapping as pads do",
      "key wrapping, sealed",
    ]
  ) assert.ok(names.has(name), name);
});

Deno.test("testEngine() catches a digest that is wrong anywhere", () => {
  assert.deepEqual(failures(broken({ sm3: (data) => changed(good.sm3(data)) })), [
    "SM3 (GB/T 32905 annex A)",
  ]);
  const sm3Stream = () => {
    const stream = good.sm3Stream();
    return {
      update: (data: Uint8Array) => void stream.update(data.subarray(1)),
      digest: () => stream.digest(),
      [Symbol.dispose]: () => stream[Symbol.dispose](),
    };
  };
  assert.deepEqual(failures(broken({ sm3Stream })), ["SM3 (GB/T 32905 annex A)"]);
  const hmacKey = (key: Uint8Array) => good.hmacKey(changed(key));
  assert.deepEqual(failures(broken({ hmacKey })), ["HMAC-SM3"]);
});

Deno.test("testEngine() catches each mode of SM4 that is wrong, in each direction", () => {
  for (const mode of ["ecb", "cbc", "ctr", "cfb", "ofb"] as const) {
    const encrypting = brokenSm4((key) => ({
      encrypt: (options, data) =>
        options.mode === mode ? changed(key.encrypt(options, data)) : key.encrypt(options, data),
    }));
    const decrypting = brokenSm4((key) => ({
      decrypt: (options, data) =>
        options.mode === mode ? changed(key.decrypt(options, data)) : key.decrypt(options, data),
    }));
    const streaming = brokenSm4((key) => ({
      encryptStream: (options) =>
        key.encryptStream(
          options.mode === mode && options.iv ? { ...options, iv: changed(options.iv) } : options,
        ),
    }));
    const streamingBack = brokenSm4((key) => ({
      decryptStream: (options) =>
        options.mode === mode ? key.encryptStream(options) : key.decryptStream(options),
    }));
    const name = `SM4-${mode.toUpperCase()}`;
    assert.ok(failures(encrypting).includes(name), name);
    assert.ok(failures(decrypting).includes(name), name);
    if (mode !== "ecb") assert.deepEqual(failures(streaming), [name]);
    // CTR and OFB are their own way back.
    const isOwnWayBack = mode === "ctr" || mode === "ofb";
    assert.deepEqual(failures(streamingBack), isOwnWayBack ? [] : [name]);
  }
});

Deno.test("testEngine() catches SM4 that does not refuse", () => {
  const careless = brokenSm4((key) => ({
    decrypt: (options, data) =>
      options.padding === "pkcs7"
        ? key.decrypt({ ...options, padding: "none" }, data).subarray(0, 5)
        : key.decrypt(options, data),
  }));
  assert.deepEqual(failures(careless), ["SM4 padding"]);
  const trusting = brokenSm4((key) => ({
    open(options, sealed) {
      try {
        return key.open(options, sealed);
      } catch {
        return sealed.subarray(16);
      }
    },
  }));
  const sealing = ["SM4-GCM (RFC 8998 annex A.1)", "key wrapping, sealed"];
  assert.deepEqual(failures(trusting), sealing);
  const blind = brokenSm4((key) => ({
    seal: ({ nonce }, plaintext) => key.seal({ nonce }, plaintext),
  }));
  assert.deepEqual(failures(blind), sealing);
  const wrong = brokenSm4((key) => ({ cmac: (data) => key.cmac(changed(data)) }));
  assert.deepEqual(failures(wrong), ["SM4-CMAC"]);
});

Deno.test("testEngine() catches a verification that says yes or no to all", () => {
  const name = "SM2 verification (GB/T 32918.5 annex A)";
  const yes = brokenPublicKey(() => ({ verify: () => true }));
  const no = brokenPublicKey(() => ({ verify: () => false }));
  const withoutId = brokenPublicKey((key) => ({
    verify: (message, signature) => key.verify(message, signature, DEFAULT_USER_ID),
  }));
  const digest = brokenPublicKey(() => ({ verifyDigest: () => false }));
  for (const engine of [yes, no, withoutId, digest]) assert.ok(failures(engine).includes(name));
});

Deno.test("testEngine() catches signatures that are wrong or share a nonce", () => {
  const wrong = brokenPrivateKey((key) => ({
    sign: (message, userId) => changed(key.sign(message, userId)),
  }));
  assert.deepEqual(failures(wrong), ["SM2 signature"]);
  const kept: Uint8Array[] = [];
  const stuck = brokenPrivateKey((key) => ({
    sign: (message, userId) => kept[0] ??= key.sign(message, userId),
    signDigest: () => kept[0] ?? assert.fail(),
  }));
  assert.deepEqual(failures(stuck), ["SM2 signature"]);
});

Deno.test("testEngine() catches SM2 encryption and decryption that are wrong", () => {
  const wrong = brokenPrivateKey((key) => ({ decrypt: (data) => changed(key.decrypt(data)) }));
  assert.deepEqual(failures(wrong), ["SM2 decryption (GB/T 32918.5 annex C)", "SM2 encryption"]);
  const trusting = brokenPrivateKey((key) => ({
    decrypt(data) {
      try {
        return key.decrypt(data);
      } catch {
        return new Uint8Array(1);
      }
    },
  }));
  assert.deepEqual(failures(trusting), ["SM2 decryption (GB/T 32918.5 annex C)"]);
  let first: Uint8Array | undefined;
  const stuck = brokenPublicKey((key) => ({ encrypt: (data) => first ??= key.encrypt(data) }));
  assert.deepEqual(failures(stuck), ["SM2 encryption"]);
});

Deno.test("testEngine() catches an engine that takes any point", () => {
  const sm2PublicKey = (publicKey: Uint8Array) => {
    try {
      return good.sm2PublicKey(publicKey);
    } catch {
      return good.sm2PublicKey(changed(publicKey));
    }
  };
  assert.deepEqual(failures(broken({ sm2PublicKey })), ["SM2 point validation"]);
});

Deno.test("testEngine() tells of an engine that throws, with its reason", () => {
  const sm3 = () => {
    throw new Error("no such function");
  };
  const [failed] = testEngine(broken({ sm3 })).filter(({ passed }) => !passed);
  assert.equal(failed?.detail, "no such function");
});

Deno.test("testRandom() notices a generator that is stuck, zeroed or short", () => {
  let counter = 0;
  const counting = (length: number) => new Uint8Array(length).fill(200).with(0, counter++);
  assert.equal(testRandom(counting).passed, true);
  assert.equal(testRandom((length) => new Uint8Array(length)).passed, false);
  assert.equal(testRandom((length) => new Uint8Array(length).with(0, 1)).passed, false);
  assert.equal(testRandom((length) => counting(length - 1)).passed, false);
});

Deno.test("requirePassed() stops with every algorithm that failed, and what differed", () => {
  const passed = { name: "SM3", passed: true, detail: "" };
  requirePassed("portable", [passed]);
  const failed = [
    { name: "SM4-CBC", passed: false, detail: "Got this" },
    { name: "SM2 signature", passed: false, detail: "Got that" },
  ];
  assert.throws(() => requirePassed("portable", [passed, ...failed]), (error) => {
    assert.ok(error instanceof CryptoError);
    assert.equal(error.code, "self_test_failed");
    assert.match(error.message, /SM4-CBC failed \(Got this\); SM2 signature failed \(Got that\)/);
    return true;
  });
});
