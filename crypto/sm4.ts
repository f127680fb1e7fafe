import { type Bytes, equalBytes, requireBytes, requireLength } from "./bytes.ts";
import type { CipherStream, GcmOptions, Sm4Key, Sm4Options } from "./engine.ts";
import { CryptoError } from "./errors.ts";
import { Ghash } from "./ghash.ts";
import {
  cryptBlock,
  expandSm4Key,
  readWord,
  readWords,
  SM4_BLOCK_BYTES,
  type Sm4Block,
  type Sm4Quad,
  wipeWords,
  wordByte,
  writeWords,
} from "./sm4_block.ts";
import { cbcMac, type CbcMacOptions, cmac } from "./sm4_mac.ts";
import {
  decryptLast,
  needsInverse,
  runBlocks,
  runTail,
  type Sm4Run,
  wipeRun,
} from "./sm4_modes.ts";
import {
  partialBlock,
  requireSm4Options,
  requireWholeBlocks,
  worksInBlocks,
} from "./sm4_options.ts";
import { padBlock, paddedBytes } from "./sm4_padding.ts";
import { Sm4Stream } from "./sm4_stream.ts";

/** CFB is CFB128, CTR counts the whole block big-endian: what openssl calls sm4-cfb and sm4-ctr. */
export type Sm4Mode = "ecb" | "cbc" | "ctr" | "cfb" | "ofb";
export type Sm4Padding = "pkcs7" | "none";
export type { CbcMacOptions } from "./sm4_mac.ts";

export interface Sm4CallOptions extends Sm4Options {
  /** 16 bytes. */
  readonly key: Uint8Array;
}

export interface Sm4GcmOptions extends GcmOptions {
  /** 16 bytes. */
  readonly key: Uint8Array;
}

const GCM_NONCE_BYTES = 12;
const NOTHING = new Uint8Array(0);

/** SM4 (GB/T 32907) in a mode of GB/T 17964. Throws as `Sm4.encrypt` does. */
export function sm4Encrypt(options: Sm4CallOptions, data: Uint8Array): Bytes {
  return once(options.key, (key) => key.encrypt(options, data));
}

/** Throws as `Sm4.decrypt` does. */
export function sm4Decrypt(options: Sm4CallOptions, data: Uint8Array): Bytes {
  return once(options.key, (key) => key.decrypt(options, data));
}

/** SM4-GCM (RFC 8998 §3.1): ciphertext ‖ 16-byte tag. */
export function sm4Seal(options: Sm4GcmOptions, plaintext: Uint8Array): Bytes {
  return once(options.key, (key) => key.seal(options, plaintext));
}

/** The plaintext; throws as `Sm4.open` does. */
export function sm4Open(options: Sm4GcmOptions, sealed: Uint8Array): Bytes {
  return once(options.key, (key) => key.open(options, sealed));
}

/** CBC-MAC: 16 bytes. Safe only for messages of one agreed length; prefer `sm4Cmac`. */
export function sm4CbcMac(key: Uint8Array, data: Uint8Array, options: CbcMacOptions = {}): Bytes {
  return once(key, (keyed) => keyed.cbcMac(data, options));
}

/** CMAC (GB/T 15852.1 algorithm 5): 16 bytes. */
export function sm4Cmac(key: Uint8Array, data: Uint8Array): Bytes {
  return once(key, (keyed) => keyed.cmac(data));
}

/**
 * One expanded key for many calls, wiped by disposal; used after it, every call throws
 * `invalid_argument`. Which table entries are read depends on key and data: not constant-time.
 */
export class Sm4 implements Sm4Key {
  readonly #roundKeys: number[];
  #inverseKeys: number[] | null = null;
  #ghash: Ghash | null = null;
  /** Of the GCM call at work. */
  readonly #nonce: Sm4Block = [0, 0, 0, 0];
  readonly #chain: Sm4Block = [0, 0, 0, 0];
  readonly #block: Sm4Block = [0, 0, 0, 0];
  readonly #quad: Sm4Quad = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  #disposed = false;

