import { CryptoError } from "../../../crypto/errors.ts";
import { cbcMac, crypt, leftHalf, type PadKey, unwrap } from "./pad_keys.ts";
import { PadOnLine, type PadWire } from "./pad_on_line.ts";
import { type Echo, type PadNameplate, PadState } from "./pad_state.ts";
import { ascii, fromHex, textOf, upperHex, USUAL_ECHOES, xorSum } from "./wire_bytes.ts";

export interface KmySimulatorOptions {
  readonly nameplate?: PadNameplate;
  readonly echoes?: Readonly<Partial<Record<Echo, number>>>;
}

/** A KMY 3501B: 16 master keys with 16 work keys each, 3DES only, no purposes. */
export function simulateKmyPad(options: KmySimulatorOptions = {}): PadOnLine {
  const state = new PadState(
    options.nameplate ?? { serialNumber: "KMY00001", firmware: "KMY3501B-SIM1.00" },
  );
  return new PadOnLine(state, new KmyWire(state, options.echoes ?? USUAL_ECHOES));
}

/** Outcome of a command; the status byte also tells of keys and battery. */
type Outcome = { readonly data: Uint8Array } | "wrong_parameter" | "unknown_command";

const DONE = { data: new Uint8Array(0) } as const;
const KEY_NUMBERS = 16;
const STX = 0x02;
const ETX = 0x03;
const FRAME_BYTES_MAX = 600;

class KmyWire implements PadWire {
  readonly echoes: PadWire["echoes"];
  readonly #state: PadState;
  #cipher = 0x20;
  #macMethod = 0x01;
  #active: { readonly master: number; readonly work: number } | null = null;
  #isKeypadOn = false;
  #account: string | null = null;

  constructor(state: PadState, echoes: PadWire["echoes"]) {
    this.#state = state;
    this.echoes = echoes;
  }

  newCutter(): (bytes: Uint8Array) => readonly Uint8Array[] {
    let begun: number[] | null = null;
    return (bytes) => {
      const frames: Uint8Array[] = [];
      for (const byte of bytes) {
        if (byte === STX) begun = [];
        begun?.push(byte);
        if (begun && byte === ETX) frames.push(Uint8Array.from(begun));
        if (byte === ETX || (begun && begun.length > FRAME_BYTES_MAX)) begun = null;
      }
      return frames;
    };
  }

  answer(frame: Uint8Array): Uint8Array {
    const body = fromHex(textOf(frame.subarray(1, -1)));
    const isWhole = body && body.length >= 3 && body[0] === body.length - 2 && xorSum(body) === 0;
    if (!isWhole) return this.#reply("wrong_parameter");
    try {
      return this.#reply(this.#run(body[1] ?? 0, body.slice(2, -1)));
    } catch (thrown) {
      if (!(thrown instanceof CryptoError)) throw thrown;
      return this.#reply("wrong_parameter");
    }
  }

  spoil(frame: Uint8Array): Uint8Array {
    const spoilt = frame.slice();
    spoilt[3] = spoilt[3] === 0x30 ? 0x31 : 0x30;
    return spoilt;
  }

  #run(command: number, args: Uint8Array): Outcome {
    switch (command) {
      case 0x30:
        return { data: ascii(this.#state.nameplate.firmware.padEnd(16).slice(0, 16)) };
      case 0x31:
        return this.#reset(args);
      case 0x32:
        return this.#loadMaster(args);
      case 0x33:
        return this.#loadWork(args);
      case 0x34:
        return this.#loadAccount(args);
      case 0x35:
        return this.#startPin(args);
      case 0x36:
      case 0x37:
        return this.#crypt(command === 0x36 ? "encrypt" : "decrypt", args);
      case 0x38:
        return args.length === 0
          ? { data: ascii(this.#state.nameplate.serialNumber.padEnd(8).slice(0, 8)) }
          : "wrong_parameter";
      case 0x41:
        return this.#mac(args);
      case 0x42:
        return this.#readPin();
      case 0x43:
        return this.#activate(args);
      case 0x45:
        return this.#setKeypad(args);
      case 0x46:
        return this.#setParameter(args);
      default:
        return "unknown_command";
    }
  }

  #reset(args: Uint8Array): Outcome {
    if (args.length > 0 && args[0] !== 0x38) return "wrong_parameter";
    if (args[0] === 0x38) this.#state.eraseKeys();
    this.#isKeypadOn = false;
    this.#active = null;
    this.#account = null;
    this.#state.closeKeypad();
    return DONE;
  }

  #loadMaster(args: Uint8Array): Outcome {
    const [number = KEY_NUMBERS] = args;
    const key = args.slice(1);
    if (number >= KEY_NUMBERS || ![8, 16, 24].includes(key.length)) return "wrong_parameter";
    if (this.#state.isTampered) return "wrong_parameter";
    this.#state.storeKey(`m${number}`, { algorithm: "tdes", purpose: null, bytes: key });
    return DONE;
  }

  #loadWork(args: Uint8Array): Outcome {
    const [masterNumber = KEY_NUMBERS, number = KEY_NUMBERS] = args;
    const wrapped = args.slice(2);
    const master = this.#state.findKey(`m${masterNumber}`);
    if (!master || number >= KEY_NUMBERS || ![8, 16, 24].includes(wrapped.length)) {
      return "wrong_parameter";
    }
    const bytes = unwrap(master, wrapped);
    const place = `w${masterNumber}.${number}`;
    this.#state.storeKey(place, { algorithm: "tdes", purpose: null, bytes });
    return DONE;
  }

  #loadAccount(args: Uint8Array): Outcome {
    const digits = textOf(args);
    if (!/^\d{12}$/.test(digits)) return "wrong_parameter";
    this.#account = digits;
    return DONE;
  }

