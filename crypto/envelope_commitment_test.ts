import assert from "node:assert/strict";
import { concatBytes } from "./bytes.ts";
import { openEnvelope } from "./envelope.ts";
import { Ghash } from "./ghash.ts";
import { portableEngine } from "./providers/portable.ts";
import { SoftwareProvider } from "./providers/software.ts";
import { encrypt } from "./sm2.ts";
import { readNumber } from "./sm2_curve.ts";
import { sm3 } from "./sm3.ts";
import { sm4Encrypt, sm4Open } from "./sm4.ts";

/**
 * GCM does not commit to its key: a dishonest sender finds one ciphertext that opens under two
 * (Dodis et al., "Fast Message Franking", CRYPTO 2018, §3).
 */

const NONCE = new Uint8Array(12).fill(3);
const KEYS = [new Uint8Array(16).fill(1), new Uint8Array(16).fill(2)] as const;

Deno.test("an envelope made to open as two texts opens as one at most", async () => {
  await using provider = new SoftwareProvider(portableEngine(), { name: "software" });
  const spec = {
    label: "mail",
    algorithm: "sm2",
    usage: "decrypt",
    leaves: "never",
    ephemeral: true,
  } as const;
  const holders = [await provider.generateKey(spec), await provider.generateKey(spec)] as const;
  const wrapped: Uint8Array[] = [];
  for (const [at, holder] of holders.entries()) {
    const publicKey = await provider.publicKey(holder);
    wrapped.push(sm3(publicKey), encrypt(publicKey, KEYS[at] ?? NONCE));
  }
  const head = concatBytes(new TextEncoder().encode("YKENV1"), Uint8Array.of(2), ...wrapped);
  // 32 zeros and a text under the first key, whatever comes out under the second.
  const plaintext = concatBytes(new Uint8Array(32), new TextEncoder().encode("pay 100 to Alice"));
  const ctr = { mode: "ctr", padding: "none", key: KEYS[0], iv: counter(2) } as const;
  const sealed = sealUnderBoth(sm4Encrypt(ctr, plaintext), head);
  for (const key of KEYS) {
    assert.equal(sm4Open({ key, nonce: NONCE, aad: head }, sealed).length, 64, "the tag fits both");
  }
  const envelope = concatBytes(head, NONCE, sealed);
  const opened = await openEnvelope(provider, { key: holders[0] }, envelope);
  assert.deepEqual(opened.subarray(0, 16), plaintext.subarray(32));
  await assert.rejects(openEnvelope(provider, { key: holders[1] }, envelope), {
    name: "CryptoError",
    code: "bad_encoding",
  });
});

/** The ciphertext, a block X that makes both tags one, and that tag: X = ΔT / (H₁² ⊕ H₂²). */
function sealUnderBoth(ciphertext: Uint8Array, aad: Uint8Array): Uint8Array {
  const open = concatBytes(ciphertext, new Uint8Array(16));
  const squares = KEYS.map((key) => hashKeyOf(key)).map((h) => multiply(h, h));
  const difference = tagsOf(open, aad).reduce((sum, tag) => sum ^ tag);
  const x = multiply(difference, inverse(squares.reduce((sum, square) => sum ^ square)));
  const whole = concatBytes(ciphertext, blockOf(x));
  const [tag = 0n, other] = tagsOf(whole, aad);
  assert.equal(tag, other);
  return concatBytes(whole, blockOf(tag));
}

function tagsOf(ciphertext: Uint8Array, aad: Uint8Array): bigint[] {
  return KEYS.map((key) => {
    using ghash = new Ghash(blockOf(hashKeyOf(key)));
    return numberOf(ghash.hash(aad, ciphertext)) ^ numberOf(encryptBlock(key, counter(1)));
  });
}

function hashKeyOf(key: Uint8Array): bigint {
  return numberOf(encryptBlock(key, new Uint8Array(16)));
}

function encryptBlock(key: Uint8Array, block: Uint8Array): Uint8Array {
  return sm4Encrypt({ mode: "ecb", padding: "none", key }, block);
}

function counter(value: number): Uint8Array {
  return concatBytes(NONCE, Uint8Array.of(0, 0, 0, value));
}

/** In GF(2^128) as SP 800-38D §6.3 counts bits: the highest is x⁰. */
function multiply(left: bigint, right: bigint): bigint {
  let [product, shifted] = [0n, right];
  for (let bit = 127n; bit >= 0n; bit--) {
    if (left >> bit & 1n) product ^= shifted;
    shifted = shifted >> 1n ^ (shifted & 1n ? 0xe1n << 120n : 0n);
  }
  return product;
}

/** value^(2^128 − 2): the product of its squares from the first to the 127th. */
function inverse(value: bigint): bigint {
  let [product, square] = [1n << 127n, value];
  for (let bit = 1; bit < 128; bit++) {
    square = multiply(square, square);
    product = multiply(product, square);
  }
  return product;
}

function numberOf(block: Uint8Array): bigint {
  return readNumber(concatBytes(new Uint8Array(16), block));
}

function blockOf(value: bigint): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromHex(value.toString(16).padStart(32, "0"));
}
