/** A_0 … H_0 (GB/T 32905 §4.1). */
const INITIAL = [
  0x7380166f,
  0x4914b2b9,
  0x172442d7,
  0xda8a0600,
  0xa96f30bc,
  0x163138aa,
  0xe38dee4d,
  0xb0fb0e4e,
];

/** T_j <<< j, so that no round turns a constant (§4.2 and §5.3.3). */
const CONSTANTS = Int32Array.from(
  { length: 64 },
  (_, round) => turn(round < 16 ? 0x79cc4519 : 0x7a879d8a, round % 32),
);

/** Room for the 68 expanded words; the first 16 are the block. */
export function newSm3Words(): Int32Array {
  return new Int32Array(68);
}

export function initialSm3State(): Int32Array {
  return Int32Array.from(INITIAL);
}

/** Loads one block of 64 bytes that begins at `at`. */
export function loadSm3Block(words: Int32Array, data: Uint8Array, at: number): void {
  for (let word = 0; word < 16; word++, at += 4) {
    words[word] = (data[at] as number) << 24 | (data[at + 1] as number) << 16 |
      (data[at + 2] as number) << 8 | (data[at + 3] as number);
  }
}

/** One step of the compression function: state ← CF(state, words[0…15]) (GB/T 32905 §5.3). */
export function compressSm3(state: Int32Array, words: Int32Array): void {
  for (let j = 16; j < 68; j++) {
    const sum = (words[j - 16] as number) ^ (words[j - 9] as number) ^
      turn(words[j - 3] as number, 15);
    words[j] = sum ^ turn(sum, 15) ^ turn(sum, 23) ^ turn(words[j - 13] as number, 7) ^
      (words[j - 6] as number);
  }
  let a = state[0] as number;
  let b = state[1] as number;
  let c = state[2] as number;
  let d = state[3] as number;
  let e = state[4] as number;
  let f = state[5] as number;
  let g = state[6] as number;
  let h = state[7] as number;
  for (let j = 0; j < 64; j++) {
    const a12 = turn(a, 12);
    const ss1 = turn(a12 + e + (CONSTANTS[j] as number) | 0, 7);
    const word = words[j] as number;
    const ff = j < 16 ? a ^ b ^ c : a & b | (a | b) & c;
    const gg = j < 16 ? e ^ f ^ g : (f ^ g) & e ^ g;
    const tt1 = ff + d + (ss1 ^ a12) + (word ^ (words[j + 4] as number)) | 0;
    const tt2 = gg + h + ss1 + word | 0;
    d = c;
    c = turn(b, 9);
    b = a;
    a = tt1;
    h = g;
    g = turn(f, 19);
    f = e;
    e = tt2 ^ turn(tt2, 9) ^ turn(tt2, 17);
  }
  state[0] = (state[0] as number) ^ a;
  state[1] = (state[1] as number) ^ b;
  state[2] = (state[2] as number) ^ c;
  state[3] = (state[3] as number) ^ d;
  state[4] = (state[4] as number) ^ e;
  state[5] = (state[5] as number) ^ f;
  state[6] = (state[6] as number) ^ g;
  state[7] = (state[7] as number) ^ h;
}

function turn(word: number, bits: number): number {
  return word << bits | word >>> 32 - bits;
}
