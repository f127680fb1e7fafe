import type { Bytes } from "../bytes.ts";
import type { Sm4Options } from "../engine.ts";
import type { Sm4Mode } from "../sm4.ts";
import { readable } from "./libcrypto.ts";
import { CbcChain } from "./libcrypto_sm4_cbc.ts";
import type { CipherContext } from "./libcrypto_sm4_context.ts";

const NO_IV = new Uint8Array(0);

/** One direction under one key: a context for each mode, made when the mode is first used. */
export class Sm4Modes implements Disposable {
  readonly #newContext: (mode: Sm4Mode) => CipherContext;
  readonly #contexts: Partial<Record<Sm4Mode, CipherContext>> = {};
  #chain: CbcChain | null = null;

  constructor(newContext: (mode: Sm4Mode) => CipherContext) {
    this.#newContext = newContext;
  }

  /** ECB or CBC encryption of whole blocks in place; options and length are checked. */
  encryptBlocks({ mode, iv = NO_IV }: Sm4Options, bytes: Bytes): void {
    if (bytes.length === 0) return;
    if (mode === "cbc") this.#cbc().encrypt(readable(iv, "an SM4 IV"), bytes);
    else this.#context(mode).run(bytes, bytes, bytes.length);
  }

  /** ECB or CBC decryption of the first `length` bytes, to other memory. */
  decryptBlocks(
    { mode, iv = NO_IV }: Sm4Options,
    input: Bytes,
    output: Bytes,
    length: number,
  ): void {
    if (length === 0) return;
    if (mode === "cbc") this.#cbc().decrypt(readable(iv, "an SM4 IV"), input, output, length);
    else this.#context(mode).run(input, output, length);
  }

  /** Either direction of CTR, CFB or OFB. */
  runStream({ mode, iv = NO_IV }: Sm4Options, input: Bytes, output: Bytes): void {
    const context = this.#context(mode);
    context.restart(readable(iv, "an SM4 IV"));
    context.run(input, output, input.length);
  }

  [Symbol.dispose](): void {
    this.#chain?.[Symbol.dispose]();
    for (const context of Object.values(this.#contexts)) context[Symbol.dispose]();
  }

  #context(mode: Sm4Mode): CipherContext {
    return this.#contexts[mode] ??= this.#newContext(mode);
  }

  #cbc(): CbcChain {
    return this.#chain ??= new CbcChain(this.#newContext("cbc"));
  }
}
