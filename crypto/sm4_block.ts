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

/** Where in the schedule the round keys of one direction begin. */
export const ENCRYPTING = 0;
export const DECRYPTING = 32;
export type Sm4Direction = typeof ENCRYPTING | typeof DECRYPTING;

/** The 32 round keys in the order of encryption, then in that of decryption (§7.3). */
export function expandSm4Key(key: Uint8Array): Int32Array {
  const schedule = new Int32Array(64);
  let k0 = word(key, 0) ^ FAMILY_KEY[0];
  let k1 = word(key, 4) ^ FAMILY_KEY[1];
  let k2 = word(key, 8) ^ FAMILY_KEY[2];
  let k3 = word(key, 12) ^ FAMILY_KEY[3];
  for (let round = 0; round < 32; round++) {
    const next = k0 ^ keyTransform(k1 ^ k2 ^ k3 ^ (CONSTANT_KEYS[round] as number));
    schedule[round] = next;
    schedule[63 - round] = next;
    k0 = k1;
    k1 = k2;
    k2 = k3;
    k3 = next;
  }
  return schedule;
}

/** One block of four words, in place (§7.1 and §7.2). */
export function cryptSm4Block(
  schedule: Int32Array,
  direction: Sm4Direction,
  block: Int32Array,
): void {
  let x0 = block[0] as number;
  let x1 = block[1] as number;
  let x2 = block[2] as number;
  let x3 = block[3] as number;
  for (let at: number = direction; at < direction + 32; at += 4) {
    x0 ^= transform(x1 ^ x2 ^ x3 ^ (schedule[at] as number));
    x1 ^= transform(x2 ^ x3 ^ x0 ^ (schedule[at + 1] as number));
    x2 ^= transform(x3 ^ x0 ^ x1 ^ (schedule[at + 2] as number));
    x3 ^= transform(x0 ^ x1 ^ x2 ^ (schedule[at + 3] as number));
  }
  block[0] = x3;
  block[1] = x2;
  block[2] = x1;
  block[3] = x0;
}

function transform(x: number): number {
  return (TABLE_0[x >>> 24] as number) ^ (TABLE_1[x >>> 16 & 0xff] as number) ^
    (TABLE_2[x >>> 8 & 0xff] as number) ^ (TABLE_3[x & 0xff] as number);
}

function keyTransform(x: number): number {
  const s = (S_BOX[x >>> 24] as number) << 24 | (S_BOX[x >>> 16 & 0xff] as number) << 16 |
    (S_BOX[x >>> 8 & 0xff] as number) << 8 | (S_BOX[x & 0xff] as number);
  return s ^ turn(s, 13) ^ turn(s, 23);
}

function substitutionTable(shift: number): Int32Array {
  return Int32Array.from(S_BOX, (byte) => {
    const b = byte << shift;
    return b ^ turn(b, 2) ^ turn(b, 10) ^ turn(b, 18) ^ turn(b, 24);
  });
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at] as number) << 24 | (bytes[at + 1] as number) << 16 |
    (bytes[at + 2] as number) << 8 | (bytes[at + 3] as number);
}

function turn(x: number, bits: number): number {
  return x << bits | x >>> 32 - bits;
}
