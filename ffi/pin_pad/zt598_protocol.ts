import { chainMac, inChunks, retailMac, unionPayMac, xorInto } from "./chaining.ts";
import type { EncryptRequest, MacRequest, PinPadCapabilities, PinPadIdentity } from "./contract.ts";
import { asciiBytes, bytesOfHex, joinBytes, type PadParser, type PadReply } from "./frame.ts";
import type { PadKeys } from "./key_map.ts";
import {
  blockBytesOf,
  boundDigits,
  type PadProtocol,
  type PinEntry,
  type SlotKey,
  unknownKey,
} from "./pad_protocol.ts";
import type { AskOptions, PadTalk, Verdict } from "./pad_talk.ts";
import { expectBytes, PadTrouble } from "./pad_trouble.ts";
import { readable } from "./readable.ts";
import { encodeZt598Command, Zt598Parser } from "./zt598_frame.ts";
import {
  ZT598_CHUNK_BYTES,
  ZT598_CLEAR_KEY,
  ZT598_COMMAND,
  ZT598_CRYPT,
  ZT598_INFORMATION,
  ZT598_KEY_LENGTH,
  ZT598_KEY_USE,
  ZT598_MAC_TYPE,
  ZT598_MASTER_MODE,
  ZT598_OPEN_MODE,
  ZT598_PIN_BLOCK_HEAD_CHARACTERS,
  ZT598_PIN_FILL,
  ZT598_PIN_FORMAT_0,
  ZT598_SM4_CRYPT,
  ZT598_SM4_MAC_CBC,
  ZT598_SM4_PIN_FORMAT,
  type Zt598Profile,
} from "./zt598_profile.ts";
import { judgeZt598Status } from "./zt598_status.ts";

const RESET_WAIT_MS = 10_000;
const REPEATABLE: AskOptions = { repeatable: true };
const CHECK_VALUE_BYTES_MIN = 3;

/**
 * SZZT ZT598. The mutual authentication that its DES commands can be locked behind is not done here:
 * a pad that demands it answers `refused`.
 */
export class Zt598Protocol implements PadProtocol {
  readonly capabilities: PinPadCapabilities;
  readonly keys: PadKeys;
  readonly #profile: Zt598Profile;

  constructor(profile: Zt598Profile) {
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
    return new Zt598Parser();
  }

  judge({ status }: PadReply): Verdict {
    return judgeZt598Status(status);
  }

  async askHealth(talk: PadTalk): Promise<void> {
    await ask(talk, ZT598_COMMAND.status, REPEATABLE);
    // With a low battery this is an error; other commands do not tell.
    talk.see({ failure: null, battery: "good" });
  }

  async reset(talk: PadTalk): Promise<void> {
    await ask(talk, ZT598_COMMAND.reset, { repeatable: true, waitMs: RESET_WAIT_MS });
    await this.closePin(talk);
  }

  async identify(talk: PadTalk): Promise<PinPadIdentity> {
    const data = await ask(talk, ZT598_COMMAND.information, REPEATABLE);
    const field = (name: keyof typeof ZT598_INFORMATION) =>
      readable(data.subarray(...ZT598_INFORMATION[name]));
    return {
      serialNumber: field("serialNumber"),
      firmware: [field("model"), field("hardware"), field("firmware")].join("-"),
    };
  }

