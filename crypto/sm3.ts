import { type Bytes, concatBytes } from "./bytes.ts";
import type { DigestStream, HmacKey } from "./engine.ts";
import { CryptoError } from "./errors.ts";
import { compressSm3, initialSm3State, loadSm3Block, newSm3Words } from "./sm3_compress.ts";

const DIGEST_BYTES = 32;
const BLOCK_BYTES = 64;
const PBKDF2_ITERATIONS_MAX = 10_000_000;
const PBKDF2_BYTES_MAX = 1 << 20;
const KDF_BYTES_MAX = 1 << 30;

/** SM3 (GB/T 32905): 32 bytes. */
export function sm3(data: Uint8Array): Bytes {
  return new Sm3().update(data).digest();
}

/** SM3 over data that comes in pieces. */
export class Sm3 implements DigestStream {
  readonly #state = initialSm3State();
  readonly #words = newSm3Words();
  readonly #rest = new Uint8Array(BLOCK_BYTES);
  #length = 0;
  #usedUp = false;

  /** Throws `invalid_argument` after `digest()`. */
  update(data: Uint8Array): this {
    this.#requireUsable();
    let at = 0;
    const filled = this.#length % BLOCK_BYTES;
    this.#length += data.length;
    if (filled > 0) {
      at = Math.min(BLOCK_BYTES - filled, data.length);
      this.#rest.set(data.subarray(0, at), filled);
      if (filled + at < BLOCK_BYTES) return this;
      this.#compress(this.#rest, 0);
    }
    for (; at + BLOCK_BYTES <= data.length; at += BLOCK_BYTES) this.#compress(data, at);
    this.#rest.set(data.subarray(at));
    return this;
  }

  /** 32 bytes; the object is used up and wiped. */
  digest(): Bytes {
    this.#requireUsable();
    const filled = this.#length % BLOCK_BYTES;
    this.#rest.fill(0, filled);
    this.#rest[filled] = 0x80;
    if (filled >= BLOCK_BYTES - 8) {
      this.#compress(this.#rest, 0);
      this.#rest.fill(0);
    }
    const view = new DataView(this.#rest.buffer);
    view.setUint32(56, Math.floor(this.#length / 0x2000_0000));
    view.setUint32(60, this.#length << 3);
    this.#compress(this.#rest, 0);
    const digest = new Uint8Array(DIGEST_BYTES);
    const out = new DataView(digest.buffer);
    this.#state.forEach((word, index) => out.setInt32(4 * index, word));
    this[Symbol.dispose]();
    return digest;
  }

  [Symbol.dispose](): void {
    this.#usedUp = true;
    this.#state.fill(0);
    this.#words.fill(0);
    this.#rest.fill(0);
  }

  #compress(data: Uint8Array, at: number): void {
    loadSm3Block(this.#words, data, at);
    compressSm3(this.#state, this.#words);
  }

  #requireUsable(): void {
    if (this.#usedUp) {
      throw new CryptoError("invalid_argument", "Cannot go on with an SM3 digest: it is finished");
    }
  }
}

/** HMAC-SM3 (GM/T 0042 over ISO/IEC 9797-2): 32 bytes, a key of any length. */
export function hmacSm3(key: Uint8Array, data: Uint8Array): Bytes {
  using keyed = new HmacSm3Key(key);
  return keyed.mac(data);
}

/** One HMAC-SM3 key for many messages. */
export class HmacSm3Key implements HmacKey {
  readonly #pad = new Uint8Array(BLOCK_BYTES);
  #disposed = false;

  constructor(key: Uint8Array) {
    this.#pad.set(key.length > BLOCK_BYTES ? sm3(key) : key);
  }

  /** 32 bytes. Throws `invalid_argument` after disposal. */
  mac(data: Uint8Array): Bytes {
    if (this.#disposed) {
      throw new CryptoError("invalid_argument", "Cannot use an HMAC-SM3 key: it is disposed");
    }
    const inner = new Sm3().update(this.#pad.map((byte) => byte ^ 0x36)).update(data).digest();
    return new Sm3().update(this.#pad.map((byte) => byte ^ 0x5c)).update(inner).digest();
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#pad.fill(0);
  }
}

/**
 * PBKDF2 (RFC 8018 §5.2) with HMAC-SM3, as PBES2 files of SM2 keys use it. 1 to 10,000,000
 * iterations, 1 byte to 1 MiB, else `invalid_argument`.
 */
export function pbkdf2HmacSm3(
  password: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  length: number,
): Bytes {
  requireInteger(iterations, PBKDF2_ITERATIONS_MAX, "PBKDF2 iterations");
  requireInteger(length, PBKDF2_BYTES_MAX, "PBKDF2 bytes");
  using key = new HmacSm3Key(password);
  const derived = new Uint8Array(Math.ceil(length / DIGEST_BYTES) * DIGEST_BYTES);
  for (let block = 1; block * DIGEST_BYTES <= derived.length; block++) {
    let u = key.mac(concatBytes(salt, counterBytes(block)));
    const t = u.slice();
    for (let round = 1; round < iterations; round++) {
      u = key.mac(u);
      for (let at = 0; at < t.length; at++) t[at] = (t[at] ?? 0) ^ (u[at] ?? 0);
    }
    derived.set(t, (block - 1) * DIGEST_BYTES);
  }
  return derived.slice(0, length);
}

/**
 * The key derivation function of SM2 (GB/T 32918.4 §5.4.3): SM3(z‖1)‖SM3(z‖2)… cut to `length`
 * bytes, at least 1; `invalid_argument` else.
 */
export function sm3Kdf(z: Uint8Array, length: number): Bytes {
  requireInteger(length, KDF_BYTES_MAX, "key bytes");
  const derived = new Uint8Array(length);
  for (let at = 0, counter = 1; at < length; at += DIGEST_BYTES, counter++) {
    const digest = new Sm3().update(z).update(counterBytes(counter)).digest();
    derived.set(digest.subarray(0, length - at), at);
  }
  return derived;
}

function counterBytes(counter: number): Bytes {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, counter);
  return bytes;
}

function requireInteger(value: number, max: number, what: string): void {
  if (!Number.isInteger(value) || value < 1 || value > max) {
    throw new CryptoError(
      "invalid_argument",
      `Cannot derive with ${value} ${what}: expected 1 to ${max}`,
    );
  }
}
