import { chainMac, inChunks, xorInto, xorOfBlocks, zeroPadded } from "./chaining.ts";
import type {
  EncryptRequest,
  MacRequest,
  PinPadAlgorithm,
  PinPadCapabilities,
  PinPadIdentity,
} from "./contract.ts";
import { asciiBytes, joinBytes, type PadParser, type PadReply } from "./frame.ts";
import type { PadKeys } from "./key_map.ts";
import {
  blockBytesOf,
  boundDigits,
  type PadProtocol,
  type PinEntry,
  type SlotKey,
} from "./pad_protocol.ts";
import type { AskOptions, PadTalk, Verdict } from "./pad_talk.ts";
import { expectBytes } from "./pad_trouble.ts";
import { readable } from "./readable.ts";
import { encodeXzCommand, XzParser } from "./xz_frame.ts";
import {
  XZ_ALGORITHM,
  XZ_CHECK_ZEROS,
  XZ_COMMAND,
  XZ_CRYPT_BYTES_MAX,
  XZ_DIRECTION,
  XZ_ECHO,
  XZ_MAC_BYTES_MAX,
  XZ_MODES,
  XZ_PIN_FILL,
  XZ_PIN_FORMAT_X9_8,
  XZ_PIN_MODE,
  XZ_PLAIN,
  XZ_STATUS_BYTES,
  type XzProfile,
} from "./xz_profile.ts";
import { judgeXzHealth, judgeXzStatus } from "./xz_status.ts";

const RESET_WAIT_MS = 10_000;
const REPEATABLE: AskOptions = { repeatable: true };
const NONE = new Uint8Array(0);

/** SUNSON XZ F35 and F31. The pad keeps the purposes of its keys itself. */
export class XzProtocol implements PadProtocol {
  readonly capabilities: PinPadCapabilities;
  readonly keys: PadKeys;
  readonly #profile: XzProfile;

  constructor(profile: XzProfile) {
    this.#profile = profile;
    this.keys = profile.keys;
    this.capabilities = {
      model: profile.model,
      algorithms: ["tdes", "sm4"],
      keySlots: 16,
      macMethods: ["x9_9", "x9_19", "unionpay_ecb", "sm4_cbc"],
      dataBytesMax: 8192,
      checkValues: true,
    };
  }

  newParser(): PadParser {
    return new XzParser();
  }

  judge({ status }: PadReply): Verdict {
    return judgeXzStatus(status);
  }

  async askHealth(talk: PadTalk): Promise<void> {
    const data = await ask(talk, XZ_COMMAND.status, NONE, REPEATABLE);
    talk.see(judgeXzHealth(expectBytes(data, XZ_STATUS_BYTES)));
  }

  async reset(talk: PadTalk): Promise<void> {
    await ask(talk, XZ_COMMAND.reset, NONE, { repeatable: true, waitMs: RESET_WAIT_MS });
    await this.closePin(talk);
  }

  async identify(talk: PadTalk): Promise<PinPadIdentity> {
    const firmware = readable(await ask(talk, XZ_COMMAND.firmware, NONE, REPEATABLE));
    const serialNumber = readable(await ask(talk, XZ_COMMAND.serialNumber, NONE, REPEATABLE));
    return { serialNumber, firmware };
  }

