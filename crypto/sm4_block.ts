/** GB/T 32907 §6.2, table 1. */
const S_BOX = Uint8Array.fromHex(
  "d690e9fecce13db716b614c228fb2c05" +
    "2b679a762abe04c3aa44132649860699" +
    "9c4250f491ef987a33540b43edcfac62" +
    "e4b31ca9c908e89580df94fa758f3fa6" +
    "4707a7fcf37317ba83593c19e6854fa8" +
    "686b81b27164da8bf8eb0f4b70569d35" +
    "1e240e5e6358d1a225227c3b01217887" +
    "d40046579fd327524c3602e7a0c4c89e" +
    "eabf8ad240c738b5a3f7f2cef96115a1" +
    "e0ae5da49b341a55ad933230f58cb1e3" +
    "1df6e22e8266ca60c02923ab0d534e6f" +
    "d5db3745defd8e2f03ff6a726d6c5b51" +
    "8d1baf92bbddbc7f11d95c411f105ad8" +
    "0ac13188a5cd7bbd2d74d012b8e5b4b0" +
    "8969974a0c96777e65b9f109c56ec684" +
    "18f07dec3adc4d2079ee5f3ed7cb3948",
);

/** FK and CK_i = bytes (4i + j) · 7 mod 256 (§7.3). */
const FAMILY_KEY = [0xa3b1bac6, 0x56aa3350, 0x677d9197, 0xb27022dc] as const;
const CONSTANT_KEYS = Int32Array.from({ length: 32 }, (_, round) => {
  const byte = (place: number) => (4 * round + place) * 7 & 0xff;
  return byte(0) << 24 | byte(1) << 16 | byte(2) << 8 | byte(3);
});

/** Substitution and linear transform L of one byte in each of its four places (§6.2). */
const TABLE_0 = substitutionTable(24);
const TABLE_1 = substitutionTable(16);
const TABLE_2 = substitutionTable(8);
const TABLE_3 = substitutionTable(0);

export const SM4_BLOCK_BYTES = 16;
export const SM4_QUAD_BYTES = 64;

/** One block as words, most significant byte first. */
export type Sm4Block = [number, number, number, number];

/** Four blocks in a row. */
// deno-fmt-ignore
export type Sm4Quad = [
  number, number, number, number, number, number, number, number,
  number, number, number, number, number, number, number, number,
];

/**
 * The 32 round keys in the order of encryption; reversed they decrypt (§7.2, §7.3). Words stand in
 * plain arrays here: making a typed one takes longer than encrypting a block.
 */
export function expandSm4Key(key: Uint8Array): number[] {
  const [k0, k1, k2, k3] = FAMILY_KEY;
  const words: Sm4Block = [0, 0, 0, 0];
  readWords(words, key, 0);
  let x0 = words[0] ^ k0;
  let x1 = words[1] ^ k1;
  let x2 = words[2] ^ k2;
  let x3 = words[3] ^ k3;
  wipeWords(words);
  // deno-fmt-ignore
  const roundKeys = [
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  ];
  for (let round = 0; round < 32; round++) {
    const next = x0 ^ keyTransform(x1 ^ x2 ^ x3 ^ (CONSTANT_KEYS[round] ?? 0));
    roundKeys[round] = next;
    x0 = x1;
    x1 = x2;
    x2 = x3;
    x3 = next;
  }
  return roundKeys;
}

/** One block in place (§7.1). */
export function cryptBlock(roundKeys: readonly number[], block: Sm4Block): void {
  let x0 = block[0];
  let x1 = block[1];
  let x2 = block[2];
  let x3 = block[3];
  let x = 0;
  for (let round = 0; round < 32; round += 4) {
    x = (roundKeys[round] ?? 0) ^ x1 ^ x2 ^ x3;
    x0 = x0 ^ t0(x) ^ t3(x) ^ (t1(x) ^ t2(x));
    x = (roundKeys[round + 1] ?? 0) ^ x2 ^ x3 ^ x0;
    x1 = x1 ^ t0(x) ^ t3(x) ^ (t1(x) ^ t2(x));
    x = (roundKeys[round + 2] ?? 0) ^ x3 ^ x0 ^ x1;
    x2 = x2 ^ t0(x) ^ t3(x) ^ (t1(x) ^ t2(x));
    x = (roundKeys[round + 3] ?? 0) ^ x0 ^ x1 ^ x2;
    x3 = x3 ^ t0(x) ^ t3(x) ^ (t1(x) ^ t2(x));
  }
  block[0] = x3;
  block[1] = x2;
  block[2] = x1;
  block[3] = x0;
}

/**
 * Four independent blocks in place, in half the time of one after the other: while one waits for
 * its table, the processor works on another.
 */