  async storeKey(talk: PadTalk, slotKey: SlotKey, key: Uint8Array): Promise<Uint8Array | null> {
    const id = this.#idOf(slotKey);
    const master = this.#masterIdOf(slotKey);
    const text = await askWithHex(talk, this.#loadingHead(slotKey, { id, master }), key);
    const shown = bytesOfHex(text);
    return shown && shown.length >= CHECK_VALUE_BYTES_MIN ? shown : null;
  }

  async askCheckValue(talk: PadTalk, slotKey: SlotKey): Promise<Uint8Array | null> {
    const { algorithm, purpose } = slotKey;
    const zeros = new Uint8Array(blockBytesOf(algorithm));
    if (algorithm === "sm4") return await this.#sm4Crypt(talk, slotKey, { data: zeros });
    if (purpose === "mac") return await this.#macStep(talk, slotKey, "tdes", zeros);
    // Keys for PINs and for keys the pad uses for nothing else.
    return purpose === "data" ? await this.#crypt(talk, slotKey, { data: zeros }) : null;
  }

  async wipeKey(talk: PadTalk, slotKey: SlotKey): Promise<void> {
    if (slotKey.algorithm === "sm4") {
      await ask(talk, ZT598_COMMAND.deleteSm4 + this.#idOf(slotKey));
    } else {
      await this.storeKey(talk, slotKey, unknownKey(slotKey.keyBytes));
    }
  }

  async eraseKeys(talk: PadTalk): Promise<void> {
    await ask(talk, ZT598_COMMAND.eraseDes, { waitMs: RESET_WAIT_MS });
    await ask(talk, ZT598_COMMAND.eraseSm4);
    await this.closePin(talk);
  }

  async openPin(talk: PadTalk, { request }: PinEntry): Promise<void> {
    const { clear } = this.keys;
    const settings = [
      ZT598_COMMAND.minDigits + twoDigits(request.minDigits),
      ZT598_COMMAND.maxDigits + twoDigits(request.maxDigits),
      ZT598_COMMAND.clearKey + ZT598_CLEAR_KEY[clear],
      ZT598_COMMAND.entryTimeout + this.#profile.entryTimeout,
    ];
    for (const setting of settings) await ask(talk, setting, REPEATABLE);
    await ask(talk, ZT598_COMMAND.openPin + ZT598_OPEN_MODE[clear]);
  }

  async takePinBlock(talk: PadTalk, { request, slotKey }: PinEntry): Promise<Uint8Array> {
    await ask(talk, ZT598_COMMAND.pinPadding + ZT598_PIN_FILL, REPEATABLE);
    const how = slotKey.algorithm === "sm4"
      ? ZT598_COMMAND.sm4PinBlock + this.#idOf(slotKey) + ZT598_SM4_PIN_FORMAT
      : ZT598_COMMAND.pinBlock + this.#idOf(slotKey) + ZT598_PIN_FORMAT_0;
    const text = await ask(talk, how + boundDigits(request.pan));
    const hex = text.subarray(ZT598_PIN_BLOCK_HEAD_CHARACTERS);
    return expectHex(hex, blockBytesOf(slotKey.algorithm));
  }

  async closePin(talk: PadTalk): Promise<void> {
    await ask(talk, ZT598_COMMAND.closeKeypad, REPEATABLE);
  }

  async mac(talk: PadTalk, slotKey: SlotKey, { method, data }: MacRequest): Promise<Uint8Array> {
    const triple = (block: Uint8Array) => this.#macStep(talk, slotKey, "tdes", block);
    const step = (chunk: Uint8Array) => this.#macStep(talk, slotKey, "x9_9", chunk);
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
    const crypt = slotKey.algorithm === "sm4" ? this.#sm4Crypt : this.#crypt;
    let iv = request.iv;
    return await inChunks(ZT598_CHUNK_BYTES, async (chunk) => {
      const result = await crypt.call(this, talk, slotKey, {
        data: chunk,
        direction: request.direction,
        ...(iv ? { iv } : {}),
      });
      if (iv) iv = (request.direction === "encrypt" ? result : chunk).slice(-iv.length);
      return result;
    }, request.data);
  }

  async #macStep(
    talk: PadTalk,
    slotKey: SlotKey,
    type: keyof typeof ZT598_MAC_TYPE,
    data: Uint8Array,
  ): Promise<Uint8Array> {
    const head = ZT598_COMMAND.mac + this.#idOf(slotKey) + ZT598_MAC_TYPE[type];
    const text = this.#profile.macData === "hex"
      ? await askWithHex(talk, head, data, REPEATABLE)
      : await talk.ask(encodeZt598Command(joinBytes(asciiBytes(head), data)), REPEATABLE);
    return expectHex(text, 8);
  }

  async #sm4MacStep(talk: PadTalk, slotKey: SlotKey, data: Uint8Array): Promise<Uint8Array> {
    const iv = hexOf(new Uint8Array(16));
    const head = ZT598_COMMAND.sm4Mac + this.#idOf(slotKey) + iv + ZT598_SM4_MAC_CBC;
    return expectHex(await askWithHex(talk, head, data, REPEATABLE), 16);
  }