  /** 16 bytes; `wrong_length` else. */
  constructor(key: Uint8Array) {
    requireLength(key, SM4_BLOCK_BYTES, "an SM4 key");
    this.#roundKeys = expandSm4Key(key);
  }

  /**
   * Throws `unknown_mode`; `wrong_length` for an IV, or a partial block with padding "none";
   * `invalid_argument` for an IV with ECB, none with another mode, padding of a stream mode.
   */
  encrypt(options: Sm4Options, data: Uint8Array): Bytes {
    requireBytes(data, "data");
    const run = this.#begin(options, true);
    if (options.padding === "none") return runUnpadded(run, data);
    const tail = data.length % SM4_BLOCK_BYTES;
    const output = new Uint8Array(data.length - tail + SM4_BLOCK_BYTES);
    output.set(data);
    padBlock(output, data.length - tail, tail);
    runBlocks(run, { input: output, from: 0, output, to: 0, length: output.length });
    return output;
  }

  /** Throws as `encrypt` does, and `bad_padding` before anything but the last block is decrypted. */
  decrypt(options: Sm4Options, data: Uint8Array): Bytes {
    requireBytes(data, "data");
    const run = this.#begin(options, false);
    if (options.padding === "none") return runUnpadded(run, data);
    if (data.length === 0) throw partialBlock(0);
    requireWholeBlocks(data.length);
    const whole = data.length - SM4_BLOCK_BYTES;
    if (whole > 0) readWords(run.chain, data, whole - SM4_BLOCK_BYTES);
    decryptLast(run, data, whole);
    const kept = paddedBytes(run.block);
    const output = new Uint8Array(whole + kept);
    for (let at = 0; at < kept; at++) output[whole + at] = wordByte(run.block, at);
    if (options.iv !== undefined) readWords(run.chain, options.iv, 0);
    runBlocks(run, { input: data, from: 0, output, to: 0, length: whole });
    return output;
  }

