import { type Bytes, equalBytes, requireLength } from "./bytes.ts";
import type { CipherStream, GcmOptions, Sm4Key, Sm4Options } from "./engine.ts";
import { CryptoError } from "./errors.ts";
import { Ghash } from "./ghash.ts";
import { cryptSm4Block, ENCRYPTING, expandSm4Key, SM4_BLOCK_BYTES } from "./sm4_block.ts";
import {
  absorbBlocks,
  readBlock,
  runBlocks,
  runTail,
  type Sm4Run,
  writeBlock,
} from "./sm4_modes.ts";
import { padBlock, paddedBytes } from "./sm4_padding.ts";
import { Sm4Stream } from "./sm4_stream.ts";

/** CFB is CFB128, CTR counts the whole block big-endian: what openssl calls sm4-cfb and sm4-ctr. */
export type Sm4Mode = "ecb" | "cbc" | "ctr" | "cfb" | "ofb";
export type Sm4Padding = "pkcs7" | "none";

export interface Sm4CallOptions extends Sm4Options {
  /** 16 bytes. */
  readonly key: Uint8Array;
}

export interface Sm4GcmOptions extends GcmOptions {
  /** 16 bytes. */
  readonly key: Uint8Array;
}

export interface CbcMacOptions {
  /**
   * Of ISO/IEC 9797-1 (GB/T 15852.1) §6.3: `zero` is method 1 (a positive number of blocks),
   * `iso9797_2` appends 80 00…; `none` takes whole blocks only. Default `zero`.
   */
  readonly padding?: "zero" | "iso9797_2" | "none";
  /** 16 bytes; zeros when left out. */
  readonly iv?: Uint8Array;
}

/** SM4 (GB/T 32907) in a mode of GB/T 17964. Throws as `Sm4.encrypt` does. */
export function sm4Encrypt(options: Sm4CallOptions, data: Uint8Array): Bytes {
  using key = new Sm4(options.key);
  return key.encrypt(options, data);
}

/** Throws as `Sm4.decrypt` does. */
export function sm4Decrypt(options: Sm4CallOptions, data: Uint8Array): Bytes {
  using key = new Sm4(options.key);
  return key.decrypt(options, data);
}

/** SM4-GCM (RFC 8998 §3.1): ciphertext ‖ 16-byte tag. */
export function sm4Seal(options: Sm4GcmOptions, plaintext: Uint8Array): Bytes {
  using key = new Sm4(options.key);
  return key.seal(options, plaintext);
}

/** The plaintext; throws `wrong_tag` and releases nothing, `wrong_length` below 16 bytes. */
export function sm4Open(options: Sm4GcmOptions, sealed: Uint8Array): Bytes {
  using key = new Sm4(options.key);
  return key.open(options, sealed);
}

/** CBC-MAC: 16 bytes. Safe only for messages of one agreed length; prefer `sm4Cmac`. */
export function sm4CbcMac(key: Uint8Array, data: Uint8Array, options: CbcMacOptions = {}): Bytes {
  using keyed = new Sm4(key);
  return keyed.cbcMac(data, options);
}

/** CMAC (GB/T 15852.1 algorithm 5, SP 800-38B): 16 bytes. */
export function sm4Cmac(key: Uint8Array, data: Uint8Array): Bytes {
  using keyed = new Sm4(key);
  return keyed.cmac(data);
}

/**
 * One expanded key for many calls, wiped by disposal. Table reads depend on key and data: not
 * constant-time.
 */
export class Sm4 implements Sm4Key {
  readonly #schedule: Int32Array;
  readonly #chain = new Int32Array(4);
  readonly #block = new Uint8Array(SM4_BLOCK_BYTES);
  #ghash: Ghash | null = null;
  #disposed = false;

  /** 16 bytes; `wrong_length` else. */
  constructor(key: Uint8Array) {
    requireLength(key, SM4_BLOCK_BYTES, "an SM4 key");
    this.#schedule = expandSm4Key(key);
  }

