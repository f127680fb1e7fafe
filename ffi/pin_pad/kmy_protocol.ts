import { cbcByBlocks, chainMac, inChunks, retailMac, unchainCbc, unionPayMac } from "./chaining.ts";
import type { EncryptRequest, MacRequest, PinPadCapabilities, PinPadIdentity } from "./contract.ts";
import { asciiBytes, joinBytes, type PadParser, type PadReply } from "./frame.ts";
import { askKmy, cryptKmyBlocks, selectKmyKey, setKmyParameter } from "./kmy_ask.ts";
import { KmyParser } from "./kmy_frame.ts";
import {
  KMY_CIPHER,
  KMY_COMMAND,
  KMY_CRYPT_BYTES_MAX,
  KMY_KEYPAD,
  KMY_MAC_BYTES_MAX,
  KMY_MAC_X9_9,
  KMY_PARAMETER,
  KMY_PIN_X9_8,
  KMY_RESET_ERASING,
  type KmyProfile,
} from "./kmy_profile.ts";
import type { PadKeys } from "./key_map.ts";
import {
  boundDigits,
  type PadProtocol,
  type PinEntry,
  type SlotKey,
  unknownKey,
} from "./pad_protocol.ts";
import type { AskOptions, PadTalk, Verdict } from "./pad_talk.ts";
import { expectBytes, PadTrouble } from "./pad_trouble.ts";
import { judgeKmyStatus } from "./kmy_status.ts";
import { readable } from "./readable.ts";

const SELF_TEST_WAIT_MS = 15_000;
const ENTRY_SECONDS_MAX = 255;
const PIN_BLOCK_BYTES = 8;
const REPEATABLE: AskOptions = { repeatable: true };
const NONE = new Uint8Array(0);

/**
 * KMY 3501B/3502. Master keys and work keys have numbers of their own, 0 to 15 each; a work key is
 * used together with its master key. The pad knows no purposes: this driver keeps them apart.
 */
export class KmyProtocol implements PadProtocol {
  readonly capabilities: PinPadCapabilities;
  readonly keys: PadKeys;
  readonly #profile: KmyProfile;

  constructor(profile: KmyProfile) {
    this.#profile = profile;
    this.keys = profile.keys;
    this.capabilities = {
      model: profile.model,
      algorithms: ["tdes"],
      keySlots: 16,
      macMethods: ["x9_9", "x9_19", "unionpay_ecb"],
      dataBytesMax: 4096,
      checkValues: true,
    };
  }

  newParser(): PadParser {
    return new KmyParser();
  }

  judge({ status }: PadReply): Verdict {
    return judgeKmyStatus(status);
  }

  async askHealth(talk: PadTalk): Promise<void> {
    await askKmy(talk, KMY_COMMAND.version, NONE, REPEATABLE);
  }

  async reset(talk: PadTalk): Promise<void> {
    await askKmy(talk, KMY_COMMAND.reset, NONE, { repeatable: true, waitMs: SELF_TEST_WAIT_MS });
    await this.closePin(talk);
  }

  async identify(talk: PadTalk): Promise<PinPadIdentity> {
    const firmware = readable(await askKmy(talk, KMY_COMMAND.version, NONE, REPEATABLE));
    const serialNumber = readable(await askKmy(talk, KMY_COMMAND.serialNumber, NONE, REPEATABLE));
    return { serialNumber, firmware };
  }

  async storeKey(talk: PadTalk, slotKey: SlotKey, key: Uint8Array): Promise<null> {
    await setKmyParameter(talk, KMY_PARAMETER.keyLoading, KMY_CIPHER.tdes);
    if (slotKey.purpose !== "key_encryption") {
      const places = Uint8Array.of(slotKey.under ?? 0, slotKey.slot);
      await askKmy(talk, KMY_COMMAND.loadWorkKey, joinBytes(places, key));
      return null;
    }
    // Under another key the pad takes none but work keys.
    if (slotKey.under !== null) throw new PadTrouble("not_supported");
    await askKmy(talk, KMY_COMMAND.loadMasterKey, joinBytes(Uint8Array.of(slotKey.slot), key));
    return null;
  }

