/** SM3 and SM4 with the other implementations at hand, both ways, at length, and on rubbish. */
import assert from "node:assert/strict";
import { createHash, pbkdf2Sync } from "node:crypto";
import { concatBytes, equalBytes } from "../../crypto/bytes.ts";
import type { CipherStream, Sm4Options } from "../../crypto/engine.ts";
import { CryptoError, type CryptoErrorCode } from "../../crypto/errors.ts";
import { hmacSm3, pbkdf2HmacSm3, Sm3, sm3 } from "../../crypto/sm3.ts";
import { Sm4, sm4Cmac, type Sm4Mode } from "../../crypto/sm4.ts";
import { runOpenssl } from "../openssl.ts";
import { seededRandom } from "../random.ts";
import { cutAnywhere, sampleBytes, sampleLength } from "../sample_bytes.ts";
import { sm3 as sm3OfSmCrypto, sm4 as sm4OfSmCrypto } from "../sm_crypto.ts";

const OPENSSL_ROUNDS = 25;
const SM_CRYPTO_ROUNDS = 500;
const MALFORMED = 100_000;
const MODES = ["ecb", "cbc", "ctr", "cfb", "ofb"] as const;

Deno.test("SM4 gives the block of GB/T 32907 annex A.2 after 1,000,000 rounds", () => {
  let block: Uint8Array = Uint8Array.fromHex("0123456789abcdeffedcba9876543210");
  using key = new Sm4(block);
  for (let round = 0; round < 1_000_000; round++) {
    block = key.encrypt({ mode: "ecb", padding: "none" }, block);
  }
  assert.equal(block.toHex(), "595298c7c6fd271f0402f804c33d3f66");
  for (let round = 0; round < 1_000_000; round++) {
    block = key.decrypt({ mode: "ecb", padding: "none" }, block);
  }
  assert.equal(block.toHex(), "0123456789abcdeffedcba9876543210");
});

Deno.test("SM3 counts bits beyond 2^32: 513 MiB agree with node:crypto", () => {
  const piece = sampleBytes(seededRandom(1), 1 << 20);
  const ours = new Sm3();
  const theirs = createHash("sm3");
  for (let mebibyte = 0; mebibyte < 513; mebibyte++) {
    ours.update(piece);
    theirs.update(piece);
  }
  assert.equal(ours.digest().toHex(), theirs.digest("hex"));
});

Deno.test("pbkdf2HmacSm3() agrees with node:crypto over 100,000 iterations", () => {
  const password = new TextEncoder().encode("password");
  const salt = new TextEncoder().encode("salt");
  assert.equal(
    pbkdf2HmacSm3(password, salt, 100_000, 48).toHex(),
    pbkdf2Sync(password, salt, 100_000, 48, "sm3").toString("hex"),
  );
});

Deno.test("openssl gives our digests and MACs", async () => {
  const random = seededRandom(2);
  for (let round = 0; round < OPENSSL_ROUNDS; round++) {
    const data = sampleBytes(random, sampleLength(random, 3_000));
    const key = sampleBytes(random, 1 + sampleLength(random, 100));
    const cipherKey = sampleBytes(random, 16);
    const files = { data };
    const mac = async (args: readonly string[], algorithm: string) => {
      const { stdout } = await runOpenssl(["mac", ...args, "-in", "data", algorithm], { files });
      return new TextDecoder().decode(stdout).trim().toLowerCase();
    };
    const digest = await runOpenssl(["dgst", "-sm3", "-binary", "data"], { files });
    assert.deepEqual(sm3(data), digest.stdout);
    const hmac = ["-digest", "SM3", "-macopt", `hexkey:${key.toHex()}`];
    assert.equal(hmacSm3(key, data).toHex(), await mac(hmac, "HMAC"));
    const cmac = ["-cipher", "SM4-CBC", "-macopt", `hexkey:${cipherKey.toHex()}`];
    assert.equal(sm4Cmac(cipherKey, data).toHex(), await mac(cmac, "CMAC"));
  }
});

Deno.test("openssl decrypts what we encrypt and we what it encrypts, in every mode", async () => {
  const random = seededRandom(3);
  for (let round = 0; round < OPENSSL_ROUNDS; round++) {
    const secret = sampleBytes(random, 16);
    const iv = sampleBytes(random, 16);
    using key = new Sm4(secret);
    for (const options of allOptions(iv)) {
      const length = sampleLength(random, 1_000);
      const data = sampleBytes(random, takesAnyLength(options) ? length : length - length % 16);
      const args = [
        ...["enc", `-sm4-${options.mode}`, "-K", secret.toHex()],
        ...(options.iv === undefined ? [] : ["-iv", iv.toHex()]),
        ...(options.padding === "none" ? ["-nopad"] : []),
      ];
      const ciphertext = key.encrypt(options, data);
      const said = `${options.mode}, ${options.padding}, ${data.length} bytes`;
      const theirs = await runOpenssl(args, { stdin: data });
      assert.deepEqual(theirs.stdout, ciphertext, said);
      const decrypted = await runOpenssl([...args, "-d"], { stdin: ciphertext });
      assert.deepEqual(decrypted.stdout, data, said);
      assert.deepEqual(key.decrypt(options, theirs.stdout), data, said);
    }
  }
});

