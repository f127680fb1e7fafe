import { CryptoError } from "../../../crypto/errors.ts";
import { computeMac } from "../../../crypto/mac.ts";
import type { KeyPurpose, PinPadAlgorithm } from "../../../ffi/pin_pad/contract.ts";
import { cbcMac, checkValueOf, crypt, leftHalf, type PadKey, unwrap } from "./pad_keys.ts";
import { PadOnLine, type PadWire } from "./pad_on_line.ts";
import { type Echo, type PadNameplate, PadState } from "./pad_state.ts";
import { ascii, textOf, USUAL_ECHOES, xorSum } from "./wire_bytes.ts";

export interface XzSimulatorOptions {
  readonly nameplate?: PadNameplate;
  readonly echoes?: Readonly<Partial<Record<Echo, number>>>;
}

/** A SUNSON XZ F35: 64 keys of each algorithm, with purposes. */
export function simulateXzPad(options: XzSimulatorOptions = {}): PadOnLine {
  const state = new PadState(
    options.nameplate ?? { serialNumber: "XZ0000000001", firmware: "XZ-F35-V2.10" },
  );
  return new PadOnLine(state, new XzWire(state, options.echoes ?? USUAL_ECHOES));
}

const ERROR = {
  drilled: 0x01,
  algorithm: 0x02,
  format: 0x03,
  noKey: 0x0e,
  attribute: 0x10,
  index: 0x17,
  noPin: 0x19,
  pinLength: 0x1c,
  sequence: 0x1f,
  keyLength: 0x42,
} as const;

type Outcome = Uint8Array | (typeof ERROR)[keyof typeof ERROR];

const DONE = new Uint8Array(0);
const KEYS_MAX = 64;
const PLAIN = 0xffff;
const ESC = 0x1b;
const HEAD_BYTES = 5;
const DATA_BYTES_MAX = 3273;
const PURPOSES: ReadonlyMap<number, KeyPurpose> = new Map<number, KeyPurpose>([
  [0x01, "data"],
  [0x02, "pin"],
  [0x04, "mac"],
  [0x20, "key_encryption"],
]);

class XzWire implements PadWire {
  readonly echoes: PadWire["echoes"];
  readonly #state: PadState;
  #algorithm: PinPadAlgorithm = "tdes";
  #iv: Uint8Array = new Uint8Array(16);

  constructor(state: PadState, echoes: PadWire["echoes"]) {
    this.#state = state;
    this.echoes = echoes;
  }

  newCutter(): (bytes: Uint8Array) => readonly Uint8Array[] {
    let begun: number[] = [];
    return (bytes) => {
      const frames: Uint8Array[] = [];
      for (const byte of bytes) {
        if (begun.length === 0 && byte !== ESC) continue;
        begun.push(byte);
        const length = wordAt(Uint8Array.from(begun.slice(3, 5)), 0);
        if (begun.length >= HEAD_BYTES && length > DATA_BYTES_MAX) begun = [];
        if (begun.length < HEAD_BYTES || begun.length < HEAD_BYTES + length + 2) continue;
        frames.push(Uint8Array.from(begun));
        begun = [];
      }
      return frames;
    };
  }

  answer(frame: Uint8Array): Uint8Array {
    const isWhole = xorSum(frame.subarray(0, -2)) === 0 && textOf(frame.subarray(-2)) === "\r\n";
    if (!isWhole) return replyOf(ERROR.format);
    const command = textOf(frame.subarray(1, 3));
    const needsKeys = !["EW", "SF", "RE", "RS", "CK"].includes(command);
    if (this.#state.isTampered && needsKeys) return replyOf(ERROR.drilled);
    try {
      return replyOf(this.#run(command, frame.slice(HEAD_BYTES, -3)));
    } catch (thrown) {
      if (!(thrown instanceof CryptoError)) throw thrown;
      return replyOf(ERROR.format);
    }
  }

  /** There is no checksum: only a head that is none can be noticed. */
  spoil(frame: Uint8Array): Uint8Array {
    const spoilt = frame.slice();
    spoilt[1] = 0x58;
    return spoilt;
  }

  #run(command: string, data: Uint8Array): Outcome {
    switch (command) {
      case "EW":
        return this.#status();
      case "SF":
      case "CK":
        this.#state.closeKeypad();
        return DONE;
      case "RE":
        return ascii(this.#state.nameplate.firmware);
      case "RS":
        return ascii(this.#state.nameplate.serialNumber);
      case "SW":
        return this.#useAlgorithm(data);
      case "LK":
      case "LG":
        return this.#load(command === "LG" ? "sm4" : "tdes", data);
      case "RC":
        return this.#checkValue(data);
      case "RP":
        return this.#readPin(data);
      case "PB":
        return this.#pinBlock(data);
      case "DV":
        this.#iv = data;
        return [8, 16].includes(data.length) ? DONE : ERROR.format;
      case "DO":
        return this.#crypt(data);
      case "MC":
        return this.#mac(data);
      case "DA":
        this.#state.eraseKeys();
        return DONE;
      case "DD":
        return this.#state.deleteKey(this.#placeOf(wordAt(data, 0))) ? DONE : ERROR.noKey;
      default:
        return ERROR.format;
    }
  }

  #status(): Outcome {
    const { battery, isTampered, keyCount } = this.#state;
    const hasKeys = keyCount > 0 ? 1 : 0;
    const [good, tampered] = [battery === "good" ? 1 : 0, isTampered ? 1 : 0];
    return Uint8Array.of(good, tampered, 1, hasKeys, hasKeys, 1 - tampered, 1, 0);
  }

  #useAlgorithm([name]: Uint8Array): Outcome {
    if (name !== 0x00 && name !== 0x02) return ERROR.algorithm;
    this.#algorithm = name === 0x02 ? "sm4" : "tdes";
    return DONE;
  }

  #load(algorithm: PinPadAlgorithm, data: Uint8Array): Outcome {
    const [id, above] = [wordAt(data, 0), wordAt(data, 2)];
    const purpose = PURPOSES.get(wordAt(data, 6));
    const given = data.slice(8);
    const lengths = algorithm === "sm4" ? [16] : [8, 16, 24];
    if (algorithm !== this.#algorithm) return ERROR.algorithm;
    if (id >= KEYS_MAX) return ERROR.index;
    if (!purpose || !lengths.includes(given.length)) return ERROR.keyLength;
    if (above === PLAIN) return this.#store(id, { algorithm, purpose, bytes: given });
    const master = this.#find(above, "key_encryption");
    if (typeof master === "number") return master;
    return this.#store(id, { algorithm, purpose, bytes: unwrap(master, given) });
  }

  #store(id: number, key: PadKey): Outcome {
    this.#state.storeKey(this.#placeOf(id), key);
    return DONE;
  }

