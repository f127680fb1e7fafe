import { type Bytes, requireLength } from "./bytes.ts";
import { readWord, readWords, type Sm4Block, wipeWords, writeWords } from "./sm4_block.ts";

const BLOCK_BYTES = 16;

/** x^128 = x^7 + x^2 + x + 1, bits turned round as GCM counts them (SP 800-38D §6.3). */
const REDUCTION = 0xe1000000;

/** What the 8 bits that a shift drops come back as, in the first word. */
const REDUCTIONS = Int32Array.from({ length: 256 }, (_, byte) => {
  let carried = byte;
  for (let bit = 0; bit < 8; bit++) carried = carried >>> 1 ^ (carried & 1 ? REDUCTION : 0);
  return carried;
});

/**
 * GHASH of GCM (SP 800-38D §6.4) under one hash key, with a table of its products with every byte
 * (Shoup's method). Which entries are read depends on the data: not constant-time.
 */
export class Ghash implements Disposable {
  /** Four words each. */
  readonly #products: Int32Array;
  readonly #sum: Sm4Block = [0, 0, 0, 0];

  /** `hashKey` is E_k(0…0), 16 bytes; `wrong_length` else. */
  constructor(hashKey: Uint8Array) {
    requireLength(hashKey, BLOCK_BYTES, "a GHASH key");
    this.#products = productsOf(hashKey);
  }

  /**
   * 16 bytes over aad ‖ 0… ‖ the first `length` bytes of ciphertext ‖ 0… ‖ both lengths; the tag
   * is this ⊕ E_k(nonce ‖ 1).
   */
  hash(aad: Uint8Array, ciphertext: Uint8Array, length: number = ciphertext.length): Bytes {
    const sum = this.#sum;
    wipeWords(sum);
    this.#absorb(aad, aad.length);
    this.#absorb(ciphertext, length);
    sum[0] ^= Math.floor(aad.length / 0x2000_0000);
    sum[1] ^= aad.length << 3;
    sum[2] ^= Math.floor(length / 0x2000_0000);
    sum[3] ^= length << 3;
    multiply(sum, this.#products);
    const hash = new Uint8Array(BLOCK_BYTES);
    writeWords(hash, 0, sum);
    return hash;
  }

  [Symbol.dispose](): void {
    this.#products.fill(0);
    wipeWords(this.#sum);
  }

  #absorb(data: Uint8Array, length: number): void {
    const sum = this.#sum;
    const tail = length % BLOCK_BYTES;
    const whole = length - tail;
    for (let at = 0; at < whole; at += BLOCK_BYTES) {
      for (let word = 0; word < 4; word++) {
        sum[word] = (sum[word] ?? 0) ^ readWord(data, at + 4 * word);
      }
      multiply(sum, this.#products);
    }
    if (tail === 0) return;
    for (let at = 0; at < tail; at++) {
      sum[at >> 2] = (sum[at >> 2] ?? 0) ^ (data[whole + at] ?? 0) << 24 - 8 * (at & 3);
    }
    multiply(sum, this.#products);
  }
}

/** sum ← sum · H, byte by byte from the last (Horner's rule in x^8). */
function multiply(sum: Sm4Block, products: Int32Array): void {
  let z0 = 0;
  let z1 = 0;
  let z2 = 0;
  let z3 = 0;
  for (let word = 3; word >= 0; word--) {
    let left = sum[word] ?? 0;
    for (let byte = 0; byte < 4; byte++) {
      const carry = REDUCTIONS[z3 & 0xff] ?? 0;
      const at = (left & 0xff) << 2;
      z3 = (z3 >>> 8 | z2 << 24) ^ (products[at + 3] ?? 0);
      z2 = (z2 >>> 8 | z1 << 24) ^ (products[at + 2] ?? 0);
      z1 = (z1 >>> 8 | z0 << 24) ^ (products[at + 1] ?? 0);
      z0 = z0 >>> 8 ^ carry ^ (products[at] ?? 0);
      left >>>= 8;
    }
  }
  sum[0] = z0;
  sum[1] = z1;
  sum[2] = z2;
  sum[3] = z3;
}

function productsOf(hashKey: Uint8Array): Int32Array {
  const products = new Int32Array(4 * 256);
  const h: Sm4Block = [0, 0, 0, 0];
  readWords(h, hashKey, 0);
  for (let byte = 0x80; byte > 0; byte >>= 1) {
    products.set(h, 4 * byte);
    const carry = -(h[3] & 1) & REDUCTION;
    h[3] = h[3] >>> 1 | h[2] << 31;
    h[2] = h[2] >>> 1 | h[1] << 31;
    h[1] = h[1] >>> 1 | h[0] << 31;
    h[0] = h[0] >>> 1 ^ carry;
  }
  wipeWords(h);
  for (let byte = 2; byte < 256; byte <<= 1) {
    // The products of byte + 1 to 2 · byte − 1: that of byte and that of the rest.
    for (let word = 4; word < 4 * byte; word++) {
      products[4 * byte + word] = (products[4 * byte + (word & 3)] ?? 0) ^ (products[word] ?? 0);
    }
  }
  return products;
}
