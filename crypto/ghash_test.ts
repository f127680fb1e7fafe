import assert from "node:assert/strict";
import { seededRandom } from "../tests/random.ts";
import { sampleBytes, sampleLength } from "../tests/sample_bytes.ts";
import { concatBytes } from "./bytes.ts";
import { Ghash } from "./ghash.ts";

Deno.test("Ghash gives the known answers of GCM test cases 2 and 4", () => {
  const two = new Ghash(Uint8Array.fromHex("66e94bd4ef8a2c3b884cfa59ca342b2e"));
  assert.equal(
    two.hash(new Uint8Array(0), Uint8Array.fromHex("0388dace60b6a392f328c2b971b2fe78")).toHex(),
    "f38cbb1ad69223dcc3457ae5b6b0f885",
  );
  const four = new Ghash(Uint8Array.fromHex("b83b533708bf535d0aa6e52980d53b78"));
  const aad = Uint8Array.fromHex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
  const ciphertext = Uint8Array.fromHex(
    "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e" +
      "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091",
  );
  assert.equal(four.hash(aad, ciphertext).toHex(), "698e57f70e6ecc7fd9463b7260a9ae5f");
});

Deno.test("Ghash is the polynomial of SP 800-38D §6.4, computed bit by bit", () => {
  const random = seededRandom(38);
  for (let round = 0; round < 60; round++) {
    const key = sampleBytes(random, 16);
    const aad = sampleBytes(random, sampleLength(random, 40));
    const ciphertext = sampleBytes(random, sampleLength(random, 80));
    using ghash = new Ghash(key);
    assert.equal(ghash.hash(aad, ciphertext).toHex(), slowGhash(key, aad, ciphertext));
    const longer = concatBytes(ciphertext, sampleBytes(random, 5));
    const hash = ghash.hash(aad, longer, ciphertext.length);
    assert.equal(hash.toHex(), slowGhash(key, aad, ciphertext), "the first bytes only");
  }
});

Deno.test("Ghash refuses a key that is not a block", () => {
  for (const length of [0, 15, 17]) {
    assert.throws(() => new Ghash(new Uint8Array(length)), { code: "wrong_length" });
  }
});

function slowGhash(key: Uint8Array, aad: Uint8Array, ciphertext: Uint8Array): string {
  const lengths = [aad, ciphertext].map(({ length }) => BigInt(8 * length));
  const h = BigInt(`0x${key.toHex()}`);
  let sum = 0n;
  for (const block of [...blocksOf(aad), ...blocksOf(ciphertext)]) sum = multiply(sum ^ block, h);
  sum = multiply(sum ^ (lengths[0] ?? 0n) << 64n ^ (lengths[1] ?? 0n), h);
  return sum.toString(16).padStart(32, "0");
}

function blocksOf(bytes: Uint8Array): bigint[] {
  const padded = concatBytes(bytes, new Uint8Array((16 - bytes.length % 16) % 16)).toHex();
  return (padded.match(/.{32}/g) ?? []).map((block) => BigInt(`0x${block}`));
}

/** Algorithm 1 of SP 800-38D §6.3. */
function multiply(x: bigint, y: bigint): bigint {
  let z = 0n;
  let v = y;
  for (let bit = 127n; bit >= 0n; bit--) {
    if (x >> bit & 1n) z ^= v;
    v = v & 1n ? v >> 1n ^ 0xe1n << 120n : v >> 1n;
  }
  return z;
}
