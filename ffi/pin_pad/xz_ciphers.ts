import { chainMac, inChunks, xorInto, xorOfBlocks, zeroPadded } from "./chaining.ts";
import type { EncryptRequest, MacRequest } from "./contract.ts";
import { asciiBytes, joinBytes } from "./frame.ts";
import { blockBytesOf, type SlotKey } from "./pad_protocol.ts";
import type { AskOptions, PadTalk } from "./pad_talk.ts";
import { expectBytes } from "./pad_trouble.ts";
import { askXz, useXzAlgorithm, xzWord } from "./xz_ask.ts";
import {
  XZ_COMMAND,
  XZ_CRYPT_BYTES_MAX,
  XZ_DIRECTION,
  XZ_MAC_BYTES_MAX,
  XZ_MODES,
  type XzProfile,
} from "./xz_profile.ts";

const REPEATABLE: AskOptions = { repeatable: true };

/** What an XZ pad computes with its keys, and what the host adds to it. */
export class XzCiphers {
  readonly #profile: XzProfile;

  constructor(profile: XzProfile) {
    this.#profile = profile;
  }

  async mac(talk: PadTalk, slotKey: SlotKey, { method, data }: MacRequest): Promise<Uint8Array> {
    const blockBytes = blockBytesOf(slotKey.algorithm);
    await useXzAlgorithm(talk, slotKey.algorithm);
    const run = (name: typeof method) => (chunk: Uint8Array) =>
      this.#macStep(talk, slotKey, this.#profile.macAlgorithms[name], chunk);
    const chain = { blockBytes, chunkBytes: XZ_MAC_BYTES_MAX } as const;
    switch (method) {
      case "x9_9":
      case "sm4_cbc":
        return expectBytes(await chainMac(chain, run(method), data), blockBytes);
      case "x9_19":
        return await this.#retailMac({ simple: run("x9_9"), retail: run("x9_19") }, data);
      case "unionpay_ecb":
        return this.#asciiOf(await run(method)(xorOfBlocks(data)));
    }
  }

  async encrypt(talk: PadTalk, slotKey: SlotKey, request: EncryptRequest): Promise<Uint8Array> {
    const { direction, data } = request;
    await useXzAlgorithm(talk, slotKey.algorithm);
    let iv = request.iv;
    return await inChunks(XZ_CRYPT_BYTES_MAX, async (chunk) => {
      if (iv) await askXz(talk, XZ_COMMAND.plainIv, iv, REPEATABLE);
      const result = await askXz(
        talk,
        XZ_COMMAND.crypt,
        joinBytes(
          xzWord(this.#idOf(slotKey)),
          Uint8Array.of(XZ_DIRECTION[direction]),
          xzWord(XZ_MODES[slotKey.algorithm][iv ? "cbc" : "ecb"]),
          Uint8Array.of(0),
          xzWord(chunk.length),
          chunk,
        ),
        // The pad may have moved its IV on.
        { repeatable: iv === undefined },
      );
      if (iv) iv = (direction === "encrypt" ? result : chunk).slice(-iv.length);
      return expectBytes(result, chunk.length);
    }, data);
  }

  /** The pad does X9.19 up to its limit; what stands before that is chained under the left half. */
  async #retailMac(
    pad: Readonly<Record<"simple" | "retail", (chunk: Uint8Array) => Promise<Uint8Array>>>,
    data: Uint8Array,
  ): Promise<Uint8Array> {
    const padded = zeroPadded(data, 8);
    const headBytes = Math.floor((padded.length - 1) / XZ_MAC_BYTES_MAX) * XZ_MAC_BYTES_MAX;
    const tail = padded.slice(headBytes);
    if (headBytes > 0) {
      const chain = { blockBytes: 8, chunkBytes: XZ_MAC_BYTES_MAX } as const;
      xorInto(tail, await chainMac(chain, pad.simple, padded.subarray(0, headBytes)));
    }
    return expectBytes(await pad.retail(tail), 8);
  }

  async #macStep(
    talk: PadTalk,
    slotKey: SlotKey,
    algorithm: number,
    chunk: Uint8Array,
  ): Promise<Uint8Array> {
    const zeros = new Uint8Array(blockBytesOf(slotKey.algorithm));
    await askXz(talk, XZ_COMMAND.plainIv, zeros, REPEATABLE);
    const head = joinBytes(xzWord(this.#idOf(slotKey)), xzWord(algorithm), xzWord(chunk.length));
    return await askXz(talk, XZ_COMMAND.mac, joinBytes(head, chunk));
  }

  #asciiOf(mac: Uint8Array): Uint8Array {
    expectBytes(mac, 8);
    if (this.#profile.unionPayResult === "ascii") return mac;
    return asciiBytes(mac.toHex().toUpperCase()).slice(0, 8);
  }

  #idOf({ slot }: SlotKey): number {
    return this.#profile.firstKeyId + slot;
  }
}
