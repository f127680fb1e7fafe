import { type Bytes, copyBytes, requireBytes, requireLength, wipe } from "../bytes.ts";
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
import { Sm4Modes } from "./libcrypto_sm4_modes.ts";
import { keptBytes } from "./libcrypto_sm4_padding.ts";
import { NativeSm4Stream } from "./libcrypto_sm4_stream.ts";
import { SmallCiphertexts } from "./small_results.ts";

const GCM_NONCE_BYTES = 12;
const GCM_TAG_BYTES = 16;
/** Up to this the library's scratch takes what is decrypted until its padding is known. */
const SMALL_BYTES = 256;
const GONE = "Cannot use an SM4 key: it is disposed";
const FINISHED = "Cannot go on with an SM4 stream: it is finished";

/** One SM4 key for many calls; padding and all errors are those of `Sm4`. */
export class NativeSm4 implements Sm4Key {
  readonly #library: Libcrypto;
  readonly #key: Bytes;
  readonly #encrypting: Sm4Modes;
  readonly #decrypting: Sm4Modes;
  readonly #ciphertexts = new SmallCiphertexts();
  #gcm: Gcm | null = null;
  #cmac: Cmac | null = null;
  #disposed = false;

  /** 16 bytes; `wrong_length` else. */
  constructor(library: Libcrypto, key: Uint8Array) {
    requireBytes(key, "an SM4 key");
    requireLength(key, SM4_BLOCK_BYTES, "an SM4 key");
    library.requireUsable();
    this.#library = library;
    this.#key = copyBytes(key);
    this.#encrypting = new Sm4Modes((mode) => this.#newContext(mode, true, GONE));
    this.#decrypting = new Sm4Modes((mode) => this.#newContext(mode, false, GONE));
  }

  encrypt(options: Sm4Options, data: Uint8Array): Bytes {
    const input = readable(data, "data");
    this.#requireOptions(options);
    const { length } = input;
    if (!worksInBlocks(options.mode)) {
      const output = new Uint8Array(length);
      this.#encrypting.runStream(options, input, output);
      return output;
    }
    const tail = length % SM4_BLOCK_BYTES;
    const isPadded = options.padding === "pkcs7";
    if (!isPadded) requireWholeBlocks(length);
    const output = this.#ciphertexts.take(isPadded ? length - tail + SM4_BLOCK_BYTES : length);
    output.set(input);
    if (isPadded) padBlock(output, length - tail, tail);
    this.#encrypting.encryptBlocks(options, output);
    return output;
  }

  decrypt(options: Sm4Options, data: Uint8Array): Bytes {
    const input = readable(data, "data");
    this.#requireOptions(options);
    const { length } = input;
    if (!worksInBlocks(options.mode)) {
      const output = new Uint8Array(length);
      this.#decrypting.runStream(options, input, output);
      return output;
    }
    requireWholeBlocks(length);
    if (options.padding === "none") {
      const output = new Uint8Array(length);
      this.#decrypting.decryptBlocks(options, input, output, length);
      return output;
    }
    if (length === 0) throw partialBlock(0);
    const isSmall = length <= SMALL_BYTES;
    return isSmall ? this.#unpadSmall(options, input) : this.#unpadLarge(options, input);
  }

  encryptStream(options: Sm4Options): CipherStream {
    return this.#stream(options, true);
  }

  decryptStream(options: Sm4Options): CipherStream {
    return this.#stream(options, false);
  }

  seal(options: GcmOptions, plaintext: Uint8Array): Bytes {
    const input = readable(plaintext, "plaintext");
    return this.#sealer(options).seal(options, input);
  }

  open(options: GcmOptions, sealed: Uint8Array): Bytes {
    // Of shared memory a copy: another thread could change it after its tag was checked.
    const input = readable(sealed, "a sealed message");
    const gcm = this.#sealer(options);
    if (input.length < GCM_TAG_BYTES) {
      throw new CryptoError(
        "wrong_length",
        `Cannot open ${input.length} sealed bytes: expected at least ${GCM_TAG_BYTES}`,
      );
    }
    return gcm.open(options, input);
  }

  cmac(data: Uint8Array): Bytes {
    this.#requireUsable();
    const input = readable(data, "data");
    this.#cmac ??= this.#newCmac();
    return this.#cmac.mac(input);
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#encrypting[Symbol.dispose]();
    this.#decrypting[Symbol.dispose]();
    this.#gcm?.[Symbol.dispose]();
    this.#cmac?.[Symbol.dispose]();
    wipe(this.#key);
  }

  #unpadSmall(options: Sm4Options, input: Bytes): Bytes {
    const { scratch } = this.#library;
    const whole = input.length - SM4_BLOCK_BYTES;
    try {
      this.#decrypting.decryptBlocks(options, input, scratch, input.length);
      return scratch.slice(0, whole + keptBytes(scratch, whole));
    } finally {
      scratch.fill(0, 0, input.length);
    }
  }

  /** The last block first: what it holds decides how long the output is, and if there is one. */
  #unpadLarge(options: Sm4Options, input: Bytes): Bytes {
    const whole = input.length - SM4_BLOCK_BYTES;
    const last = new Uint8Array(SM4_BLOCK_BYTES);
    const before = { ...options, iv: input.subarray(whole - SM4_BLOCK_BYTES, whole) };
    this.#decrypting.decryptBlocks(before, input.subarray(whole), last, SM4_BLOCK_BYTES);
    const kept = keptBytes(last, 0);
    const output = new Uint8Array(whole + kept);
    this.#decrypting.decryptBlocks(options, input, output, whole);
    output.set(last.subarray(0, kept), whole);
    wipe(last);
    return output;
  }

  #newContext(mode: Sm4Mode, encrypting: boolean, gone: string): CipherContext {
    this.#requireUsable();
    const cipher = this.#library.ciphers[mode];
    return new CipherContext(this.#library, { cipher, encrypting, key: this.#key, gone });
  }

  #newCmac(): Cmac {
    const chaining = this.#newContext("cbc", true, GONE);
    return new Cmac(chaining, this.#library.scratch);
  }

  #stream(options: Sm4Options, encrypting: boolean): CipherStream {
    this.#requireOptions(options);
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

  #requireOptions(options: Sm4Options): void {
    this.#requireUsable();
    requireSm4Options(options);
  }

  #requireUsable(): void {
    if (this.#disposed) throw new CryptoError("invalid_argument", GONE);
  }
}
