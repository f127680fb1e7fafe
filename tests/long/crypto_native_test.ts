import assert from "node:assert/strict";
import { concatBytes } from "../../crypto/bytes.ts";
import type { Engine } from "../../crypto/engine.ts";
import { CryptoError } from "../../crypto/errors.ts";
import { type NativeEngine, openNativeEngine } from "../../crypto/providers/native.ts";
import { portableEngine } from "../../crypto/providers/portable.ts";
import { DEFAULT_USER_ID } from "../../crypto/sm2.ts";
import { Curve, publicPoint, writeNumbers } from "../../crypto/sm2_curve.ts";
import { Sm3, sm3Kdf } from "../../crypto/sm3.ts";
import { testLibcrypto } from "../libcrypto.ts";
import { seededRandom } from "../random.ts";

/** One piece of EVP's and a bit that is no whole block. */
const LONG_BYTES = (1 << 30) + 21;
const MALFORMED = 100_000;
/** One in so many is almost good: the library itself must look at it, which takes its time. */
const ALMOST_GOOD_EVERY = 5;

const random = seededRandom(26_11_22);

function open(): NativeEngine {
  return openNativeEngine({ path: testLibcrypto() });
}

function someBytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, () => Math.floor(random() * 256));
}

Deno.test("SM4 encrypted a million times gives what GB/T 32907 says", () => {
  using native = open();
  const block = Uint8Array.fromHex("0123456789abcdeffedcba9876543210");
  using sm4 = native.sm4Key(block);
  let text: Uint8Array = block;
  for (let round = 0; round < 1_000_000; round++) {
    text = sm4.encrypt({ mode: "ecb", padding: "none" }, text);
  }
  assert.equal(text.toHex(), "595298c7c6fd271f0402f804c33d3f66");
});

Deno.test("data longer than EVP takes at once is worked on in pieces that join", () => {
  using native = open();
  using sm4 = native.sm4Key(someBytes(16));
  const data = new Uint8Array(LONG_BYTES);
  const end = LONG_BYTES - 64 - LONG_BYTES % 16;
  data.set(someBytes(LONG_BYTES - end), end);
  const whole = sm4.encrypt({ mode: "ctr", iv: new Uint8Array(16), padding: "none" }, data);
  const counter = new Uint8Array(16);
  new DataView(counter.buffer).setUint32(12, end / 16);
  const ending = sm4.encrypt({ mode: "ctr", iv: counter, padding: "none" }, data.subarray(end));
  assert.equal(whole.length, LONG_BYTES);
  assert.equal(whole.subarray(end).toHex(), ending.toHex());
});

Deno.test("a ciphertext under a mask of zeros is refused, though its digest fits", () => {
  using native = open();
  const privateKey = someBytes(32).fill(0, 0, 1);
  using key = native.sm2PrivateKey(privateKey);
  const ciphertext = maskedByZeros(key.publicKey);
  for (const engine of [native, portableEngine()]) {
    using one = engine.sm2PrivateKey(privateKey);
    assert.throws(() => one.decrypt(ciphertext), { code: "decryption_failed" }, engine.name);
  }
});

/** One byte whose mask is 00, found by trying nonce after nonce. */
function maskedByZeros(publicKey: Uint8Array): Uint8Array {
  const own = publicPoint(publicKey);
  let c1 = Curve.BASE;
  let shared = own;
  for (let nonce = 1; nonce < 10_000; nonce++) {
    const { x, y } = shared.toAffine();
    if (sm3Kdf(writeNumbers(x, y), 1)[0] === 0) {
      const text = Uint8Array.of(0x2a);
      const digest = new Sm3().update(writeNumbers(x)).update(text).update(writeNumbers(y))
        .digest();
      const { x: x1, y: y1 } = c1.toAffine();
      return concatBytes(Uint8Array.of(4), writeNumbers(x1, y1), digest, text);
    }
    c1 = c1.add(Curve.BASE);
    shared = shared.add(own);
  }
  return assert.fail("No mask of zeros in 10,000 nonces");
}

