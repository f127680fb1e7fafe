import { type Bytes, requireBytes } from "./bytes.ts";
import type { HmacKey } from "./engine.ts";
import { CryptoError } from "./errors.ts";
import {
  absorbSm3,
  copySm3State,
  finishSm3,
  newSm3Block,
  SM3_BLOCK_BYTES,
  SM3_BYTES,
  writeSm3,
} from "./sm3_blocks.ts";
import { compressSm3, initialSm3State, type Sm3State } from "./sm3_compress.ts";

const INNER_PAD = 0x36363636;
const OUTER_PAD = 0x5c5c5c5c;

/** Iterations times blocks of 32 bytes: some five seconds. */
const PBKDF2_ROUNDS_MAX = 10_000_000;
const PBKDF2_BYTES_MAX = 1 << 20;

/** HMAC-SM3 (RFC 2104, GB/T 15852.2): 32 bytes, a key of any length. */
export function hmacSm3(key: Uint8Array, data: Uint8Array): Bytes {
  const keyed = new HmacSm3Key(key);
  try {
    return keyed.mac(data);
  } finally {
    keyed[Symbol.dispose]();
  }
}

/** One HMAC-SM3 key for many messages: the two padded keys are compressed once. */
export class HmacSm3Key implements HmacKey {
  readonly #inner = initialSm3State();
  readonly #outer = initialSm3State();
  readonly #state = initialSm3State();
  readonly #block = newSm3Block();
  #disposed = false;

  constructor(key: Uint8Array) {
    requireBytes(key, "an HMAC-SM3 key");
    const block = this.#block;
    if (key.length > SM3_BLOCK_BYTES) {
      const from = absorbSm3(this.#state, block, key, 0);
      finishSm3(this.#state, block, key, { from, to: key.length, length: key.length });
      block.fill(0);
      for (let word = 0; word < 8; word++) block[word] = this.#state[word] ?? 0;
    } else {
      for (let at = 0; at < key.length; at++) {
        block[at >> 2] = (block[at >> 2] ?? 0) | (key[at] ?? 0) << 24 - 8 * (at & 3);
      }
    }
    for (let word = 0; word < 16; word++) block[word] = (block[word] ?? 0) ^ INNER_PAD;
    compressSm3(this.#inner, block);
    for (let word = 0; word < 16; word++) block[word] = (block[word] ?? 0) ^ INNER_PAD ^ OUTER_PAD;
    compressSm3(this.#outer, block);
  }

  /** 32 bytes. Throws `invalid_argument` after disposal. */
  mac(data: Uint8Array): Bytes {
    requireBytes(data, "data");
    this.#compute(data);
    return writeSm3(this.#state);
  }

  /** F of PBKDF2 (RFC 8018 §5.2): U_1 is the MAC of `seed`; their sum goes to `to` of `output`. */
  stretch(seed: Uint8Array, iterations: number, output: Bytes, to: number): void {
    this.#compute(seed);
    const sum: Sm3State = [...this.#state];
    for (let round = 1; round < iterations; round++) {
      this.#compress(this.#inner);
      this.#compress(this.#outer);
      for (let word = 0; word < 8; word++) {
        sum[word] = (sum[word] ?? 0) ^ (this.#state[word] ?? 0);
      }
    }
    writeSm3(sum, output, to);
    sum.fill(0);
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#inner.fill(0);
    this.#outer.fill(0);
    this.#state.fill(0);
    this.#block.fill(0);
  }

  #compute(data: Uint8Array): void {
    if (this.#disposed) {
      throw new CryptoError("invalid_argument", "Cannot use an HMAC-SM3 key: it is disposed");
    }
    copySm3State(this.#state, this.#inner);
    const from = absorbSm3(this.#state, this.#block, data, 0);
    const length = SM3_BLOCK_BYTES + data.length;
    finishSm3(this.#state, this.#block, data, { from, to: data.length, length });
    this.#compress(this.#outer);
  }

  /** state ← the digest of one padded key and the 32 bytes of state. */
  #compress(key: Sm3State): void {
    const block = this.#block;
    for (let word = 0; word < 8; word++) block[word] = this.#state[word] ?? 0;
    block[8] = 1 << 31;
    block.fill(0, 9, 15);
    block[15] = 8 * (SM3_BLOCK_BYTES + SM3_BYTES);
    copySm3State(this.#state, key);
    compressSm3(this.#state, block);
  }
}

/**
 * PBKDF2 (RFC 8018 §5.2) with HMAC-SM3, as files of SM2 keys use it. 1 byte to 1 MiB, 1 to
 * 10,000,000 iterations over all blocks of 32 bytes together; `invalid_argument` else.
 */
export function pbkdf2HmacSm3(
  password: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  length: number,
): Bytes {
  requireBytes(salt, "a salt");
  requireWithin(length, PBKDF2_BYTES_MAX, "PBKDF2 bytes");
  const blocks = Math.ceil(length / SM3_BYTES);
  requireWithin(iterations, Math.floor(PBKDF2_ROUNDS_MAX / blocks), "PBKDF2 iterations");
  const derived = new Uint8Array(blocks * SM3_BYTES);
  const seed = new Uint8Array(salt.length + 4);
  seed.set(salt);
  const counter = new DataView(seed.buffer, salt.length);
  const key = new HmacSm3Key(password);
  try {
    for (let block = 0; block < blocks; block++) {
      counter.setUint32(0, block + 1);
      key.stretch(seed, iterations, derived, block * SM3_BYTES);
    }
  } finally {
    key[Symbol.dispose]();
  }
  return derived.slice(0, length);
}

function requireWithin(value: number, max: number, what: string): void {
  if (!Number.isInteger(value) || value < 1 || value > max) {
    throw new CryptoError(
      "invalid_argument",
      `Cannot derive with ${value} ${what}: expected 1 to ${max}`,
    );
  }
}
