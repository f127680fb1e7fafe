/** A to H (GB/T 32905 §4.2). */
// deno-fmt-ignore
export type Sm3State = [number, number, number, number, number, number, number, number];

/** One block as 16 words, most significant byte first. */
// deno-fmt-ignore
export type Sm3Block = [
  number, number, number, number, number, number, number, number,
  number, number, number, number, number, number, number, number,
];

/** The initial value (GB/T 32905 §4.1). */
export function initialSm3State(): Sm3State {
  // deno-fmt-ignore
  return [
    0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600 | 0,
    0xa96f30bc | 0, 0x163138aa, 0xe38dee4d | 0, 0xb0fb0e4e | 0,
  ];
}

/**
 * The compression function: state ← CF(state, block) (GB/T 32905 §5.3).
 *
 * Written out, because that is half as fast again as two short loops: no word of the expanded
 * message (§5.3.2) is ever stored, and instead of moving A to H along, each round renames them. A
 * round begins with `t = turn(A, 12)`; `s` is SS1, `s ^ t` SS2, `k` T_j <<< j, `x` what P1 is
 * applied to. What was D becomes TT1, the next A; what was H becomes P0(TT2), the next E.
 */
export function compressSm3(state: Sm3State, block: Sm3Block): void {
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let h = state[7];
  let w0 = block[0];
  let w1 = block[1];
  let w2 = block[2];
  let w3 = block[3];
  let w4 = block[4];
  let w5 = block[5];
  let w6 = block[6];
  let w7 = block[7];
  let w8 = block[8];
  let w9 = block[9];
  let w10 = block[10];
  let w11 = block[11];
  let w12 = block[12];
  let w13 = block[13];
  let w14 = block[14];
  let w15 = block[15];
  let k = 0x79cc4519;
  let s = 0;
  let t = 0;
  let x = 0;

  t = turn(a, 12);
  s = turn(t + e + k | 0, 7);
  d = (a ^ b ^ c) + d + (s ^ t) + (w0 ^ w4) | 0;
  h = (e ^ f ^ g) + h + s + w0 | 0;
  h ^= turn(h, 9) ^ turn(h, 17);
  b = turn(b, 9);
  f = turn(f, 19);
  k = turn(k, 1);

  t = turn(d, 12);
  s = turn(t + h + k | 0, 7);
  c = (d ^ a ^ b) + c + (s ^ t) + (w1 ^ w5) | 0;
  g = (h ^ e ^ f) + g + s + w1 | 0;
  g ^= turn(g, 9) ^ turn(g, 17);
  a = turn(a, 9);
  e = turn(e, 19);
  k = turn(k, 1);

  t = turn(c, 12);
  s = turn(t + g + k | 0, 7);
  b = (c ^ d ^ a) + b + (s ^ t) + (w2 ^ w6) | 0;
  f = (g ^ h ^ e) + f + s + w2 | 0;
  f ^= turn(f, 9) ^ turn(f, 17);
  d = turn(d, 9);
  h = turn(h, 19);
  k = turn(k, 1);

  t = turn(b, 12);
  s = turn(t + f + k | 0, 7);
  a = (b ^ c ^ d) + a + (s ^ t) + (w3 ^ w7) | 0;
  e = (f ^ g ^ h) + e + s + w3 | 0;
  e ^= turn(e, 9) ^ turn(e, 17);
  c = turn(c, 9);
  g = turn(g, 19);
  k = turn(k, 1);

  t = turn(a, 12);
  s = turn(t + e + k | 0, 7);
  d = (a ^ b ^ c) + d + (s ^ t) + (w4 ^ w8) | 0;
  h = (e ^ f ^ g) + h + s + w4 | 0;
  h ^= turn(h, 9) ^ turn(h, 17);
  b = turn(b, 9);
  f = turn(f, 19);
  k = turn(k, 1);

  t = turn(d, 12);
  s = turn(t + h + k | 0, 7);
  c = (d ^ a ^ b) + c + (s ^ t) + (w5 ^ w9) | 0;
  g = (h ^ e ^ f) + g + s + w5 | 0;
  g ^= turn(g, 9) ^ turn(g, 17);
  a = turn(a, 9);
  e = turn(e, 19);
  k = turn(k, 1);

  t = turn(c, 12);
  s = turn(t + g + k | 0, 7);
  b = (c ^ d ^ a) + b + (s ^ t) + (w6 ^ w10) | 0;
  f = (g ^ h ^ e) + f + s + w6 | 0;
  f ^= turn(f, 9) ^ turn(f, 17);
  d = turn(d, 9);
  h = turn(h, 19);
  k = turn(k, 1);

  t = turn(b, 12);
  s = turn(t + f + k | 0, 7);
  a = (b ^ c ^ d) + a + (s ^ t) + (w7 ^ w11) | 0;
  e = (f ^ g ^ h) + e + s + w7 | 0;
  e ^= turn(e, 9) ^ turn(e, 17);
  c = turn(c, 9);
  g = turn(g, 19);
  k = turn(k, 1);

  t = turn(a, 12);
  s = turn(t + e + k | 0, 7);
  d = (a ^ b ^ c) + d + (s ^ t) + (w8 ^ w12) | 0;
  h = (e ^ f ^ g) + h + s + w8 | 0;
  h ^= turn(h, 9) ^ turn(h, 17);
  b = turn(b, 9);
  f = turn(f, 19);
  k = turn(k, 1);

  t = turn(d, 12);
  s = turn(t + h + k | 0, 7);
  c = (d ^ a ^ b) + c + (s ^ t) + (w9 ^ w13) | 0;
  g = (h ^ e ^ f) + g + s + w9 | 0;
  g ^= turn(g, 9) ^ turn(g, 17);
  a = turn(a, 9);
  e = turn(e, 19);
  k = turn(k, 1);

  t = turn(c, 12);
  s = turn(t + g + k | 0, 7);
  b = (c ^ d ^ a) + b + (s ^ t) + (w10 ^ w14) | 0;
  f = (g ^ h ^ e) + f + s + w10 | 0;
  f ^= turn(f, 9) ^ turn(f, 17);
  d = turn(d, 9);
  h = turn(h, 19);
  k = turn(k, 1);

  t = turn(b, 12);
  s = turn(t + f + k | 0, 7);
  a = (b ^ c ^ d) + a + (s ^ t) + (w11 ^ w15) | 0;
  e = (f ^ g ^ h) + e + s + w11 | 0;
  e ^= turn(e, 9) ^ turn(e, 17);
  c = turn(c, 9);
  g = turn(g, 19);
  k = turn(k, 1);

  x = w0 ^ w7 ^ turn(w13, 15);
  w0 = x ^ turn(x, 15) ^ turn(x, 23) ^ turn(w3, 7) ^ w10;
  t = turn(a, 12);
  s = turn(t + e + k | 0, 7);
  d = (a ^ b ^ c) + d + (s ^ t) + (w12 ^ w0) | 0;
  h = (e ^ f ^ g) + h + s + w12 | 0;
  h ^= turn(h, 9) ^ turn(h, 17);
  b = turn(b, 9);
  f = turn(f, 19);
  k = turn(k, 1);

  x = w1 ^ w8 ^ turn(w14, 15);
  w1 = x ^ turn(x, 15) ^ turn(x, 23) ^ turn(w4, 7) ^ w11;
  t = turn(d, 12);
  s = turn(t + h + k | 0, 7);
  c = (d ^ a ^ b) + c + (s ^ t) + (w13 ^ w1) | 0;
  g = (h ^ e ^ f) + g + s + w13 | 0;
  g ^= turn(g, 9) ^ turn(g, 17);
  a = turn(a, 9);
  e = turn(e, 19);
  k = turn(k, 1);

  x = w2 ^ w9 ^ turn(w15, 15);
  w2 = x ^ turn(x, 15) ^ turn(x, 23) ^ turn(w5, 7) ^ w12;
  t = turn(c, 12);
  s = turn(t + g + k | 0, 7);
  b = (c ^ d ^ a) + b + (s ^ t) + (w14 ^ w2) | 0;
  f = (g ^ h ^ e) + f + s + w14 | 0;
  f ^= turn(f, 9) ^ turn(f, 17);
  d = turn(d, 9);
  h = turn(h, 19);
  k = turn(k, 1);

  x = w3 ^ w10 ^ turn(w0, 15);
  w3 = x ^ turn(x, 15) ^ turn(x, 23) ^ turn(w6, 7) ^ w13;
  t = turn(b, 12);
  s = turn(t + f + k | 0, 7);
  a = (b ^ c ^ d) + a + (s ^ t) + (w15 ^ w3) | 0;
  e = (f ^ g ^ h) + e + s + w15 | 0;
  e ^= turn(e, 9) ^ turn(e, 17);
  c = turn(c, 9);
  g = turn(g, 19);
  k = turn(k, 1);

  k = turn(0x7a879d8a, 16);
  for (let j = 16; j < 64; j += 16) {
    x = w4 ^ w11 ^ turn(w1, 15);
    w4 = x ^ turn(x, 15) ^ turn(x, 23) ^ turn(w7, 7) ^ w14;
    t = turn(a, 12);
    s = turn(t + e + k | 0, 7);
    d = (a & b | (a | b) & c) + d + (s ^ t) + (w0 ^ w4) | 0;
    h = ((f ^ g) & e ^ g) + h + s + w0 | 0;
    h ^= turn(h, 9) ^ turn(h, 17);
    b = turn(b, 9);
    f = turn(f, 19);
    k = turn(k, 1);

    x = w5 ^ w12 ^ turn(w2, 15);
    w5 = x ^ turn(x, 15) ^ turn(x, 23) ^ turn(w8, 7) ^ w15;
    t = turn(d, 12);
    s = turn(t + h + k | 0, 7);
    c = (d & a | (d | a) & b) + c + (s ^ t) + (w1 ^ w5) | 0;
    g = ((e ^ f) & h ^ f) + g + s + w1 | 0;
    g ^= turn(g, 9) ^ turn(g, 17);
    a = turn(a, 9);
    e = turn(e, 19);
    k = turn(k, 1);

    x = w6 ^ w13 ^ turn(w3, 15);
    w6 = x ^ turn(x, 15) ^ turn(x, 23) ^ turn(w9, 7) ^ w0;
    t = turn(c, 12);
    s = turn(t + g + k | 0, 7);
    b = (c & d | (c | d) & a) + b + (s ^ t) + (w2 ^ w6) | 0;
    f = ((h ^ e) & g ^ e) + f + s + w2 | 0;
    f ^= turn(f, 9) ^ turn(f, 17);
    d = turn(d, 9);
    h = turn(h, 19);
    k = turn(k, 1);

    x = w7 ^ w14 ^ turn(w4, 15);
    w7 = x ^ turn(x, 15) ^ turn(x, 23) ^ turn(w10, 7) ^ w1;
    t = turn(b, 12);
    s = turn(t + f + k | 0, 7);
    a = (b & c | (b | c) & d) + a + (s ^ t) + (w3 ^ w7) | 0;
    e = ((g ^ h) & f ^ h) + e + s + w3 | 0;
    e ^= turn(e, 9) ^ turn(e, 17);
    c = turn(c, 9);
    g = turn(g, 19);
    k = turn(k, 1);

    x = w8 ^ w15 ^ turn(w5, 15);
    w8 = x ^ turn(x, 15) ^ turn(x, 23) ^ turn(w11, 7) ^ w2;
    t = turn(a, 12);
    s = turn(t + e + k | 0, 7);
    d = (a & b | (a | b) & c) + d + (s ^ t) + (w4 ^ w8) | 0;
    h = ((f ^ g) & e ^ g) + h + s + w4 | 0;
    h ^= turn(h, 9) ^ turn(h, 17);
    b = turn(b, 9);
    f = turn(f, 19);
    k = turn(k, 1);

    x = w9 ^ w0 ^ turn(w6, 15);
    w9 = x ^ turn(x, 15) ^ turn(x, 23) ^ turn(w12, 7) ^ w3;
    t = turn(d, 12);
    s = turn(t + h + k | 0, 7);
    c = (d & a | (d | a) & b) + c + (s ^ t) + (w5 ^ w9) | 0;
    g = ((e ^ f) & h ^ f) + g + s + w5 | 0;
    g ^= turn(g, 9) ^ turn(g, 17);
    a = turn(a, 9);
    e = turn(e, 19);
    k = turn(k, 1);

    x = w10 ^ w1 ^ turn(w7, 15);
    w10 = x ^ turn(x, 15) ^ turn(x, 23) ^ turn(w13, 7) ^ w4;
    t = turn(c, 12);
    s = turn(t + g + k | 0, 7);
    b = (c & d | (c | d) & a) + b + (s ^ t) + (w6 ^ w10) | 0;
    f = ((h ^ e) & g ^ e) + f + s + w6 | 0;
    f ^= turn(f, 9) ^ turn(f, 17);
    d = turn(d, 9);
    h = turn(h, 19);
    k = turn(k, 1);

    x = w11 ^ w2 ^ turn(w8, 15);
    w11 = x ^ turn(x, 15) ^ turn(x, 23) ^ turn(w14, 7) ^ w5;
    t = turn(b, 12);
    s = turn(t + f + k | 0, 7);
    a = (b & c | (b | c) & d) + a + (s ^ t) + (w7 ^ w11) | 0;
    e = ((g ^ h) & f ^ h) + e + s + w7 | 0;
    e ^= turn(e, 9) ^ turn(e, 17);
    c = turn(c, 9);
    g = turn(g, 19);
    k = turn(k, 1);

    x = w12 ^ w3 ^ turn(w9, 15);
    w12 = x ^ turn(x, 15) ^ turn(x, 23) ^ turn(w15, 7) ^ w6;
    t = turn(a, 12);
    s = turn(t + e + k | 0, 7);
    d = (a & b | (a | b) & c) + d + (s ^ t) + (w8 ^ w12) | 0;
    h = ((f ^ g) & e ^ g) + h + s + w8 | 0;
    h ^= turn(h, 9) ^ turn(h, 17);
    b = turn(b, 9);
    f = turn(f, 19);
    k = turn(k, 1);

    x = w13 ^ w4 ^ turn(w10, 15);
    w13 = x ^ turn(x, 15) ^ turn(x, 23) ^ turn(w0, 7) ^ w7;
    t = turn(d, 12);
    s = turn(t + h + k | 0, 7);
    c = (d & a | (d | a) & b) + c + (s ^ t) + (w9 ^ w13) | 0;
    g = ((e ^ f) & h ^ f) + g + s + w9 | 0;
    g ^= turn(g, 9) ^ turn(g, 17);
    a = turn(a, 9);
    e = turn(e, 19);
    k = turn(k, 1);

    x = w14 ^ w5 ^ turn(w11, 15);
    w14 = x ^ turn(x, 15) ^ turn(x, 23) ^ turn(w1, 7) ^ w8;
    t = turn(c, 12);
    s = turn(t + g + k | 0, 7);
    b = (c & d | (c | d) & a) + b + (s ^ t) + (w10 ^ w14) | 0;
    f = ((h ^ e) & g ^ e) + f + s + w10 | 0;
    f ^= turn(f, 9) ^ turn(f, 17);
    d = turn(d, 9);
    h = turn(h, 19);
    k = turn(k, 1);

    x = w15 ^ w6 ^ turn(w12, 15);
    w15 = x ^ turn(x, 15) ^ turn(x, 23) ^ turn(w2, 7) ^ w9;
    t = turn(b, 12);
    s = turn(t + f + k | 0, 7);
    a = (b & c | (b | c) & d) + a + (s ^ t) + (w11 ^ w15) | 0;
    e = ((g ^ h) & f ^ h) + e + s + w11 | 0;
    e ^= turn(e, 9) ^ turn(e, 17);
    c = turn(c, 9);
    g = turn(g, 19);
    k = turn(k, 1);

    x = w0 ^ w7 ^ turn(w13, 15);
    w0 = x ^ turn(x, 15) ^ turn(x, 23) ^ turn(w3, 7) ^ w10;
    t = turn(a, 12);
    s = turn(t + e + k | 0, 7);
    d = (a & b | (a | b) & c) + d + (s ^ t) + (w12 ^ w0) | 0;
    h = ((f ^ g) & e ^ g) + h + s + w12 | 0;
    h ^= turn(h, 9) ^ turn(h, 17);
    b = turn(b, 9);
    f = turn(f, 19);
    k = turn(k, 1);

    x = w1 ^ w8 ^ turn(w14, 15);
    w1 = x ^ turn(x, 15) ^ turn(x, 23) ^ turn(w4, 7) ^ w11;
    t = turn(d, 12);
    s = turn(t + h + k | 0, 7);
    c = (d & a | (d | a) & b) + c + (s ^ t) + (w13 ^ w1) | 0;
    g = ((e ^ f) & h ^ f) + g + s + w13 | 0;
    g ^= turn(g, 9) ^ turn(g, 17);
    a = turn(a, 9);
    e = turn(e, 19);
    k = turn(k, 1);

    x = w2 ^ w9 ^ turn(w15, 15);
    w2 = x ^ turn(x, 15) ^ turn(x, 23) ^ turn(w5, 7) ^ w12;
    t = turn(c, 12);
    s = turn(t + g + k | 0, 7);
    b = (c & d | (c | d) & a) + b + (s ^ t) + (w14 ^ w2) | 0;
    f = ((h ^ e) & g ^ e) + f + s + w14 | 0;
    f ^= turn(f, 9) ^ turn(f, 17);
    d = turn(d, 9);
    h = turn(h, 19);
    k = turn(k, 1);

    x = w3 ^ w10 ^ turn(w0, 15);
    w3 = x ^ turn(x, 15) ^ turn(x, 23) ^ turn(w6, 7) ^ w13;
    t = turn(b, 12);
    s = turn(t + f + k | 0, 7);
    a = (b & c | (b | c) & d) + a + (s ^ t) + (w15 ^ w3) | 0;
    e = ((g ^ h) & f ^ h) + e + s + w15 | 0;
    e ^= turn(e, 9) ^ turn(e, 17);
    c = turn(c, 9);
    g = turn(g, 19);
    k = turn(k, 1);
  }

  state[0] ^= a;
  state[1] ^= b;
  state[2] ^= c;
  state[3] ^= d;
  state[4] ^= e;
  state[5] ^= f;
  state[6] ^= g;
  state[7] ^= h;
}

function turn(word: number, bits: number): number {
  return word << bits | word >>> 32 - bits;
}