  /** The pad chains from zeros only; another IV is put in here. */
  async #crypt(talk: PadTalk, slotKey: SlotKey, how: Cryption): Promise<Uint8Array> {
    const { iv, direction = "encrypt" } = how;
    const type = ZT598_CRYPT[iv ? "cbc" : "ecb"][direction];
    const data = how.data.slice();
    if (iv && direction === "encrypt") xorInto(data, iv);
    const head = ZT598_COMMAND.crypt + this.#idOf(slotKey) + type;
    const result = expectHex(await askWithHex(talk, head, data, REPEATABLE), data.length);
    if (iv && direction === "decrypt") xorInto(result, iv);
    return result;
  }

  async #sm4Crypt(talk: PadTalk, slotKey: SlotKey, how: Cryption): Promise<Uint8Array> {
    const { data, iv, direction = "encrypt" } = how;
    const head = ZT598_COMMAND.sm4Crypt + this.#idOf(slotKey) + ZT598_SM4_CRYPT[direction] +
      ZT598_SM4_CRYPT[iv ? "cbc" : "ecb"] + hexOf(iv ?? new Uint8Array(16));
    return expectHex(await askWithHex(talk, head, data, REPEATABLE), data.length);
  }

  #loadingHead(
    { algorithm, purpose, keyBytes, under }: SlotKey,
    { id, master }: { readonly id: string; readonly master: string },
  ): string {
    if (algorithm === "sm4") {
      return under === null
        ? ZT598_COMMAND.loadSm4Master + id
        : ZT598_COMMAND.loadSm4Work + master + id;
    }
    const length = ZT598_KEY_LENGTH[keyBytes];
    return under === null
      ? ZT598_COMMAND.loadMaster + id + ZT598_MASTER_MODE + length
      : ZT598_COMMAND.loadWork + master + id + ZT598_KEY_USE[purpose] + length;
  }

  #idOf({ slot, algorithm, purpose }: SlotKey): string {
    const { master, work } = this.#profile.firstKeyIds[algorithm];
    return hexOf(Uint8Array.of((purpose === "key_encryption" ? master : work) + slot));
  }

  #masterIdOf({ algorithm, under }: SlotKey): string {
    return hexOf(Uint8Array.of(this.#profile.firstKeyIds[algorithm].master + (under ?? 0)));
  }
}

interface Cryption {
  readonly data: Uint8Array;
  readonly direction?: EncryptRequest["direction"];
  readonly iv?: Uint8Array;
}

async function ask(talk: PadTalk, body: string, options: AskOptions = {}): Promise<Uint8Array> {
  return await talk.ask(encodeZt598Command(asciiBytes(body)), options);
}

/** What follows the head may be a key: its text is wiped, as far as it lies in bytes. */
async function askWithHex(
  talk: PadTalk,
  head: string,
  data: Uint8Array,
  options: AskOptions = {},
): Promise<Uint8Array> {
  const text = asciiBytes(hexOf(data));
  const body = joinBytes(asciiBytes(head), text);
  text.fill(0);
  const frame = encodeZt598Command(body);
  body.fill(0);
  return await talk.ask(frame, options);
}

function hexOf(bytes: Uint8Array): string {
  return bytes.toHex().toUpperCase();
}

function expectHex(text: Uint8Array, length: number): Uint8Array {
  const bytes = bytesOfHex(text);
  if (!bytes) throw new PadTrouble("hardware_error");
  return expectBytes(bytes, length);
}

function twoDigits(count: number): string {
  return count.toString().padStart(2, "0");
}