  #startPin(args: Uint8Array): Outcome {
    const [maxDigits = 0, , method = 0, , seconds = 0] = args;
    const isReady = this.#isKeypadOn && this.#account && this.#activeKey() && seconds > 0;
    const isPossible = args.length === 5 && method === 1 && maxDigits >= 4 && maxDigits <= 12;
    if (!isReady || !isPossible) return "wrong_parameter";
    this.#state.openKeypad({ minDigits: 1, maxDigits, clear: "backspace", endsShort: true });
    return DONE;
  }

  #readPin(): Outcome {
    const key = this.#activeKey();
    const block = key && this.#account && this.#state.takePinBlock(key, this.#account);
    return block ? { data: block } : "wrong_parameter";
  }

  #crypt(direction: "encrypt" | "decrypt", data: Uint8Array): Outcome {
    const key = this.#activeKey();
    if (!key || data.length === 0 || data.length > 248) return "wrong_parameter";
    return { data: crypt(key, { direction }, data) };
  }

  #mac(data: Uint8Array): Outcome {
    const key = this.#activeKey();
    if (!key || this.#macMethod !== 0x01 || data.length < 4 || data.length > 246) {
      return "wrong_parameter";
    }
    return { data: cbcMac(key, new Uint8Array(8), data) };
  }

  #activate(args: Uint8Array): Outcome {
    const [master = KEY_NUMBERS, work = KEY_NUMBERS] = args;
    if (!this.#state.findKey(`m${master}`) || work >= KEY_NUMBERS) return "wrong_parameter";
    this.#active = { master, work };
    return DONE;
  }

  #setKeypad([mode = 0]: Uint8Array): Outcome {
    if (mode < 1 || mode > 4) return "wrong_parameter";
    this.#isKeypadOn = mode !== 1;
    if (!this.#isKeypadOn) this.#state.closeKeypad();
    return DONE;
  }

  #setParameter(args: Uint8Array): Outcome {
    const [name = 0xff, value = 0] = args;
    if (args.length !== 2 || ![0x00, 0x01, 0x05, 0x06].includes(name)) return "wrong_parameter";
    if (name === 0x01) this.#cipher = value;
    if (name === 0x06) this.#macMethod = value;
    return DONE;
  }

  /** The cipher parameter also says whether single DES is meant, and whether the master key is. */
  #activeKey(): PadKey | null {
    if (!this.#active) return null;
    const { master, work } = this.#active;
    const usesMaster = this.#cipher >= 0x60;
    const key = this.#state.findKey(usesMaster ? `m${master}` : `w${master}.${work}`);
    const isSingle = this.#cipher === 0x20 || this.#cipher === 0x60;
    return key && isSingle ? leftHalf(key) : key;
  }

  #reply(outcome: Outcome): Uint8Array {
    const isDone = typeof outcome === "object";
    const data = isDone ? outcome.data : new Uint8Array(0);
    const status = outcome === "unknown_command" ? 0xe0 : this.#status(isDone);
    const body = Uint8Array.of(data.length + 1, status, ...data);
    return ascii(`\x02${upperHex(Uint8Array.of(...body, xorSum(body)))}\x03`);
  }

  #status(isDone: boolean): number {
    if (!this.#state.hasKeyAt("m")) return isDone ? 0xa4 : 0xb5;
    if (this.#state.battery === "low") return isDone ? 0xc4 : 0xd5;
    return isDone ? 0x04 : 0x15;
  }
}
