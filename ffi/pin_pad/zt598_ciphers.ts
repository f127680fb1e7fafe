import { chainMac, inChunks, retailMac, unionPayMac, xorInto } from "./chaining.ts";
import type { EncryptRequest, MacRequest } from "./contract.ts";
import { asciiBytes, joinBytes } from "./frame.ts";
import { blockBytesOf, type SlotKey } from "./pad_protocol.ts";
import type { PadTalk } from "./pad_talk.ts";
import { askZt598WithHex, expectZt598Hex, zt598Hex } from "./zt598_ask.ts";
import { encodeZt598Command } from "./zt598_frame.ts";
import { zt598KeyId } from "./zt598_keys.ts";
import {
  ZT598_CHUNK_BYTES,
  ZT598_COMMAND,
  ZT598_CRYPT,
  ZT598_MAC_TYPE,
  ZT598_SM4_CRYPT,
  ZT598_SM4_MAC_CBC,
  type Zt598Profile,
} from "./zt598_profile.ts";

interface Cryption {
  readonly data: Uint8Array;
  readonly direction?: EncryptRequest["direction"];
  readonly iv?: Uint8Array;
}

/** What a ZT598 computes with its keys, and what the host adds to it. */
export class Zt598Ciphers {
  readonly #profile: Zt598Profile;

  constructor(profile: Zt598Profile) {
    this.#profile = profile;
  }

  /** E_k(0…0) where the pad may be made to compute it: keys for 3DES PINs and keys serve nothing else. */
  async encryptZeros(talk: PadTalk, slotKey: SlotKey): Promise<Uint8Array | null> {
    const { algorithm, purpose } = slotKey;
    const data = new Uint8Array(blockBytesOf(algorithm));
    if (algorithm === "sm4") return await this.#sm4Crypt(talk, slotKey, { data });
    if (purpose === "mac") return await this.#macStep(talk, slotKey, { type: "tdes", data });
    return purpose === "data" ? await this.#crypt(talk, slotKey, { data }) : null;
  }

  async mac(talk: PadTalk, slotKey: SlotKey, { method, data }: MacRequest): Promise<Uint8Array> {
    const triple = (block: Uint8Array) =>
      this.#macStep(talk, slotKey, { type: "tdes", data: block });
    const step = (chunk: Uint8Array) => this.#macStep(talk, slotKey, { type: "x9_9", data: chunk });
    switch (method) {
      case "x9_9":
        return await chainMac({ blockBytes: 8, chunkBytes: ZT598_CHUNK_BYTES }, step, data);
      case "x9_19":
        return await retailMac(ZT598_CHUNK_BYTES, { step, triple }, data);
      case "unionpay_ecb":
        return await unionPayMac(triple, data);
      case "sm4_cbc":
        return await chainMac(
          { blockBytes: 16, chunkBytes: ZT598_CHUNK_BYTES },
          (chunk) => this.#sm4MacStep(talk, slotKey, chunk),
          data,
        );
    }
  }

  async encrypt(talk: PadTalk, slotKey: SlotKey, request: EncryptRequest): Promise<Uint8Array> {
    const { direction } = request;
    let iv = request.iv;
    return await inChunks(ZT598_CHUNK_BYTES, async (data) => {
      const how = { data, direction, ...(iv ? { iv } : {}) };
      const result = slotKey.algorithm === "sm4"
        ? await this.#sm4Crypt(talk, slotKey, how)
        : await this.#crypt(talk, slotKey, how);
      if (iv) iv = (direction === "encrypt" ? result : data).slice(-iv.length);
      return result;
    }, request.data);
  }

  async #macStep(
    talk: PadTalk,
    slotKey: SlotKey,
    { type, data }: { readonly type: keyof typeof ZT598_MAC_TYPE; readonly data: Uint8Array },
  ): Promise<Uint8Array> {
    const head = ZT598_COMMAND.mac + this.#idOf(slotKey) + ZT598_MAC_TYPE[type];
    if (this.#profile.macData === "hex") return await askForBytes(talk, { head, data }, 8);
    const frame = encodeZt598Command(joinBytes(asciiBytes(head), data));
    return expectZt598Hex(await talk.ask(frame, { repeatable: true }), 8);
  }

  async #sm4MacStep(talk: PadTalk, slotKey: SlotKey, data: Uint8Array): Promise<Uint8Array> {
    const iv = zt598Hex(new Uint8Array(16));
    const head = ZT598_COMMAND.sm4Mac + this.#idOf(slotKey) + iv + ZT598_SM4_MAC_CBC;
    return await askForBytes(talk, { head, data }, 16);
  }

  /** The pad chains from zeros only; another IV is put in here. */
  async #crypt(talk: PadTalk, slotKey: SlotKey, how: Cryption): Promise<Uint8Array> {
    const { iv, direction = "encrypt" } = how;
    const data = how.data.slice();
    if (iv && direction === "encrypt") xorInto(data, iv);
    const type = ZT598_CRYPT[iv ? "cbc" : "ecb"][direction];
    const head = ZT598_COMMAND.crypt + this.#idOf(slotKey) + type;
    const result = await askForBytes(talk, { head, data }, data.length);
    if (iv && direction === "decrypt") xorInto(result, iv);
    return result;
  }

  async #sm4Crypt(talk: PadTalk, slotKey: SlotKey, how: Cryption): Promise<Uint8Array> {
    const { data, iv, direction = "encrypt" } = how;
    const head = ZT598_COMMAND.sm4Crypt + this.#idOf(slotKey) + ZT598_SM4_CRYPT[direction] +
      ZT598_SM4_CRYPT[iv ? "cbc" : "ecb"] + zt598Hex(iv ?? new Uint8Array(16));
    return await askForBytes(talk, { head, data }, data.length);
  }

  #idOf(slotKey: SlotKey): string {
    return zt598KeyId(this.#profile.firstKeyIds, slotKey);
  }
}

async function askForBytes(
  talk: PadTalk,
  command: { readonly head: string; readonly data: Uint8Array },
  length: number,
): Promise<Uint8Array> {
  const text = await askZt598WithHex(talk, { ...command, repeatable: true });
  return expectZt598Hex(text, length);
}
