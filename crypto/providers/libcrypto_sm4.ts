import { type Bytes, requireBytes, requireLength, wipe } from "../bytes.ts";
import type { CipherStream, GcmOptions, Sm4Key, Sm4Options } from "../engine.ts";
import { CryptoError } from "../errors.ts";
import type { Sm4Mode } from "../sm4.ts";
import { SM4_BLOCK_BYTES } from "../sm4_block.ts";
import {
  partialBlock,
  requireSm4Options,
  requireWholeBlocks,
  worksInBlocks,
} from "../sm4_options.ts";
import { padBlock } from "../sm4_padding.ts";
import { type Libcrypto, readable } from "./libcrypto.ts";
import { Cmac } from "./libcrypto_cmac.ts";
import { type Gcm, newGcm } from "./libcrypto_gcm.ts";
import { CipherContext } from "./libcrypto_sm4_context.ts";
import { keptBytes } from "./libcrypto_sm4_padding.ts";
import { NativeSm4Stream } from "./libcrypto_sm4_stream.ts";

const GCM_NONCE_BYTES = 12;
const GCM_TAG_BYTES = 16;
const GONE = "Cannot use an SM4 key: it is disposed";
const FINISHED = "Cannot go on with an SM4 stream: it is finished";

/**
 * One SM4 key for many calls. The context of a mode and direction is made when it is first asked
 * for and begun anew for every message; padding and all errors are those of `Sm4`.
 */
export class NativeSm4 implements Sm4Key {
  readonly #library: Libcrypto;
  readonly #key: Bytes;
  readonly #encrypting: Partial<Record<Sm4Mode, CipherContext>> = {};
  readonly #decrypting: Partial<Record<Sm4Mode, CipherContext>> = {};
  #gcm: Gcm | null = null;
  #cmac: Cmac | null = null;
  #disposed = false;

  /** 16 bytes; `wrong_length` else. */
  constructor(library: Libcrypto, key: Uint8Array) {
    requireBytes(key, "an SM4 key");
    requireLength(key, SM4_BLOCK_BYTES, "an SM4 key");
    library.requireUsable();
    this.#library = library;
    this.#key = key.slice();
  }

  encrypt(options: Sm4Options, data: Uint8Array): Bytes {
    const input = readable(data, "data");
    const context = this.#begin(options, true);
    const { length } = input;
    if (options.padding === "none") {
      if (worksInBlocks(options.mode)) requireWholeBlocks(length);
      const output = this.#library.results.take(length);
      context.run(input, output, length);
      return output;
    }
    const whole = length - length % SM4_BLOCK_BYTES;
    const output = this.#library.results.take(whole + SM4_BLOCK_BYTES);
    const { scratch } = this.#library;
    if (output.length <= scratch.length) {
      scratch.set(input);
      padBlock(scratch, whole, length - whole);
      context.run(scratch, output, output.length);
      scratch.fill(0, 0, output.length);
      return output;
    }
    context.run(input, output, whole);
    const last = output.subarray(whole);
    last.set(input.subarray(whole));
    padBlock(last, 0, length - whole);
    context.run(last, last, SM4_BLOCK_BYTES);
    return output;
  }

  decrypt(options: Sm4Options, data: Uint8Array): Bytes {
    const input = readable(data, "data");
    const context = this.#begin(options, false);
    const { length } = input;
    if (options.padding === "none") {
      if (worksInBlocks(options.mode)) requireWholeBlocks(length);
      const output = new Uint8Array(length);
      context.run(input, output, length);
      return output;
    }
    if (length === 0) throw partialBlock(0);
    requireWholeBlocks(length);
    return length <= this.#library.scratch.length
      ? this.#decryptSmall(context, input)
      : this.#decryptLarge(context, options, input);
  }

  encryptStream(options: Sm4Options): CipherStream {
    return this.#stream(options, true);
  }

  decryptStream(options: Sm4Options): CipherStream {
    return this.#stream(options, false);
  }