  /**
   * Throws `unknown_mode`, `wrong_length` (IV, or a partial block without padding) and
   * `invalid_argument` (IV for ECB, no IV, padding of a stream mode, a disposed key).
   */
  encrypt(options: Sm4Options, data: Uint8Array): Bytes {
    const run = this.#begin(options, true);
    const tail = data.length % SM4_BLOCK_BYTES;
    const whole = data.length - tail;
    if (options.padding === "pkcs7") {
      const output = new Uint8Array(whole + SM4_BLOCK_BYTES);
      runBlocks(run, data, 0, output, 0, whole);
      this.#block.set(tail === 0 ? [] : data.subarray(whole));
      padBlock(this.#block, tail);
      runBlocks(run, this.#block, 0, output, whole, SM4_BLOCK_BYTES);
      return output;
    }
    return runUnpadded(run, data);
  }

  /** Throws as `encrypt`, and `bad_padding`; then no plaintext was made but the last block. */
  decrypt(options: Sm4Options, data: Uint8Array): Bytes {
    const run = this.#begin(options, false);
    if (options.padding === "none") return runUnpadded(run, data);
    if (data.length === 0) throw wrongLength(0);
    requireWholeBlocks(data.length);
    const whole = data.length - SM4_BLOCK_BYTES;
    const { chain } = run;
    // The last block first: what it holds decides how long the output is, and whether there is one.
    if (run.mode === "cbc" && whole > 0) readBlock(chain, data, whole - SM4_BLOCK_BYTES);
    runBlocks(run, data, whole, this.#block, 0, SM4_BLOCK_BYTES);
    const last = paddedBytes(this.#block);
    const output = new Uint8Array(whole + last);
    if (options.iv !== undefined) readBlock(chain, options.iv, 0);
    runBlocks(run, data, 0, output, 0, whole);
    for (let at = 0; at < last; at++) output[whole + at] = this.#block[at] ?? 0;
    this.#block.fill(0);
    return output;
  }

  encryptStream(options: Sm4Options): CipherStream {
    return this.#stream(options, true);
  }

  decryptStream(options: Sm4Options): CipherStream {
    return this.#stream(options, false);
  }

  /** Ciphertext ‖ 16-byte tag; the nonce is 12 bytes (`wrong_length` else). */
  seal(options: GcmOptions, plaintext: Uint8Array): Bytes {
    this.#requireGcm(options);
    const output = new Uint8Array(plaintext.length + SM4_BLOCK_BYTES);
    this.#counterRun(options.nonce, plaintext, output, plaintext.length);
    const ciphertext = output.subarray(0, plaintext.length);
    output.set(this.#tag(options, ciphertext), plaintext.length);
    return output;
  }

  /** Throws `wrong_tag` before anything is decrypted, `wrong_length` below 16 bytes. */
  open(options: GcmOptions, sealed: Uint8Array): Bytes {
    this.#requireGcm(options);
    const length = sealed.length - SM4_BLOCK_BYTES;
    if (length < 0) {
      throw new CryptoError(
        "wrong_length",
        `Cannot open ${sealed.length} sealed bytes: expected at least ${SM4_BLOCK_BYTES}`,
      );
    }
    const ciphertext = sealed.subarray(0, length);
    if (!equalBytes(this.#tag(options, ciphertext), sealed.subarray(length))) {
      throw new CryptoError("wrong_tag", "Cannot open a sealed message: its tag does not fit");
    }
    const output = new Uint8Array(length);
    this.#counterRun(options.nonce, ciphertext, output, length);
    return output;
  }

  /** 16 bytes. */
  cmac(data: Uint8Array): Bytes {
    this.#requireUsable();
    const chain = this.#chain.fill(0);
    cryptSm4Block(this.#schedule, ENCRYPTING, chain);
    const tail = data.length === 0 ? 0 : (data.length - 1) % SM4_BLOCK_BYTES + 1;
    double(chain);
    if (tail < SM4_BLOCK_BYTES) double(chain);
    const last = new Uint8Array(SM4_BLOCK_BYTES);
    writeBlock(last, 0, chain);
    data.subarray(data.length - tail).forEach((byte, at) => last[at] = (last[at] ?? 0) ^ byte);
    if (tail < SM4_BLOCK_BYTES) last[tail] = (last[tail] ?? 0) ^ 0x80;
    chain.fill(0);
    absorbBlocks(this.#schedule, chain, data, data.length - tail);
    absorbBlocks(this.#schedule, chain, last, SM4_BLOCK_BYTES);
    return this.#takeChain();
  }

  /** CBC-MAC: 16 bytes. Throws `wrong_length` (IV; no or a partial block with padding "none"). */
  cbcMac(data: Uint8Array, { padding = "zero", iv }: CbcMacOptions = {}): Bytes {
    this.#requireUsable();
    const chain = this.#chain.fill(0);
    if (iv !== undefined) {
      requireLength(iv, SM4_BLOCK_BYTES, "an SM4 IV");
      readBlock(chain, iv, 0);
    }
    const tail = data.length % SM4_BLOCK_BYTES;
    const whole = data.length - tail;
    if (padding === "none" && (tail > 0 || whole === 0)) throw wrongLength(data.length);
    absorbBlocks(this.#schedule, chain, data, whole);
    if (tail > 0 || whole === 0 || padding === "iso9797_2") {
      const last = new Uint8Array(SM4_BLOCK_BYTES);
      last.set(data.subarray(whole));
      if (padding === "iso9797_2") last[tail] = 0x80;
      absorbBlocks(this.#schedule, chain, last, SM4_BLOCK_BYTES);
    }
    return this.#takeChain();
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#schedule.fill(0);
    this.#chain.fill(0);
    this.#block.fill(0);
    this.#ghash?.[Symbol.dispose]();
    this.#ghash = null;
  }

  #begin(options: Sm4Options, encrypting: boolean): Sm4Run {
    this.#requireUsable();
    requireOptions(options);
    if (options.iv !== undefined) readBlock(this.#chain, options.iv, 0);
    return { mode: options.mode, encrypting, schedule: this.#schedule, chain: this.#chain };
  }

  #stream(options: Sm4Options, encrypting: boolean): CipherStream {
    const run = this.#begin(options, encrypting);
    const own = { ...run, schedule: run.schedule.slice(), chain: run.chain.slice() };
    return new Sm4Stream(own, options.padding === "pkcs7");
  }

  #counterRun(nonce: Uint8Array, input: Uint8Array, output: Uint8Array, length: number): void {
    const run = this.#gcmRun(nonce, 2);
    const tail = length % SM4_BLOCK_BYTES;
    runBlocks(run, input, 0, output, 0, length - tail);
    runTail(run, input, length - tail, output, length - tail, tail);
  }

  /** GHASH ⊕ E(nonce ‖ 1) (SP 800-38D §7.1). */
  #tag({ nonce, aad = NOTHING }: GcmOptions, ciphertext: Uint8Array): Bytes {
    const tag = this.#hashKeyed().hash(aad, ciphertext);
    runTail(this.#gcmRun(nonce, 1), tag, 0, tag, 0, SM4_BLOCK_BYTES);
    return tag;
  }

  #gcmRun(nonce: Uint8Array, counter: number): Sm4Run {
    this.#block.set(nonce);
    readBlock(this.#chain, this.#block, 0);
    this.#chain[3] = counter;
    return { mode: "ctr", encrypting: true, schedule: this.#schedule, chain: this.#chain };
  }

  #hashKeyed(): Ghash {
    if (this.#ghash === null) {
      cryptSm4Block(this.#schedule, ENCRYPTING, this.#chain.fill(0));
      const hashKey = this.#takeChain();
      this.#ghash = new Ghash(hashKey);
      hashKey.fill(0);
    }
    return this.#ghash;
  }

  #takeChain(): Bytes {
    const bytes = new Uint8Array(SM4_BLOCK_BYTES);
    writeBlock(bytes, 0, this.#chain);
    return bytes;
  }

  #requireGcm({ nonce }: GcmOptions): void {
    this.#requireUsable();
    requireLength(nonce, 12, "an SM4-GCM nonce");
  }

  #requireUsable(): void {
    if (this.#disposed) {
      throw new CryptoError("invalid_argument", "Cannot use an SM4 key: it is disposed");
    }
  }
}

const NOTHING = new Uint8Array(0);

function runUnpadded(run: Sm4Run, data: Uint8Array): Bytes {
  const tail = data.length % SM4_BLOCK_BYTES;
  if (run.mode === "ecb" || run.mode === "cbc") requireWholeBlocks(data.length);
  const output = new Uint8Array(data.length);
  runBlocks(run, data, 0, output, 0, data.length - tail);
  if (tail > 0) runTail(run, data, data.length - tail, output, data.length - tail, tail);
  return output;
}

function requireOptions({ mode, iv, padding }: Sm4Options): void {
  switch (mode) {
    case "ecb":
      if (iv !== undefined) throw refused("an IV with SM4-ECB", "none");
      break;
    case "cbc":
    case "ctr":
    case "cfb":
    case "ofb":
      if (iv === undefined) throw refused(`SM4 mode "${mode}" without an IV`, "16 bytes");
      requireLength(iv, SM4_BLOCK_BYTES, "an SM4 IV");
      break;
    default:
      throw new CryptoError(
        "unknown_mode",
        `Cannot use SM4 mode "${String(mode)}": expected ecb, cbc, ctr, cfb or ofb`,
      );
  }
  const blockMode = mode === "ecb" || mode === "cbc";
  if (padding === "none" || padding === "pkcs7" && blockMode) return;
  throw refused(
    `padding "${String(padding)}" with SM4 mode "${mode}"`,
    blockMode ? "pkcs7 or none" : "none",
  );
}

function requireWholeBlocks(length: number): void {
  if (length % SM4_BLOCK_BYTES !== 0) throw wrongLength(length);
}

function wrongLength(length: number): CryptoError {
  return new CryptoError(
    "wrong_length",
    `Cannot run SM4 over ${length} bytes: expected whole blocks of ${SM4_BLOCK_BYTES}`,
  );
}

function refused(what: string, expected: string): CryptoError {
  return new CryptoError("invalid_argument", `Cannot use ${what}: expected ${expected}`);
}

/** Times x in GF(2^128) as CMAC counts it (SP 800-38B §6.1); no branch on the secret. */
function double(words: Int32Array): void {
  const [w0 = 0, w1 = 0, w2 = 0, w3 = 0] = words;
  words[0] = w0 << 1 | w1 >>> 31;
  words[1] = w1 << 1 | w2 >>> 31;
  words[2] = w2 << 1 | w3 >>> 31;
  words[3] = w3 << 1 ^ w0 >> 31 & 0x87;
}