Deno.test("malformed input of every kind is answered with a typed error or false", () => {
  using native = open();
  using sm4 = native.sm4Key(someBytes(16));
  using privateKey = native.sm2PrivateKey(someBytes(32).fill(0, 0, 1));
  using publicKey = native.sm2PublicKey(privateKey.publicKey);
  const iv = someBytes(16);
  const sealed = sm4.seal({ nonce: iv.subarray(0, 12) }, someBytes(50));
  const ciphertext = publicKey.encrypt(someBytes(30));
  const signature = privateKey.sign(iv, iv);
  const refusals: Record<string, (round: number) => unknown> = {
    "public key": () => native.sm2PublicKey(changed(privateKey.publicKey)),
    "SM2 ciphertext": (round) =>
      privateKey.decrypt(
        round % ALMOST_GOOD_EVERY === 0 ? changed(ciphertext) : withoutPoint(ciphertext),
      ),
    "sealed message": () => sm4.open({ nonce: iv.subarray(0, 12) }, changed(sealed)),
    "CBC": () => sm4.decrypt({ mode: "cbc", iv, padding: "pkcs7" }, someBytes(16 * 3)),
  };
  for (const [name, work] of Object.entries(refusals)) {
    let refused = 0;
    for (let round = 0; round < MALFORMED; round++) {
      if (isRefused(() => work(round))) refused++;
    }
    // A random last byte of 01 is good padding: one in 256.
    const refusedMin = name === "CBC" ? MALFORMED * 0.99 : MALFORMED;
    assert.ok(refused >= refusedMin, `${name}: ${refused} of ${MALFORMED} refused`);
  }
  for (let round = 0; round < MALFORMED; round++) {
    const wrong = round % ALMOST_GOOD_EVERY === 0 ? changed(signature) : outOfRange(signature);
    assert.equal(publicKey.verify(iv, wrong, iv), false);
  }
  assert.ok(publicKey.verify(iv, signature, iv));
});

/** True for a typed error, false for none; any other error is thrown on. */
function isRefused(work: () => unknown): boolean {
  try {
    work();
    return false;
  } catch (error) {
    if (error instanceof CryptoError && error.code !== "unavailable") return true;
    throw error;
  }
}

/** C1 is no point on the curve, or there is not enough of it. */
function withoutPoint(ciphertext: Uint8Array): Uint8Array {
  const other = concatBytes(someBytes(1 + Math.floor(random() * 65)), ciphertext.subarray(66));
  return random() < 0.5 ? other : concatBytes(ciphertext.subarray(0, 1), someBytes(200));
}

/** One of r and s is 0 or at least n, which begins with fffffffe ffffffff. */
function outOfRange(signature: Uint8Array): Uint8Array {
  const wrong = signature.slice();
  const from = random() < 0.5 ? 0 : 32;
  if (random() < 0.5) wrong.fill(0, from, from + 32);
  else wrong.set(concatBytes(new Uint8Array(9).fill(255), someBytes(23)), from);
  return wrong;
}

/** Bits turned round, bytes cut off or put behind, or other bytes altogether; never the same. */
function changed(bytes: Uint8Array): Uint8Array {
  switch (Math.floor(random() * 4)) {
    case 0: {
      const at = Math.floor(random() * bytes.length);
      return bytes.with(at, (bytes[at] ?? 0) ^ 1 << Math.floor(random() * 8)) as Uint8Array;
    }
    case 1:
      return bytes.slice(0, Math.floor(random() * bytes.length));
    case 2:
      return concatBytes(bytes, someBytes(1 + Math.floor(random() * 20)));
    default:
      return concatBytes(bytes.subarray(0, 1), someBytes(bytes.length - 1));
  }
}

Deno.test("openNativeEngine() needs no permission but --allow-ffi of its path", async () => {
  const path = testLibcrypto();
  const module = new URL("../../crypto/providers/native.ts", import.meta.url);
  const script = `
    import { openNativeEngine } from "${module}";
    using engine = openNativeEngine({ path: "${path}" });
    using key = engine.sm2PrivateKey(new Uint8Array(32).fill(1));
    console.log(engine.sm3(key.publicKey).toHex());
  `;
  const allowed = await runScript(script, [`--allow-ffi=${path}`]);
  const expected = expectedDigest(portableEngine());
  assert.equal(allowed.stdout.trim(), expected, allowed.stderr);
  const refused = await runScript(script, ["--allow-ffi=/nowhere"]);
  assert.ok(!refused.success);
  assert.match(refused.stderr, /unavailable|Cannot load libcrypto/);
});

function expectedDigest(engine: Engine): string {
  using key = engine.sm2PrivateKey(new Uint8Array(32).fill(1));
  return engine.sm3(key.publicKey).toHex();
}

async function runScript(
  script: string,
  permissions: readonly string[],
): Promise<{ success: boolean; stdout: string; stderr: string }> {
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--no-check", "--config", config, ...permissions, "-"],
    cwd: new URL("../..", import.meta.url).pathname,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(script));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return { success, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

Deno.test("signatures of one message are never the same, and each is good", () => {
  using native = open();
  using privateKey = native.sm2PrivateKey(someBytes(32).fill(0, 0, 1));
  using publicKey = native.sm2PublicKey(privateKey.publicKey);
  const seen = new Set<string>();
  for (let round = 0; round < 2000; round++) {
    const signature = privateKey.sign(DEFAULT_USER_ID, DEFAULT_USER_ID);
    assert.ok(publicKey.verify(DEFAULT_USER_ID, signature, DEFAULT_USER_ID));
    seen.add(signature.toHex());
  }
  assert.equal(seen.size, 2000);
});
