import assert from "node:assert/strict";
import v8 from "node:v8";
import vm from "node:vm";
import { CryptoError } from "../../crypto/errors.ts";
import { type NativeEngine, openNativeEngine } from "../../crypto/providers/native.ts";
import { testLibcrypto } from "../libcrypto.ts";

/** Of some twenty operations each; a leak of 100 bytes in one of them is 4 MB. */
const ROUNDS = 40_000;
const WARM_UP = 4_000;
const GROWTH_BYTES_MAX = 3 << 20;
/** Imports of a key pair; a number of 80 bytes lost in one of them is 1.3 MB. */
const SM2_ROUNDS = 12_000;
const SM2_WARM_UP = 1_500;
/** One in so many is worked with too, which takes eight times as long as importing it. */
const SM2_WORK_EVERY = 20;
const SM2_GROWTH_BYTES_MAX = 1 << 20;
const ENGINES = 300;
const ENGINES_WARM_UP = 100;
/** Each maps the library anew; 30 KB lost of each would be seen. */
const ENGINES_GROWTH_BYTES_MAX = 8 << 20;
const FORGOTTEN_MAX = 200_000;

const message = Uint8Array.from({ length: 100 }, (_, at) => at);
const iv = message.subarray(0, 16);
const nonce = message.subarray(0, 12);
const secret = message.subarray(1, 33);

/** Makes, uses and disposes every kind of object, and lets some calls of each be refused. */
function useSymmetric(native: NativeEngine, round: number): void {
  const data = message.subarray(0, round % 100);
  native.sm3(data);
  using stream = native.sm3Stream();
  stream.update(data);
  if (round % 2 === 0) stream.digest();
  using hmac = native.hmacKey(data);
  hmac.mac(data);
  using sm4 = native.sm4Key(iv);
  const cbc = { mode: "cbc", iv, padding: "pkcs7" } as const;
  const ciphertext = sm4.encrypt(cbc, data);
  sm4.decrypt(cbc, ciphertext);
  expectRefusal(() => sm4.decrypt({ mode: "ecb", padding: "pkcs7" }, ciphertext));
  using ciphering = sm4.encryptStream({ mode: "ctr", iv, padding: "none" });
  ciphering.update(data);
  sm4.cmac(data);
  const sealed = sm4.seal({ nonce, aad: data }, data);
  sm4.open({ nonce, aad: data }, sealed);
  expectRefusal(() => sm4.open({ nonce }, sealed.with(0, (sealed[0] ?? 0) ^ 1) as Uint8Array));
}

function importSm2(native: NativeEngine, round: number): void {
  using privateKey = native.sm2PrivateKey(secret);
  using publicKey = native.sm2PublicKey(privateKey.publicKey);
  expectRefusal(() => native.sm2PrivateKey(new Uint8Array(32)));
  expectRefusal(() => native.sm2PublicKey(message.subarray(0, 65)));
  assert.ok(!publicKey.verify(message, new Uint8Array(64), iv));
  if (round % SM2_WORK_EVERY === 0) useSm2(native, message.subarray(0, round % 100));
}

function useSm2(native: NativeEngine, data: Uint8Array): void {
  using privateKey = native.sm2PrivateKey(secret);
  using publicKey = native.sm2PublicKey(privateKey.publicKey);
  const signature = privateKey.sign(data, iv);
  assert.ok(publicKey.verify(data, signature, iv));
  assert.ok(!publicKey.verify(data, signature.with(5, (signature[5] ?? 0) ^ 1) as Uint8Array, iv));
  assert.ok(!publicKey.verify(data, new Uint8Array(64), iv));
  const ciphertext = publicKey.encrypt(message);
  const changed = ciphertext.with(120, (ciphertext[120] ?? 0) ^ 1) as Uint8Array;
  expectRefusal(() => privateKey.decrypt(changed));
  expectRefusal(() => privateKey.decrypt(ciphertext.with(40, (ciphertext[40] ?? 0) ^ 1)));
}

/** Now and then what comes out of wrong padding is good by chance. */
function expectRefusal(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof CryptoError && error.code !== "unavailable", String(error));
  }
}

/** What is left when the rubbish of JavaScript is gone, which is not what is looked for here. */
function rss(): number {
  collectRubbish();
  return Deno.memoryUsage().rss;
}

function collectRubbish(): void {
  v8.setFlagsFromString("--expose-gc");
  const collect: unknown = vm.runInNewContext("gc");
  assert.ok(typeof collect === "function");
  collect();
}

Deno.test("40,000 rounds of SM3 and SM4 leave no native object and no memory behind", () => {
  const grown = growth(useSymmetric, WARM_UP, ROUNDS);
  assert.ok(grown < GROWTH_BYTES_MAX, `RSS grew by ${grown} bytes`);
});

Deno.test("12,000 SM2 keys imported and used leave no native object and no memory behind", () => {
  const grown = growth(importSm2, SM2_WARM_UP, SM2_ROUNDS);
  assert.ok(grown < SM2_GROWTH_BYTES_MAX, `RSS grew by ${grown} bytes`);
});

/** Bytes by which the rounds after the warm-up made the process larger. */
function growth(
  use: (native: NativeEngine, round: number) => void,
  warmUp: number,
  rounds: number,
): number {
  const native = openNativeEngine({ path: testLibcrypto() });
  for (let round = 0; round < warmUp; round++) use(native, round);
  assert.equal(native.liveObjects(), 0);
  const before = rss();
  for (let round = 0; round < rounds; round++) use(native, round);
  assert.equal(native.liveObjects(), 0);
  const grown = rss() - before;
  native[Symbol.dispose]();
  return grown;
}

Deno.test("engines opened and closed leave no memory and no file behind", () => {
  const path = testLibcrypto();
  const openOnce = (): void => {
    using native = openNativeEngine({ path });
    useSymmetric(native, 0);
    importSm2(native, 0);
  };
  for (let round = 0; round < ENGINES_WARM_UP; round++) openOnce();
  const before = { rss: rss(), files: openFiles() };
  for (let round = 0; round < ENGINES; round++) openOnce();
  const grown = rss() - before.rss;
  assert.ok(grown < ENGINES_GROWTH_BYTES_MAX, `RSS grew by ${grown} bytes`);
  assert.equal(openFiles(), before.files);
});

function openFiles(): number {
  return [...Deno.readDirSync("/proc/self/fd")].length;
}

Deno.test("keys that nobody disposed are freed when they are collected", async () => {
  const native = openNativeEngine({ path: testLibcrypto() });
  let made = 0;
  while (made < FORGOTTEN_MAX && native.liveObjects() >= made) {
    for (let round = 0; round < 500; round++) {
      native.hmacKey(iv);
      made += 2;
    }
    // What is collected is told to the registry between tasks.
    await new Promise((resolve) => setTimeout(resolve));
  }
  assert.ok(native.liveObjects() < made, `All of ${made} objects are still there`);
  native[Symbol.dispose]();
});
