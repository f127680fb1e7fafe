/**
 * How many bytes work with libcrypto leaves allocated, printed as a number: in a process of its own,
 * because tests share theirs. `deno run -A tests/native_growth.ts symmetric|sm2|engines`.
 */
import assert from "node:assert/strict";
import v8 from "node:v8";
import vm from "node:vm";
import { CryptoError } from "../crypto/errors.ts";
import { type NativeEngine, openNativeEngine } from "../crypto/providers/native.ts";
import { testLibcrypto } from "./libcrypto.ts";

/** Of some twenty operations each. */
const ROUNDS = 40_000;
const WARM_UP = 4_000;
/** Imports of a key pair. */
const SM2_ROUNDS = 12_000;
const SM2_WARM_UP = 1_500;
/** One in so many is worked with too, which takes eight times as long as importing it. */
const SM2_WORK_EVERY = 20;
const ENGINES = 300;
const ENGINES_WARM_UP = 100;

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

/** `struct mallinfo2` of glibc: ten times a `size_t`. */
const MALLINFO2 = {
  parameters: [],
  result: { struct: Array<"usize">(10).fill("usize") },
} as const;
const MMAPPED_BYTES = 4;
const ARENA_BYTES_IN_USE = 7;

const libc = Deno.dlopen("libc.so.6", { mallinfo2: MALLINFO2 });

/**
 * What was allocated and not freed, to the byte: libcrypto and the loader of libraries take all their
 * memory from malloc, while the process's size also tells of V8's heap and of pages kept for later.
 */
function allocatedBytes(): number {
  collectRubbish();
  const info = libc.symbols.mallinfo2();
  const fields = new BigUint64Array(info.buffer, info.byteOffset, 10);
  return Number((fields[MMAPPED_BYTES] ?? 0n) + (fields[ARENA_BYTES_IN_USE] ?? 0n));
}

function collectRubbish(): void {
  v8.setFlagsFromString("--expose-gc");
  const collect: unknown = vm.runInNewContext("gc");
  assert.ok(typeof collect === "function");
  collect();
}

/**
 * Bytes that the rounds after the warm-up left allocated, twice measured: what leaks grows both
 * times, what is filled once does not, so the smaller one counts.
 */
function growth(
  use: (native: NativeEngine, round: number) => void,
  warmUp: number,
  rounds: number,
): number {
  const native = openNativeEngine({ path: testLibcrypto() });
  const run = (count: number): number => {
    const before = allocatedBytes();
    for (let round = 0; round < count; round++) use(native, round);
    assert.equal(native.liveObjects(), 0);
    return allocatedBytes() - before;
  };
  run(warmUp);
  const grown = Math.min(run(rounds), run(rounds));
  native[Symbol.dispose]();
  return grown;
}

/** Bytes that opening and closing engines left allocated; no file and no mapping may stay. */
function growthOfEngines(): number {
  const path = testLibcrypto();
  const openOnce = (): void => {
    using native = openNativeEngine({ path });
    useSymmetric(native, 0);
    importSm2(native, 0);
  };
  const run = (count: number): number => {
    const before = { bytes: allocatedBytes(), files: openFiles() };
    for (let round = 0; round < count; round++) openOnce();
    assert.equal(openFiles(), before.files);
    return allocatedBytes() - before.bytes;
  };
  run(ENGINES_WARM_UP);
  // OpenSSL stays mapped once it was loaded, and is mapped once.
  const mappings = mappingsOf(path);
  const grown = Math.min(run(ENGINES), run(ENGINES));
  assert.equal(mappingsOf(path), mappings);
  return grown;
}

function mappingsOf(path: string): number {
  return Deno.readTextFileSync("/proc/self/maps").split("\n")
    .filter((line) => line.endsWith(Deno.realPathSync(path))).length;
}

function openFiles(): number {
  return [...Deno.readDirSync("/proc/self/fd")].length;
}

const WORK: Readonly<Record<string, () => number>> = {
  symmetric: () => growth(useSymmetric, WARM_UP, ROUNDS),
  sm2: () => growth(importSm2, SM2_WARM_UP, SM2_ROUNDS),
  engines: growthOfEngines,
};

const work = WORK[Deno.args[0] ?? ""];
assert.ok(work, `Cannot measure "${Deno.args[0]}": expected ${Object.keys(WORK).join(", ")}`);
Deno.stdout.writeSync(new TextEncoder().encode(String(work())));
