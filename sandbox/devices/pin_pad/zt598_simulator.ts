import { CryptoError } from "../../../crypto/errors.ts";
import type { KeyPurpose } from "../../../ffi/pin_pad/contract.ts";
import { cbcMac, checkValueOf, crypt, leftHalf, type PadKey, unwrap } from "./pad_keys.ts";
import { PadOnLine, type PadWire } from "./pad_on_line.ts";
import { type Echo, type PadNameplate, PadState } from "./pad_state.ts";
import { ascii, fromHex, textOf, upperHex, USUAL_ECHOES, xorSum } from "./wire_bytes.ts";

export interface Zt598SimulatorOptions {
  readonly nameplate?: PadNameplate;
  readonly echoes?: Readonly<Partial<Record<Echo, number>>>;
  /** How data of a DES MAC come. */
  readonly macData?: "binary" | "hex";
}

/** A SZZT ZT598: DES keys with a use of their own, SM4 keys without. */
export function simulateZt598Pad(options: Zt598SimulatorOptions = {}): PadOnLine {
  const state = new PadState(
    options.nameplate ?? { serialNumber: "ZT000001", firmware: "ZT598M-H01-F02" },
  );
  return new PadOnLine(state, new Zt598Wire(state, options));
}

const ERROR = {
  noKey: 0xe4,
  noMaster: 0xe2,
  keyLength: 0xe3,
  length: 0xe8,
  batteryLow: 0xe0,
  noPin: 0xef,
  removed: 0xff,
} as const;

type Outcome = string | (typeof ERROR)[keyof typeof ERROR];

const DONE_STATUS = 0x61;
const STX = 0x02;
const ETX = 0x03;
const FRAME_BYTES_MAX = 8192;

const USES: ReadonlyMap<string, KeyPurpose> = new Map<string, KeyPurpose>([
  ["6", "data"],
  ["3", "pin"],
  ["5", "mac"],
  ["2", "key_encryption"],
]);
const KEY_BYTES: ReadonlyMap<string, number> = new Map([["1", 8], ["2", 16], ["3", 24]]);

class Zt598Wire implements PadWire {
  readonly echoes: PadWire["echoes"];
  readonly #state: PadState;
  readonly #macData: "binary" | "hex";
  #minDigits = 4;
  #maxDigits = 6;
  #clear: "backspace" | "clear_all" = "clear_all";

  constructor(state: PadState, { echoes, macData }: Zt598SimulatorOptions) {
    this.#state = state;
    this.echoes = echoes ?? USUAL_ECHOES;
    this.#macData = macData ?? "binary";
  }

  newCutter(): (bytes: Uint8Array) => readonly Uint8Array[] {
    let begun: number[] = [];
    return (bytes) => {
      const frames: Uint8Array[] = [];
      for (const byte of bytes) {
        if (begun.length === 0 && byte !== STX) continue;
        begun.push(byte);
        if (begun.length > FRAME_BYTES_MAX) begun = [];
        if (!isWhole(begun)) continue;
        frames.push(Uint8Array.from(begun));
        begun = [];
      }
      return frames;
    };
  }