  seal(options: GcmOptions, plaintext: Uint8Array): Bytes {
    requireBytes(plaintext, "plaintext");
    return this.#sealer(options).seal(options, plaintext);
  }

  open(options: GcmOptions, sealed: Uint8Array): Bytes {
    requireBytes(sealed, "a sealed message");
    const gcm = this.#sealer(options);
    if (sealed.length < GCM_TAG_BYTES) {
      throw new CryptoError(
        "wrong_length",
        `Cannot open ${sealed.length} sealed bytes: expected at least ${GCM_TAG_BYTES}`,
      );
    }
    return gcm.open(options, sealed);
  }

  cmac(data: Uint8Array): Bytes {
    this.#requireUsable();
    const input = readable(data, "data");
    this.#cmac ??= new Cmac(this.#library, this.#newContext("cbc", true, GONE));
    return this.#cmac.mac(input);
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    for (const contexts of [this.#encrypting, this.#decrypting]) {
      for (const context of Object.values(contexts)) context[Symbol.dispose]();
    }
    this.#gcm?.[Symbol.dispose]();
    this.#cmac?.[Symbol.dispose]();
    wipe(this.#key);
  }

  #decryptSmall(context: CipherContext, input: Bytes): Bytes {
    const { scratch } = this.#library;
    context.run(input, scratch, input.length);
    const whole = input.length - SM4_BLOCK_BYTES;
    try {
      return scratch.slice(0, whole + keptBytes(scratch, whole));
    } finally {
      scratch.fill(0, 0, input.length);
    }
  }

  /** The last block first: what it holds decides how long the output is, and if there is one. */
  #decryptLarge(context: CipherContext, { mode, iv }: Sm4Options, input: Bytes): Bytes {
    const whole = input.length - SM4_BLOCK_BYTES;
    if (mode === "cbc") context.restart(input.subarray(whole - SM4_BLOCK_BYTES, whole));
    const last = new Uint8Array(SM4_BLOCK_BYTES);
    context.run(input.subarray(whole), last, SM4_BLOCK_BYTES);
    const kept = keptBytes(last, 0);
    const output = new Uint8Array(whole + kept);
    if (iv !== undefined) context.restart(readable(iv, "an SM4 IV"));
    context.run(input, output, whole);
    output.set(last.subarray(0, kept), whole);
    wipe(last);
    return output;
  }

  #begin({ mode, iv, padding }: Sm4Options, encrypting: boolean): CipherContext {
    this.#requireUsable();
    requireSm4Options(iv === undefined ? { mode, padding } : { mode, iv, padding });
    const contexts = encrypting ? this.#encrypting : this.#decrypting;
    const context = contexts[mode] ??= this.#newContext(mode, encrypting, GONE);
    if (iv !== undefined) context.restart(readable(iv, "an SM4 IV"));
    return context;
  }

  #newContext(mode: Sm4Mode, encrypting: boolean, gone: string): CipherContext {
    const cipher = this.#library.ciphers[mode];
    return new CipherContext(this.#library, { cipher, encrypting, key: this.#key, gone });
  }

  #stream(options: Sm4Options, encrypting: boolean): CipherStream {
    this.#requireUsable();
    requireSm4Options(options);
    const { mode, iv, padding } = options;
    const context = this.#newContext(mode, encrypting, FINISHED);
    if (iv !== undefined) context.restart(readable(iv, "an SM4 IV"));
    const spec = { encrypting, inBlocks: worksInBlocks(mode), padded: padding === "pkcs7" };
    return new NativeSm4Stream(context, spec);
  }

  #sealer({ nonce, aad }: GcmOptions): Gcm {
    this.#requireUsable();
    requireBytes(nonce, "a GCM nonce");
    requireLength(nonce, GCM_NONCE_BYTES, "a GCM nonce");
    if (aad !== undefined) requireBytes(aad, "associated data");
    this.#gcm ??= newGcm(this.#library, this.#key, GONE);
    return this.#gcm;
  }

  #requireUsable(): void {
    if (this.#disposed) throw new CryptoError("invalid_argument", GONE);
  }
}