  async storeKey(talk: PadTalk, slotKey: SlotKey, key: Uint8Array): Promise<Uint8Array | null> {
    const { algorithm, purpose, under } = slotKey;
    await useAlgorithm(talk, algorithm);
    const command = algorithm === "sm4" ? XZ_COMMAND.loadSm4 : XZ_COMMAND.loadDes;
    const above = under === null ? XZ_PLAIN : this.#profile.firstKeyId + under;
    const attributes = this.#profile.keyAttributes[purpose];
    const head = joinBytes(word(this.#idOf(slotKey)), word(above), word(0), word(attributes));
    const data = joinBytes(head, key);
    try {
      await ask(talk, command, data);
    } finally {
      data.fill(0);
    }
    return await this.askCheckValue(talk, slotKey);
  }

  async askCheckValue(talk: PadTalk, slotKey: SlotKey): Promise<Uint8Array | null> {
    await useAlgorithm(talk, slotKey.algorithm);
    const id = this.#idOf(slotKey) + this.#profile.checkValueIdOffset;
    const value = await ask(
      talk,
      XZ_COMMAND.checkValue,
      word((id << 4) | XZ_CHECK_ZEROS),
      REPEATABLE,
    );
    return value.length > 0 ? value : null;
  }

  async wipeKey(talk: PadTalk, slotKey: SlotKey): Promise<void> {
    await useAlgorithm(talk, slotKey.algorithm);
    await ask(talk, XZ_COMMAND.deleteOne, word(this.#idOf(slotKey)));
  }

  async eraseKeys(talk: PadTalk): Promise<void> {
    await ask(talk, XZ_COMMAND.deleteAll, NONE);
    await this.closePin(talk);
  }

  async openPin(talk: PadTalk, { request }: PinEntry): Promise<void> {
    const { minDigits, maxDigits } = request;
    const how = Uint8Array.of(minDigits, maxDigits, XZ_PIN_MODE, XZ_ECHO);
    await ask(talk, XZ_COMMAND.readPin, how);
  }

  async takePinBlock(talk: PadTalk, { request, slotKey }: PinEntry): Promise<Uint8Array> {
    await useAlgorithm(talk, slotKey.algorithm);
    const account = asciiBytes(boundDigits(request.pan));
    const how = joinBytes(
      word(this.#idOf(slotKey)),
      word(XZ_PIN_FORMAT_X9_8),
      Uint8Array.of(XZ_PIN_FILL, account.length),
      account,
    );
    const block = await ask(talk, XZ_COMMAND.pinBlock, how);
    return expectBytes(block, blockBytesOf(slotKey.algorithm));
  }

  async closePin(talk: PadTalk): Promise<void> {
    await ask(talk, XZ_COMMAND.abort, NONE, REPEATABLE);
  }

  async mac(talk: PadTalk, slotKey: SlotKey, { method, data }: MacRequest): Promise<Uint8Array> {
    const blockBytes = blockBytesOf(slotKey.algorithm);
    await useAlgorithm(talk, slotKey.algorithm);
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
    await useAlgorithm(talk, slotKey.algorithm);
    let iv = request.iv;
    return await inChunks(XZ_CRYPT_BYTES_MAX, async (chunk) => {
      if (iv) await ask(talk, XZ_COMMAND.plainIv, iv, REPEATABLE);
      const result = await ask(
        talk,
        XZ_COMMAND.crypt,
        joinBytes(
          word(this.#idOf(slotKey)),
          Uint8Array.of(XZ_DIRECTION[direction]),
          word(XZ_MODES[slotKey.algorithm][iv ? "cbc" : "ecb"]),
          Uint8Array.of(0),
          word(chunk.length),
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
    await ask(talk, XZ_COMMAND.plainIv, zeros, REPEATABLE);
    const head = joinBytes(word(this.#idOf(slotKey)), word(algorithm), word(chunk.length));
    return await ask(talk, XZ_COMMAND.mac, joinBytes(head, chunk));
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

async function ask(
  talk: PadTalk,
  command: string,
  data: Uint8Array,
  options: AskOptions = {},
): Promise<Uint8Array> {
  return await talk.ask(encodeXzCommand(command, data), options);
}

/** Which of the two the next key commands mean. */
async function useAlgorithm(talk: PadTalk, algorithm: PinPadAlgorithm): Promise<void> {
  await ask(talk, XZ_COMMAND.algorithm, Uint8Array.of(XZ_ALGORITHM[algorithm]), REPEATABLE);
}

/** Two bytes, the high one first, as all numbers of this make. */
function word(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff);
}