  async askCheckValue(talk: PadTalk, slotKey: SlotKey): Promise<Uint8Array> {
    await selectKmyKey(talk, slotKey, isSingle(slotKey) ? "des" : "tdes");
    return await cryptKmyBlocks(talk, KMY_COMMAND.encrypt, new Uint8Array(8));
  }

  async wipeKey(talk: PadTalk, slotKey: SlotKey): Promise<void> {
    await this.storeKey(talk, slotKey, unknownKey(slotKey.keyBytes));
  }

  async eraseKeys(talk: PadTalk): Promise<void> {
    await askKmy(talk, KMY_COMMAND.reset, Uint8Array.of(KMY_RESET_ERASING), {
      waitMs: SELF_TEST_WAIT_MS,
    });
    await this.closePin(talk);
  }

  async openPin(talk: PadTalk, { request, slotKey, timeoutMs }: PinEntry): Promise<void> {
    await setKmyParameter(talk, KMY_PARAMETER.autoEnter, 0);
    await selectKmyKey(talk, slotKey, "tdes");
    await askKmy(talk, KMY_COMMAND.keypad, Uint8Array.of(KMY_KEYPAD.on), REPEATABLE);
    await askKmy(talk, KMY_COMMAND.loadAccount, asciiBytes(boundDigits(request.pan)), REPEATABLE);
    const { displayMode, promptMode } = this.#profile;
    const seconds = Math.min(ENTRY_SECONDS_MAX, Math.max(1, Math.ceil(timeoutMs / 1000)));
    const how = [request.maxDigits, displayMode, KMY_PIN_X9_8, promptMode, seconds];
    await askKmy(talk, KMY_COMMAND.startPin, Uint8Array.from(how));
  }

  async takePinBlock(talk: PadTalk): Promise<Uint8Array> {
    return expectBytes(await askKmy(talk, KMY_COMMAND.readPin), PIN_BLOCK_BYTES);
  }

  async closePin(talk: PadTalk): Promise<void> {
    await askKmy(talk, KMY_COMMAND.keypad, Uint8Array.of(KMY_KEYPAD.off), REPEATABLE);
  }

  async mac(talk: PadTalk, slotKey: SlotKey, { method, data }: MacRequest): Promise<Uint8Array> {
    const triple = async (block: Uint8Array) => {
      await selectKmyKey(talk, slotKey, "tdes");
      return await cryptKmyBlocks(talk, KMY_COMMAND.encrypt, block);
    };
    if (method === "unionpay_ecb") return await unionPayMac(triple, data);
    await setKmyParameter(talk, KMY_PARAMETER.mac, KMY_MAC_X9_9);
    await selectKmyKey(talk, slotKey, "des");
    const step = async (chunk: Uint8Array) =>
      expectBytes(await askKmy(talk, KMY_COMMAND.mac, chunk, REPEATABLE), 8);
    if (method === "x9_19") return await retailMac(KMY_MAC_BYTES_MAX, { step, triple }, data);
    return await chainMac({ blockBytes: 8, chunkBytes: KMY_MAC_BYTES_MAX }, step, data);
  }

  async encrypt(talk: PadTalk, slotKey: SlotKey, request: EncryptRequest): Promise<Uint8Array> {
    const { direction, data, iv } = request;
    const command = KMY_COMMAND[direction];
    const step = (chunk: Uint8Array) => cryptKmyBlocks(talk, command, chunk);
    await selectKmyKey(talk, slotKey, "tdes");
    if (iv && direction === "encrypt") return await cbcByBlocks(step, iv, data);
    const result = await inChunks(KMY_CRYPT_BYTES_MAX, step, data);
    return iv ? unchainCbc(iv, data, result) : result;
  }
}

function isSingle({ keyBytes }: SlotKey): boolean {
  return keyBytes === 8;
}