  answer(frame: Uint8Array): Uint8Array {
    const sum = upperHex(Uint8Array.of(xorSum(frame.subarray(1, -2))));
    if (textOf(frame.subarray(-2)) !== sum) return replyOf(ERROR.length);
    if (this.#state.isTampered) return replyOf(ERROR.removed);
    const body = frame.slice(4, -3);
    try {
      return replyOf(this.#run(textOf(body), body));
    } catch (thrown) {
      if (!(thrown instanceof CryptoError)) throw thrown;
      return replyOf(ERROR.length);
    }
  }

  spoil(frame: Uint8Array): Uint8Array {
    const spoilt = frame.slice();
    const last = spoilt.length - 1;
    spoilt[last] = spoilt[last] === 0x30 ? 0x31 : 0x30;
    return spoilt;
  }

  #run(text: string, body: Uint8Array): Outcome {
    switch (text[0]) {
      case "I":
        if (this.#state.battery === "low") return ERROR.batteryLow;
        return this.#state.nameplate.serialNumber.padEnd(16) + "111111";
      case "3":
        return this.#information();
      case "5":
        return this.#control(text.slice(1, 2), text.slice(2));
      case "6":
        return this.#openPin(text);
      case "7":
        return this.#pinBlock("tdes", text);
      case "o":
        return this.#pinBlock("sm4", text);
      case "1":
        return this.#loadMaster(text);
      case "2":
        return this.#loadWork(text);
      case "b":
        return this.#loadSm4(text.slice(1, 3), null, text.slice(3));
      case "c":
        return this.#loadSm4(text.slice(5, 7), text.slice(3, 5), text.slice(7));
      case "8":
        return this.#mac(text, body);
      case "9":
        return this.#crypt(text);
      case "d":
        return this.#sm4Crypt(text);
      case "e":
        return this.#sm4Mac(text);
      case "n":
        return this.#eraseSm4(text);
      default:
        return ERROR.length;
    }
  }

  #information(): Outcome {
    const { serialNumber, firmware } = this.#state.nameplate;
    const [model = "", hardware = "", version = ""] = firmware.split("-");
    return "".padEnd(118) + "00000001" + model.padEnd(6) + hardware.padEnd(3) +
      version.padEnd(3) + serialNumber.padEnd(8);
  }

  #control(mode: string, value: string): Outcome {
    const number = Number(value);
    if (mode === "0" && value === "31") this.#state.eraseKeys();
    if (mode === "0" && ["30", "31", "32"].includes(value)) this.#state.closeKeypad();
    if (mode === "4" && number <= 12) this.#minDigits = number;
    if (mode === "5" && number <= 12) this.#maxDigits = number;
    if (mode === "A" && value === "21") this.#clear = "backspace";
    if (mode === "A" && value === "22") this.#clear = "clear_all";
    // 33 would open the keypad for plain text.
    return mode === "0" && value === "33" ? ERROR.length : "";
  }