Deno.test("sm-crypto gives our digests, MACs and ciphertexts, and decrypts them", () => {
  const random = seededRandom(4);
  for (let round = 0; round < SM_CRYPTO_ROUNDS; round++) {
    const data = sampleBytes(random, sampleLength(random, 2_000));
    const secret = sampleBytes(random, 16);
    const iv = sampleBytes(random, 16);
    assert.equal(sm3(data).toHex(), sm3OfSmCrypto(data));
    assert.equal(hmacSm3(secret, data).toHex(), sm3OfSmCrypto(data, { key: secret }));
    using key = new Sm4(secret);
    for (const mode of ["ecb", "cbc"] as const) {
      const theirs = { mode, iv, padding: "pkcs#7", output: "array" } as const;
      const ciphertext = key.encrypt(optionsOf(mode, "pkcs7", iv), data);
      assert.deepEqual(sm4OfSmCrypto.encrypt(data, secret, theirs), [...ciphertext]);
      assert.deepEqual(sm4OfSmCrypto.decrypt(ciphertext, secret, theirs), [...data]);
    }
  }
});

Deno.test("streams over megabytes are the whole in one call", () => {
  const random = seededRandom(5);
  const data = sampleBytes(random, 3_000_000);
  const iv = sampleBytes(random, 16);
  using key = new Sm4(sampleBytes(random, 16));
  const digest = new Sm3();
  for (const piece of cutAnywhere(random, data, 100_000)) digest.update(piece);
  assert.deepEqual(digest.digest(), sm3(data));
  for (const options of allOptions(iv)) {
    const run = (stream: CipherStream, bytes: Uint8Array) => {
      const pieces = cutAnywhere(random, bytes, 100_000).map((piece) => stream.update(piece));
      return concatBytes(...pieces, stream.final());
    };
    const ciphertext = run(key.encryptStream(options), data);
    assert.ok(equalBytes(key.encrypt(options, data), ciphertext), options.mode);
    assert.ok(equalBytes(run(key.decryptStream(options), ciphertext), data), options.mode);
  }
});

Deno.test("open() refuses every single flipped bit of many messages", () => {
  const random = seededRandom(6);
  for (let round = 0; round < 40; round++) {
    using key = new Sm4(sampleBytes(random, 16));
    const options = {
      nonce: sampleBytes(random, 12),
      aad: sampleBytes(random, sampleLength(random, 40)),
    };
    const sealed = key.seal(options, sampleBytes(random, sampleLength(random, 150)));
    for (let bit = 0; bit < 8 * sealed.length; bit++) {
      const changed = sealed.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ 1 << (bit & 7);
      assert.throws(() => key.open(options, changed), { code: "wrong_tag" });
    }
  }
});

Deno.test("100,000 malformed ciphertexts and messages are refused in words or decrypted", () => {
  const random = seededRandom(7);
  const counts = new Map<CryptoErrorCode | "done", number>();
  for (let round = 0; round < MALFORMED; round++) {
    const data = sampleBytes(random, sampleLength(random, 70));
    const secret = sampleBytes(random, round % 50 === 0 ? sampleLength(random, 40) : 16);
    const iv = sampleBytes(random, round % 50 === 1 ? sampleLength(random, 40) : 16);
    const outcome = outcomeOf(() => {
      using key = new Sm4(secret);
      const choice = round % 8;
      if (choice === 7) return key.open({ nonce: iv.subarray(4) }, data);
      const options = allOptions(iv)[choice] ?? optionsOf("cbc", "pkcs7", iv);
      const decrypted = key.decrypt(options, data);
      assert.ok(decrypted.length <= data.length);
      const again = key.encrypt(options, decrypted);
      assert.deepEqual(again, data, "what was taken is what encryption gives");
      return decrypted;
    });
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }
  const expected = ["bad_padding", "done", "wrong_length", "wrong_tag"];
  assert.deepEqual([...counts.keys()].sort(), expected);
});

function outcomeOf(use: () => Uint8Array): CryptoErrorCode | "done" {
  try {
    use();
    return "done";
  } catch (error) {
    if (error instanceof CryptoError) return error.code;
    throw error;
  }
}

function optionsOf(mode: Sm4Mode, padding: Sm4Options["padding"], iv: Uint8Array): Sm4Options {
  return mode === "ecb" ? { mode, padding } : { mode, padding, iv };
}

function allOptions(iv: Uint8Array): Sm4Options[] {
  return [
    ...MODES.map((mode) => optionsOf(mode, "none", iv)),
    optionsOf("ecb", "pkcs7", iv),
    optionsOf("cbc", "pkcs7", iv),
  ];
}

function takesAnyLength({ mode, padding }: Sm4Options): boolean {
  return padding === "pkcs7" || (mode !== "ecb" && mode !== "cbc");
}