  /** Its own copy of the key: it outlives the disposal of this object. Throws as `encrypt` does. */
  encryptStream(options: Sm4Options): CipherStream {
    return new Sm4Stream(ownCopy(this.#begin(options, true)), options.padding === "pkcs7");
  }

  decryptStream(options: Sm4Options): CipherStream {
    return new Sm4Stream(ownCopy(this.#begin(options, false)), options.padding === "pkcs7");
  }

  /** Ciphertext ‖ 16-byte tag; `wrong_length` unless the nonce is 12 bytes. */
  seal(options: GcmOptions, plaintext: Uint8Array): Bytes {
    requireBytes(plaintext, "plaintext");
    this.#beginGcm(options);
    const { length } = plaintext;
    const output = new Uint8Array(length + SM4_BLOCK_BYTES);
    this.#runGcm(plaintext, output, length);
    output.set(this.#tag(options.aad, output, length), length);
    return output;
  }

  /**
   * Throws `wrong_tag` before anything is decrypted, `wrong_length` below 16 bytes. What is judged
   * and decrypted is one copy: another thread may write into memory that is shared with it.
   */
  open(options: GcmOptions, sealed: Uint8Array): Bytes {
    requireBytes(sealed, "a sealed message");
    this.#beginGcm(options);
    const length = sealed.length - SM4_BLOCK_BYTES;
    if (length < 0) {
      throw new CryptoError(
        "wrong_length",
        `Cannot open ${sealed.length} sealed bytes: expected at least ${SM4_BLOCK_BYTES}`,
      );
    }
    const text = new Uint8Array(length);
    text.set(sealed.subarray(0, length));
    if (!equalBytes(this.#tag(options.aad, text, length), sealed.subarray(length))) {
      throw new CryptoError("wrong_tag", "Cannot open a sealed message: its tag does not fit");
    }
    this.#runGcm(text, text, length);
    return text;
  }

  /** CMAC: 16 bytes. */
  cmac(data: Uint8Array): Bytes {
    this.#requireUsable();
    requireBytes(data, "data");
    return cmac(this.#roundKeys, data);
  }

  /** CBC-MAC: 16 bytes. Throws `wrong_length` (IV; no or a partial block with padding "none"). */
  cbcMac(data: Uint8Array, options: CbcMacOptions = {}): Bytes {
    this.#requireUsable();
    requireBytes(data, "data");
    return cbcMac(this.#roundKeys, data, options);
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#ghash?.[Symbol.dispose]();
    if (this.#inverseKeys !== null) wipeWords(this.#inverseKeys);
    wipeRun(this.#run("ctr", true));
  }

  #begin(options: Sm4Options, encrypting: boolean): Sm4Run {
    this.#requireUsable();
    requireSm4Options(options);
    if (options.iv !== undefined) readWords(this.#chain, options.iv, 0);
    return this.#run(options.mode, encrypting);
  }

  #run(mode: Sm4Mode, encrypting: boolean): Sm4Run {
    return {
      mode,
      encrypting,
      roundKeys: needsInverse(mode, encrypting) ? this.#inverse() : this.#roundKeys,
      chain: this.#chain,
      block: this.#block,
      quad: this.#quad,
    };
  }

  #inverse(): number[] {
    this.#inverseKeys ??= this.#roundKeys.toReversed();
    return this.#inverseKeys;
  }

  /** The counter of the data begins at 2 (SP 800-38D §7.1); below 64 GiB it never wraps. */
  #runGcm(input: Uint8Array, output: Uint8Array, length: number): void {
    this.#setCounter(2);
    const run = this.#run("ctr", true);
    const tail = length % SM4_BLOCK_BYTES;
    const whole = length - tail;
    runBlocks(run, { input, from: 0, output, to: 0, length: whole });
    runTail(run, { input, from: whole, output, to: whole, length: tail });
  }

  /** GHASH ⊕ E(nonce ‖ 1). */
  #tag(aad: Uint8Array | undefined, ciphertext: Uint8Array, length: number): Bytes {
    this.#ghash ??= this.#newGhash();
    const tag = this.#ghash.hash(aad ?? NOTHING, ciphertext, length);
    this.#setCounter(1);
    const span = { input: tag, from: 0, output: tag, to: 0, length: SM4_BLOCK_BYTES };
    runTail(this.#run("ctr", true), span);
    return tag;
  }

  #setCounter(counter: number): void {
    for (let word = 0; word < 3; word++) this.#chain[word] = this.#nonce[word] ?? 0;
    this.#chain[3] = counter;
  }

  #newGhash(): Ghash {
    this.#block.fill(0);
    cryptBlock(this.#roundKeys, this.#block);
    const hashKey = new Uint8Array(SM4_BLOCK_BYTES);
    writeWords(hashKey, 0, this.#block);
    const ghash = new Ghash(hashKey);
    hashKey.fill(0);
    return ghash;
  }

  #beginGcm({ nonce, aad }: GcmOptions): void {
    this.#requireUsable();
    requireLength(nonce, GCM_NONCE_BYTES, "a GCM nonce");
    if (aad !== undefined) requireBytes(aad, "associated data");
    for (let word = 0; word < 3; word++) this.#nonce[word] = readWord(nonce, 4 * word);
  }

  #requireUsable(): void {
    if (this.#disposed) {
      throw new CryptoError("invalid_argument", "Cannot use an SM4 key: it is disposed");
    }
  }
}

function once(key: Uint8Array, use: (key: Sm4) => Bytes): Bytes {
  const keyed = new Sm4(key);
  try {
    return use(keyed);
  } finally {
    keyed[Symbol.dispose]();
  }
}

function runUnpadded(run: Sm4Run, data: Uint8Array): Bytes {
  if (worksInBlocks(run.mode)) requireWholeBlocks(data.length);
  const tail = data.length % SM4_BLOCK_BYTES;
  const whole = data.length - tail;
  const output = new Uint8Array(data.length);
  runBlocks(run, { input: data, from: 0, output, to: 0, length: whole });
  runTail(run, { input: data, from: whole, output, to: whole, length: tail });
  return output;
}

function ownCopy(run: Sm4Run): Sm4Run {
  return {
    ...run,
    roundKeys: [...run.roundKeys],
    chain: [...run.chain],
    block: [...run.block],
    quad: [...run.quad],
  };
}
