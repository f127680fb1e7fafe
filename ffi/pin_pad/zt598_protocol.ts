import type { EncryptRequest, MacRequest, PinPadCapabilities, PinPadIdentity } from "./contract.ts";
import { bytesOfHex, type PadParser, type PadReply } from "./frame.ts";
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
import { readable } from "./readable.ts";
import { askZt598, askZt598WithHex, expectZt598Hex } from "./zt598_ask.ts";
import { Zt598Ciphers } from "./zt598_ciphers.ts";
import { Zt598Parser } from "./zt598_frame.ts";
import { zt598KeyId, zt598LoadingHead } from "./zt598_keys.ts";
import {
  ZT598_CLEAR_KEY,
  ZT598_COMMAND,
  ZT598_INFORMATION,
  ZT598_OPEN_MODE,
  ZT598_PIN_BLOCK_HEAD_CHARACTERS,
  ZT598_PIN_FILL,
  ZT598_PIN_FORMAT_0,
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
  readonly #ciphers: Zt598Ciphers;

  constructor(profile: Zt598Profile) {
    this.#profile = profile;
    this.#ciphers = new Zt598Ciphers(profile);
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
    await askZt598(talk, ZT598_COMMAND.status, REPEATABLE);
    // With a low battery this is an error; other commands do not tell.
    talk.see({ failure: null, battery: "good" });
  }

  async reset(talk: PadTalk): Promise<void> {
    await askZt598(talk, ZT598_COMMAND.reset, { repeatable: true, waitMs: RESET_WAIT_MS });
    await this.closePin(talk);
  }

  async identify(talk: PadTalk): Promise<PinPadIdentity> {
    const data = await askZt598(talk, ZT598_COMMAND.information, REPEATABLE);
    const field = (name: keyof typeof ZT598_INFORMATION) =>
      readable(data.subarray(...ZT598_INFORMATION[name]));
    return {
      serialNumber: field("serialNumber"),
      firmware: [field("model"), field("hardware"), field("firmware")].join("-"),
    };
  }

  async storeKey(talk: PadTalk, slotKey: SlotKey, key: Uint8Array): Promise<Uint8Array | null> {
    const head = zt598LoadingHead(this.#profile.firstKeyIds, slotKey);
    const shown = bytesOfHex(await askZt598WithHex(talk, { head, data: key }));
    return shown && shown.length >= CHECK_VALUE_BYTES_MIN ? shown : null;
  }

  async askCheckValue(talk: PadTalk, slotKey: SlotKey): Promise<Uint8Array | null> {
    return await this.#ciphers.encryptZeros(talk, slotKey);
  }

  async wipeKey(talk: PadTalk, slotKey: SlotKey): Promise<void> {
    if (slotKey.algorithm === "sm4") {
      await askZt598(talk, ZT598_COMMAND.deleteSm4 + this.#idOf(slotKey));
    } else {
      await this.storeKey(talk, slotKey, unknownKey(slotKey.keyBytes));
    }
  }

  async eraseKeys(talk: PadTalk): Promise<void> {
    await askZt598(talk, ZT598_COMMAND.eraseDes, { waitMs: RESET_WAIT_MS });
    await askZt598(talk, ZT598_COMMAND.eraseSm4);
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
    for (const setting of settings) await askZt598(talk, setting, REPEATABLE);
    await askZt598(talk, ZT598_COMMAND.openPin + ZT598_OPEN_MODE[clear]);
  }

  async takePinBlock(talk: PadTalk, { request, slotKey }: PinEntry): Promise<Uint8Array> {
    await askZt598(talk, ZT598_COMMAND.pinPadding + ZT598_PIN_FILL, REPEATABLE);
    const how = slotKey.algorithm === "sm4"
      ? ZT598_COMMAND.sm4PinBlock + this.#idOf(slotKey) + ZT598_SM4_PIN_FORMAT
      : ZT598_COMMAND.pinBlock + this.#idOf(slotKey) + ZT598_PIN_FORMAT_0;
    const text = await askZt598(talk, how + boundDigits(request.pan));
    const hex = text.subarray(ZT598_PIN_BLOCK_HEAD_CHARACTERS);
    return expectZt598Hex(hex, blockBytesOf(slotKey.algorithm));
  }

  async closePin(talk: PadTalk): Promise<void> {
    await askZt598(talk, ZT598_COMMAND.closeKeypad, REPEATABLE);
  }

  async mac(talk: PadTalk, slotKey: SlotKey, request: MacRequest): Promise<Uint8Array> {
    return await this.#ciphers.mac(talk, slotKey, request);
  }

  async encrypt(talk: PadTalk, slotKey: SlotKey, request: EncryptRequest): Promise<Uint8Array> {
    return await this.#ciphers.encrypt(talk, slotKey, request);
  }

  #idOf(slotKey: SlotKey): string {
    return zt598KeyId(this.#profile.firstKeyIds, slotKey);
  }
}

function twoDigits(count: number): string {
  return count.toString().padStart(2, "0");
}