export function cryptQuad(roundKeys: readonly number[], quad: Sm4Quad): void {
  let a0 = quad[0];
  let a1 = quad[1];
  let a2 = quad[2];
  let a3 = quad[3];
  let b0 = quad[4];
  let b1 = quad[5];
  let b2 = quad[6];
  let b3 = quad[7];
  let c0 = quad[8];
  let c1 = quad[9];
  let c2 = quad[10];
  let c3 = quad[11];
  let d0 = quad[12];
  let d1 = quad[13];
  let d2 = quad[14];
  let d3 = quad[15];
  let x = 0;
  for (let round = 0; round < 32; round += 4) {
    let key = roundKeys[round] ?? 0;
    x = key ^ a1 ^ a2 ^ a3;
    a0 = a0 ^ t0(x) ^ t3(x) ^ (t1(x) ^ t2(x));
    x = key ^ b1 ^ b2 ^ b3;
    b0 = b0 ^ t0(x) ^ t3(x) ^ (t1(x) ^ t2(x));
    x = key ^ c1 ^ c2 ^ c3;
    c0 = c0 ^ t0(x) ^ t3(x) ^ (t1(x) ^ t2(x));
    x = key ^ d1 ^ d2 ^ d3;
    d0 = d0 ^ t0(x) ^ t3(x) ^ (t1(x) ^ t2(x));

    key = roundKeys[round + 1] ?? 0;
    x = key ^ a2 ^ a3 ^ a0;
    a1 = a1 ^ t0(x) ^ t3(x) ^ (t1(x) ^ t2(x));
    x = key ^ b2 ^ b3 ^ b0;
    b1 = b1 ^ t0(x) ^ t3(x) ^ (t1(x) ^ t2(x));
    x = key ^ c2 ^ c3 ^ c0;
    c1 = c1 ^ t0(x) ^ t3(x) ^ (t1(x) ^ t2(x));
    x = key ^ d2 ^ d3 ^ d0;
    d1 = d1 ^ t0(x) ^ t3(x) ^ (t1(x) ^ t2(x));

    key = roundKeys[round + 2] ?? 0;
    x = key ^ a3 ^ a0 ^ a1;
    a2 = a2 ^ t0(x) ^ t3(x) ^ (t1(x) ^ t2(x));
    x = key ^ b3 ^ b0 ^ b1;
    b2 = b2 ^ t0(x) ^ t3(x) ^ (t1(x) ^ t2(x));
    x = key ^ c3 ^ c0 ^ c1;
    c2 = c2 ^ t0(x) ^ t3(x) ^ (t1(x) ^ t2(x));
    x = key ^ d3 ^ d0 ^ d1;
    d2 = d2 ^ t0(x) ^ t3(x) ^ (t1(x) ^ t2(x));

    key = roundKeys[round + 3] ?? 0;
    x = key ^ a0 ^ a1 ^ a2;
    a3 = a3 ^ t0(x) ^ t3(x) ^ (t1(x) ^ t2(x));
    x = key ^ b0 ^ b1 ^ b2;
    b3 = b3 ^ t0(x) ^ t3(x) ^ (t1(x) ^ t2(x));
    x = key ^ c0 ^ c1 ^ c2;
    c3 = c3 ^ t0(x) ^ t3(x) ^ (t1(x) ^ t2(x));
    x = key ^ d0 ^ d1 ^ d2;
    d3 = d3 ^ t0(x) ^ t3(x) ^ (t1(x) ^ t2(x));
  }
  quad[0] = a3;
  quad[1] = a2;
  quad[2] = a1;
  quad[3] = a0;
  quad[4] = b3;
  quad[5] = b2;
  quad[6] = b1;
  quad[7] = b0;
  quad[8] = c3;
  quad[9] = c2;
  quad[10] = c1;
  quad[11] = c0;
  quad[12] = d3;
  quad[13] = d2;
  quad[14] = d1;
  quad[15] = d0;
}

/** Fills the words, big-endian, from the bytes at `at`. */
export function readWords(words: Sm4Block | Sm4Quad, bytes: Uint8Array, at: number): void {
  for (let word = 0; word < words.length; word++) words[word] = readWord(bytes, at + 4 * word);
}

/** Four bytes, big-endian, as a signed word. */
export function readWord(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) << 24 | (bytes[at + 1] ?? 0) << 16 | (bytes[at + 2] ?? 0) << 8 |
    (bytes[at + 3] ?? 0);
}

/** Undoes `readWords`. */
export function writeWords(bytes: Uint8Array, at: number, words: Sm4Block | Sm4Quad): void {
  for (let word = 0; word < words.length; word++) {
    writeWord(bytes, at + 4 * word, words[word] ?? 0);
  }
}

/** Undoes `readWord`. */
export function writeWord(bytes: Uint8Array, at: number, word: number): void {
  bytes[at] = word >>> 24;
  bytes[at + 1] = word >>> 16;
  bytes[at + 2] = word >>> 8;
  bytes[at + 3] = word;
}

/** Overwrites words that came from a key. */
export function wipeWords(words: number[]): void {
  for (let word = 0; word < words.length; word++) words[word] = 0;
}

/** The byte at `at` of a block. */
export function wordByte(words: Sm4Block, at: number): number {
  return (words[at >> 2] ?? 0) >>> 24 - 8 * (at & 3) & 0xff;
}

/**
 * T(x) is t0(x) ^ t1(x) ^ t2(x) ^ t3(x) (§6.2): one look-up each, small enough for the compiler to
 * inline however often.
 */
export function t0(x: number): number {
  return TABLE_0[x >>> 24] ?? 0;
}

export function t1(x: number): number {
  return TABLE_1[x >>> 16 & 0xff] ?? 0;
}

export function t2(x: number): number {
  return TABLE_2[x >>> 8 & 0xff] ?? 0;
}

export function t3(x: number): number {
  return TABLE_3[x & 0xff] ?? 0;
}

/** T′ of the key expansion (§7.3). */
function keyTransform(x: number): number {
  const s = (S_BOX[x >>> 24] ?? 0) << 24 | (S_BOX[x >>> 16 & 0xff] ?? 0) << 16 |
    (S_BOX[x >>> 8 & 0xff] ?? 0) << 8 | (S_BOX[x & 0xff] ?? 0);
  return s ^ turn(s, 13) ^ turn(s, 23);
}

function substitutionTable(shift: number): Int32Array {
  return Int32Array.from(S_BOX, (byte) => {
    const b = byte << shift;
    return b ^ turn(b, 2) ^ turn(b, 10) ^ turn(b, 18) ^ turn(b, 24);
  });
}

function turn(x: number, bits: number): number {
  return x << bits | x >>> 32 - bits;
}
