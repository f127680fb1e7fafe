import type { EncryptRequest, MacRequest, PinPadCapabilities, PinPadIdentity } from "./contract.ts";
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
import { askXz, useXzAlgorithm, xzWord } from "./xz_ask.ts";
import { XzCiphers } from "./xz_ciphers.ts";
import { XzParser } from "./xz_frame.ts";
import {
  XZ_CHECK_ZEROS,
  XZ_COMMAND,
  XZ_ECHO,
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
  readonly #ciphers: XzCiphers;

  constructor(profile: XzProfile) {
    this.#profile = profile;
    this.#ciphers = new XzCiphers(profile);
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
    const data = await askXz(talk, XZ_COMMAND.status, NONE, REPEATABLE);
    talk.see(judgeXzHealth(expectBytes(data, XZ_STATUS_BYTES)));
  }

  async reset(talk: PadTalk): Promise<void> {
    await askXz(talk, XZ_COMMAND.reset, NONE, { repeatable: true, waitMs: RESET_WAIT_MS });
    await this.closePin(talk);
  }

  async identify(talk: PadTalk): Promise<PinPadIdentity> {
    const firmware = readable(await askXz(talk, XZ_COMMAND.firmware, NONE, REPEATABLE));
    const serialNumber = readable(await askXz(talk, XZ_COMMAND.serialNumber, NONE, REPEATABLE));
    return { serialNumber, firmware };
  }

  async storeKey(talk: PadTalk, slotKey: SlotKey, key: Uint8Array): Promise<Uint8Array | null> {
    const { algorithm, purpose, under } = slotKey;
    await useXzAlgorithm(talk, algorithm);
    const command = algorithm === "sm4" ? XZ_COMMAND.loadSm4 : XZ_COMMAND.loadDes;
    const above = under === null ? XZ_PLAIN : this.#profile.firstKeyId + under;
    const attributes = this.#profile.keyAttributes[purpose];
    const head = joinBytes(
      xzWord(this.#idOf(slotKey)),
      xzWord(above),
      xzWord(0),
      xzWord(attributes),
    );
    const data = joinBytes(head, key);
    try {
      await askXz(talk, command, data);
    } finally {
      data.fill(0);
    }
    return await this.askCheckValue(talk, slotKey);
  }

  async askCheckValue(talk: PadTalk, slotKey: SlotKey): Promise<Uint8Array | null> {
    await useXzAlgorithm(talk, slotKey.algorithm);
    const id = this.#idOf(slotKey) + this.#profile.checkValueIdOffset;
    const value = await askXz(
      talk,
      XZ_COMMAND.checkValue,
      xzWord((id << 4) | XZ_CHECK_ZEROS),
      REPEATABLE,
    );
    return value.length > 0 ? value : null;
  }

  async wipeKey(talk: PadTalk, slotKey: SlotKey): Promise<void> {
    await useXzAlgorithm(talk, slotKey.algorithm);
    await askXz(talk, XZ_COMMAND.deleteOne, xzWord(this.#idOf(slotKey)));
  }

  async eraseKeys(talk: PadTalk): Promise<void> {
    await askXz(talk, XZ_COMMAND.deleteAll, NONE);
    await this.closePin(talk);
  }

  async openPin(talk: PadTalk, { request }: PinEntry): Promise<void> {
    const { minDigits, maxDigits } = request;
    const how = Uint8Array.of(minDigits, maxDigits, XZ_PIN_MODE, XZ_ECHO);
    await askXz(talk, XZ_COMMAND.readPin, how);
  }

  async takePinBlock(talk: PadTalk, { request, slotKey }: PinEntry): Promise<Uint8Array> {
    await useXzAlgorithm(talk, slotKey.algorithm);
    const account = asciiBytes(boundDigits(request.pan));
    const how = joinBytes(
      xzWord(this.#idOf(slotKey)),
      xzWord(XZ_PIN_FORMAT_X9_8),
      Uint8Array.of(XZ_PIN_FILL, account.length),
      account,
    );
    const block = await askXz(talk, XZ_COMMAND.pinBlock, how);
    return expectBytes(block, blockBytesOf(slotKey.algorithm));
  }

  async closePin(talk: PadTalk): Promise<void> {
    await askXz(talk, XZ_COMMAND.abort, NONE, REPEATABLE);
  }

  async mac(talk: PadTalk, slotKey: SlotKey, request: MacRequest): Promise<Uint8Array> {
    return await this.#ciphers.mac(talk, slotKey, request);
  }

  async encrypt(talk: PadTalk, slotKey: SlotKey, request: EncryptRequest): Promise<Uint8Array> {
    return await this.#ciphers.encrypt(talk, slotKey, request);
  }

  #idOf({ slot }: SlotKey): number {
    return this.#profile.firstKeyId + slot;
  }
}