  #openPin(text: string): Outcome {
    const wanted = this.#clear === "backspace" ? "600011" : "600012";
    if (text !== wanted || this.#minDigits > this.#maxDigits) return ERROR.length;
    this.#state.openKeypad({
      minDigits: this.#minDigits,
      maxDigits: this.#maxDigits,
      clear: this.#clear,
      endsShort: false,
    });
    return "";
  }

  #pinBlock(algorithm: "tdes" | "sm4", text: string): Outcome {
    const [id, format, account] = [text.slice(1, 3), text.slice(3, 4), text.slice(4)];
    const key = this.#find(algorithm, id, "pin");
    if (!key) return ERROR.noKey;
    const isAsked = format === (algorithm === "sm4" ? "0" : " ") && /^\d{12}$/.test(account);
    const block = isAsked ? this.#state.takePinBlock(key, account) : null;
    return block ? `0000${upperHex(block)}` : ERROR.noPin;
  }

  #loadMaster(text: string): Outcome {
    const id = text.slice(1, 3);
    const bytes = keyOf(text.slice(4, 5), text.slice(5));
    if (!bytes || Number.parseInt(id, 16) > 0x1f) return ERROR.keyLength;
    return this.#store(id, { algorithm: "tdes", purpose: "key_encryption", bytes });
  }

  #loadWork(text: string): Outcome {
    const master = this.#find("tdes", text.slice(1, 3), "key_encryption");
    if (!master) return ERROR.noMaster;
    const id = text.slice(3, 5);
    const purpose = USES.get(text.slice(5, 6));
    const wrapped = keyOf(text.slice(6, 7), text.slice(7));
    if (!wrapped || !purpose) return ERROR.keyLength;
    return this.#store(id, { algorithm: "tdes", purpose, bytes: unwrap(master, wrapped) });
  }

  #loadSm4(id: string, masterId: string | null, hex: string): Outcome {
    const given = keyOf("2", hex);
    if (!given) return ERROR.keyLength;
    if (masterId === null) {
      return this.#store(id, { algorithm: "sm4", purpose: null, bytes: given });
    }
    const master = this.#find("sm4", masterId, null);
    if (!master) return ERROR.noMaster;
    return this.#store(id, { algorithm: "sm4", purpose: null, bytes: unwrap(master, given) });
  }

  #mac(text: string, body: Uint8Array): Outcome {
    const key = this.#find("tdes", text.slice(1, 3), "mac");
    if (!key) return ERROR.noKey;
    const data = this.#macData === "hex" ? fromHex(text.slice(4)) : body.slice(4);
    if (!data || data.length === 0 || data.length > 512) return ERROR.length;
    const used = text[3] === "2" ? leftHalf(key) : key;
    return upperHex(cbcMac(used, new Uint8Array(8), data));
  }

  #crypt(text: string): Outcome {
    const key = this.#find("tdes", text.slice(1, 3), "data");
    const data = fromHex(text.slice(4));
    const type = text.slice(3, 4);
    if (!key) return ERROR.noKey;
    if (!data || data.length === 0 || data.length > 512) return ERROR.length;
    const direction = type === "1" || type === "2" ? "encrypt" : "decrypt";
    const iv = type === "2" || type === "B" ? { iv: new Uint8Array(8) } : {};
    return upperHex(crypt(key, { direction, ...iv }, data));
  }

  #sm4Crypt(text: string): Outcome {
    const key = this.#find("sm4", text.slice(1, 3), null);
    const [iv, data] = [fromHex(text.slice(7, 39)), fromHex(text.slice(39))];
    if (!key) return ERROR.noKey;
    if (!iv || !data || data.length === 0 || data.length > 512) return ERROR.length;
    const direction = text.slice(3, 5) === "31" ? "encrypt" : "decrypt";
    return upperHex(
      crypt(key, text.slice(5, 7) === "42" ? { direction, iv } : { direction }, data),
    );
  }

  #sm4Mac(text: string): Outcome {
    const key = this.#find("sm4", text.slice(1, 3), null);
    const [iv, data] = [fromHex(text.slice(3, 35)), fromHex(text.slice(37))];
    if (!key) return ERROR.noKey;
    if (!iv || !data || data.length === 0 || data.length > 512) return ERROR.length;
    return text.slice(35, 37) === "40" ? upperHex(cbcMac(key, iv, data)) : ERROR.length;
  }

  #eraseSm4(text: string): Outcome {
    if (text.startsWith("n32")) {
      this.#state.eraseKeys();
      return "";
    }
    return this.#state.deleteKey(`sm4 ${text.slice(3)}`) ? "" : ERROR.noKey;
  }

  #store(id: string, key: PadKey): Outcome {
    this.#state.storeKey(`${key.algorithm} ${id}`, key);
    return upperHex(checkValueOf(key).slice(0, 8));
  }

  #find(algorithm: "tdes" | "sm4", id: string, purpose: KeyPurpose | null): PadKey | null {
    const key = this.#state.findKey(`${algorithm} ${id}`);
    return key && (key.purpose === null || key.purpose === purpose) ? key : null;
  }
}

/** Ends at the place that Ln says; "000" ends at the first 03. */
function isWhole(begun: readonly number[]): boolean {
  if (begun.length < 7) return false;
  const count = Number(textOf(Uint8Array.from(begun.slice(1, 4))));
  const end = count > 0 ? 4 + count : begun.indexOf(ETX, 4);
  return end > 0 && begun.length === end + 3;
}

function keyOf(length: string, hex: string): Uint8Array | null {
  const bytes = fromHex(hex);
  return bytes && bytes.length === KEY_BYTES.get(length) ? bytes : null;
}

function replyOf(outcome: Outcome): Uint8Array {
  const [status, text] = typeof outcome === "string" ? [DONE_STATUS, outcome] : [outcome, ""];
  const count = text.length + 1;
  const length = ascii((count > 998 ? 0 : count).toString().padStart(3, "0"));
  const summed = Uint8Array.of(...length, status, ...ascii(text), ETX);
  return Uint8Array.of(STX, ...summed, ...ascii(upperHex(Uint8Array.of(xorSum(summed)))));
}