  #checkValue(data: Uint8Array): Outcome {
    const asked = wordAt(data, 0);
    const key = this.#state.findKey(this.#placeOf((asked >> 4) - 1));
    if (!key) return ERROR.noKey;
    return (asked & 0xf) === 2 ? checkValueOf(key).slice(0, 8) : ERROR.format;
  }

  #readPin(data: Uint8Array): Outcome {
    const [minDigits = 0, maxDigits = 0, mode = 0xff, echo = 0] = data;
    if (mode !== 0 || echo !== 0x2a) return ERROR.format;
    if (minDigits < 4 || maxDigits > 12 || minDigits > maxDigits) return ERROR.pinLength;
    this.#state.openKeypad({ minDigits, maxDigits, clear: "clear_all", endsShort: false });
    return DONE;
  }

  #pinBlock(data: Uint8Array): Outcome {
    if (this.#state.isKeypadOpen) return ERROR.sequence;
    const [format, fill, count] = [wordAt(data, 2), data[4], data[5]];
    const account = textOf(data.subarray(6));
    if (format !== 0x0002 || fill !== 0x0f || count !== 12 || !/^\d{12}$/.test(account)) {
      return ERROR.format;
    }
    const key = this.#find(wordAt(data, 0), "pin");
    if (typeof key === "number") return key;
    return this.#state.takePinBlock(key, account) ?? ERROR.noPin;
  }

  #crypt(data: Uint8Array): Outcome {
    const key = this.#find(wordAt(data, 0), "data");
    if (typeof key === "number") return key;
    const direction = data[2] === 0x01 ? "encrypt" : "decrypt";
    const [mode, length, given] = [wordAt(data, 3), wordAt(data, 6), data.slice(8)];
    const [ecb, cbc] = this.#algorithm === "sm4" ? [0x0001, 0x0002] : [0x0040, 0x0080];
    if (length !== given.length || length === 0 || length > 1024) return ERROR.format;
    if (mode === ecb) return crypt(key, { direction }, given);
    return mode === cbc ? crypt(key, { direction, iv: this.#iv }, given) : ERROR.algorithm;
  }

  #mac(data: Uint8Array): Outcome {
    const key = this.#find(wordAt(data, 0), "mac");
    if (typeof key === "number") return key;
    const [method, length, given] = [wordAt(data, 2), wordAt(data, 4), data.slice(6)];
    if (length !== given.length || length === 0 || length > 2048) return ERROR.format;
    switch (method) {
      case 0x0020:
        return cbcMac(leftHalf(key), this.#iv, given);
      case 0x0021:
        return cbcMac(key, this.#iv, given);
      case 0x0200:
        return computeMac("tdes_x9_19", key.bytes, given);
      case 0x0032:
        return computeMac("tdes_unionpay_ecb", key.bytes, given);
      default:
        return ERROR.algorithm;
    }
  }

  #find(id: number, purpose: KeyPurpose): PadKey | typeof ERROR.noKey | typeof ERROR.attribute {
    const key = this.#state.findKey(this.#placeOf(id));
    if (!key) return ERROR.noKey;
    return key.purpose === purpose ? key : ERROR.attribute;
  }

  #placeOf(id: number): string {
    return `${this.#algorithm} ${id}`;
  }
}

function wordAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function replyOf(outcome: Outcome): Uint8Array {
  const [kind, data] = typeof outcome === "number" ? ["E", Uint8Array.of(outcome)] : ["S", outcome];
  return Uint8Array.of(0x02, ...ascii(kind), data.length >> 8, data.length & 0xff, ...data);
}
