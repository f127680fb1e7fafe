import type { Bytes } from "./bytes.ts";

/** x^128 + x^7 + x^2 + x + 1 with bits turned round, as GCM counts them (SP 800-38D §6.3). */
const REDUCTION = 0xe1000000;

/** What the 8 bits shifted out come back as; the top half of the first word. */
const REDUCTIONS = Int32Array.from({ length: 256 }, (_, byte) => {
  let carried = byte;
  for (let bit = 0; bit < 8; bit++) carried = carried >>> 1 ^ (carried & 1 ? REDUCTION : 0);
  return carried;
});

/**
 * GHASH of GCM (SP 800-38D §6.4) under one hash key H, by Shoup's tables of 8 bits. Table reads
 * depend on the data: not constant-time.
 */
export class Ghash {
  /** H times every byte, four words each. */
  readonly #products: Int32Array;

  /** `hashKey` is E_k(0…0), 16 bytes. */
  constructor(hashKey: Uint8Array) {
    this.#products = productsOf(hashKey);
  }

  /** 16 bytes over aad ‖ 0… ‖ ciphertext ‖ 0… ‖ lengths in bits. */
  hash(aad: Uint8Array, ciphertext: Uint8Array): Bytes {
    const sum = new Int32Array(4);
    this.#absorb(sum, aad);
    this.#absorb(sum, ciphertext);
    const lengths = new Uint8Array(16);
    const view = new DataView(lengths.buffer);
    view.setUint32(0, Math.floor(aad.length / 0x2000_0000));
    view.setUint32(4, aad.length << 3);
    view.setUint32(8, Math.floor(ciphertext.length / 0x2000_0000));
    view.setUint32(12, ciphertext.length << 3);
    this.#absorb(sum, lengths);
    const result = new Uint8Array(16);
    const out = new DataView(result.buffer);
    sum.forEach((word, index) => out.setInt32(4 * index, word));
    return result;
  }

  [Symbol.dispose](): void {
    this.#products.fill(0);
  }

  #absorb(sum: Int32Array, data: Uint8Array): void {
    const whole = data.length - data.length % 16;
    absorbBlocks(this.#products, sum, data, whole);
    if (whole === data.length) return;
    const last = new Uint8Array(16);
    last.set(data.subarray(whole));
    absorbBlocks(this.#products, sum, last, 16);
  }
}

function productsOf(hashKey: Uint8Array): Int32Array {
  const products = new Int32Array(1024);
  const view = new DataView(hashKey.buffer, hashKey.byteOffset, 16);
  let h0 = view.getInt32(0);
  let h1 = view.getInt32(4);
  let h2 = view.getInt32(8);
  let h3 = view.getInt32(12);
  for (let bit = 0x80; bit > 0; bit >>= 1) {
    products.set([h0, h1, h2, h3], 4 * bit);
    const carry = h3 & 1 ? REDUCTION : 0;
    h3 = h3 >>> 1 | h2 << 31;
    h2 = h2 >>> 1 | h1 << 31;
    h1 = h1 >>> 1 | h0 << 31;
    h0 = h0 >>> 1 ^ carry;
  }
  for (let bit = 2; bit < 256; bit <<= 1) {
    for (let rest = 1; rest < bit; rest++) {
      for (let word = 0; word < 4; word++) {
        products[4 * (bit + rest) + word] = (products[4 * bit + word] as number) ^
          (products[4 * rest + word] as number);
      }
    }
  }
  return products;
}

function absorbBlocks(
  products: Int32Array,
  sum: Int32Array,
  data: Uint8Array,
  length: number,
): void {
  for (let at = 0; at < length; at += 16) {
    let z0 = 0;
    let z1 = 0;
    let z2 = 0;
    let z3 = 0;
    for (let place = 15; place >= 0; place--) {
      const byte = (data[at + place] as number) ^
        (sum[place >> 2] as number) >>> 24 - 8 * (place & 3) & 0xff;
      const carried = z3 & 0xff;
      z3 = (z3 >>> 8 | z2 << 24) ^ (products[4 * byte + 3] as number);
      z2 = (z2 >>> 8 | z1 << 24) ^ (products[4 * byte + 2] as number);
      z1 = (z1 >>> 8 | z0 << 24) ^ (products[4 * byte + 1] as number);
      z0 = z0 >>> 8 ^ (REDUCTIONS[carried] as number) ^ (products[4 * byte] as number);
    }
    sum[0] = z0;
    sum[1] = z1;
    sum[2] = z2;
    sum[3] = z3;
  }
}
