import { computeMac } from "../../../crypto/mac.ts";
import { CryptoError } from "../../../crypto/errors.ts";
import { CommandSlot } from "../../../ffi/command_slot.ts";
import type { CommandOptions, Completion } from "../../../ffi/contract.ts";
import { Listeners } from "../../../ffi/listeners.ts";
import type {
  EncryptRequest,
  EnteredPin,
  EnterPinFailure,
  EnterPinRequest,
  KeyPurpose,
  LoadKeyRequest,
  MacRequest,
  PinPad,
  PinPadAlgorithm,
  PinPadCapabilities,
  PinPadEvent,
  PinPadFailure,
  PinPadIdentity,
  PinPadStatus,
} from "../../../ffi/pin_pad/contract.ts";
import { checkValueOf, crypt, leftHalf, type PadKey, unwrap } from "./pad_keys.ts";
import { type Echo, type HandKey, type PadHand, PadState } from "./pad_state.ts";

interface Options {
  /** Takes master keys in plain. */
  readonly isSecureRoom?: boolean;
}

const SLOTS = 16;
const DATA_BYTES_MAX = 8192;
const CHECK_VALUE_BYTES = 8;

/** The pad of a demonstration: in the process, without a wire; the hand is the dev dock's. */
export class SimulatedPinPad implements PinPad, PadHand {
  readonly capabilities: PinPadCapabilities = {
    model: "simulated",
    algorithms: ["tdes", "sm4"],
    keySlots: SLOTS,
    macMethods: ["x9_9", "x9_19", "unionpay_ecb", "sm4_cbc"],
    dataBytesMax: DATA_BYTES_MAX,
    checkValues: true,
  };
  readonly state = new PadState({ serialNumber: "SIM00001", firmware: "SIM-1.0" });
  readonly #options: Options;
  readonly #slot = new CommandSlot();
  readonly #listeners = new Listeners<PinPadEvent>();
  #online = true;
  #digits = 0;
  #ended: ((failure: EnterPinFailure | null) => void) | null = null;

  constructor(options: Options = {}) {
    this.#options = options;
    this.state.onEcho = (echo) => this.#hear(echo);
    this.state.onTamper = () => this.#listeners.tell({ kind: "tampered" });
  }

  status(): Promise<PinPadStatus> {
    return Promise.resolve({
      device: this.#online ? "online" : "offline",
      tamper: this.state.isTampered ? "tampered" : "intact",
      battery: this.state.battery,
      entry: this.state.isKeypadOpen ? "pin" : "idle",
    });
  }

  subscribe(listener: (event: PinPadEvent) => void): () => void {
    return this.#listeners.add(listener);
  }

  reset(_options: CommandOptions): Promise<Completion<null>> {
    if (!this.#online) return Promise.resolve({ kind: "failed", reason: "offline" });
    this.#slot.end("cancelled");
    this.state.closeKeypad();
    return Promise.resolve({ kind: "done", value: null });
  }

  async identify(options: CommandOptions): Promise<Completion<PinPadIdentity>> {
    if (!this.#online) return { kind: "failed", reason: "offline" };
    return await this.#slot.run<PinPadIdentity, never>(
      options,
      () => Promise.resolve({ kind: "done", value: this.state.nameplate }),
    );
  }

  /** It knows its slots by itself. */
  recallKeys(): void {}

  loadKey(
    request: LoadKeyRequest,
    options: CommandOptions,
  ): Promise<Completion<null, PinPadFailure>> {
    return this.#run(options, () => this.#load(request));
  }

  checkValue(
    slot: number,
    options: CommandOptions,
  ): Promise<Completion<Uint8Array, PinPadFailure>> {
    return this.#run(options, () => {
      const key = this.state.findKey(String(slot));
      return key ? checkValueOf(key).slice(0, CHECK_VALUE_BYTES) : "no_key";
    });
  }

  eraseKeys(options: CommandOptions): Promise<Completion<null, PinPadFailure>> {
    return this.#run(options, () => {
      this.state.eraseKeys();
      return null;
    }, { evenTampered: true });
  }

  async enterPin(
    request: EnterPinRequest,
    options: CommandOptions,
  ): Promise<Completion<EnteredPin, EnterPinFailure>> {
    const { slot, algorithm, pan, minDigits, maxDigits } = request;
    if (!this.#online) return { kind: "failed", reason: "offline" };
    const isPossible = /^\d{13,19}$/.test(pan) && minDigits >= 4 && minDigits <= maxDigits &&
      maxDigits <= 12;
    if (!isPossible) return { kind: "failed", reason: "refused" };
    return await this.#slot.run<EnteredPin, EnterPinFailure>(options, async (signal) => {
      if (this.state.isTampered) return { kind: "failed", reason: "tampered" };
      const key = this.#find(slot, "pin", algorithm);
      if (typeof key === "string") return { kind: "failed", reason: key };
      const failure = await this.#typed({ minDigits, maxDigits }, signal);
      if (failure) return { kind: "failed", reason: failure };
      const digits = this.#digits;
      const block = this.state.takePinBlock(key, pan.slice(-13, -1));
      return block
        ? { kind: "done", value: { block, digits } }
        : { kind: "failed", reason: "refused" };
    });
  }

  mac(
    request: MacRequest,
    options: CommandOptions,
  ): Promise<Completion<Uint8Array, PinPadFailure>> {
    return this.#run(options, () => {
      const { slot, method, data } = request;
      if (data.length === 0 || data.length > DATA_BYTES_MAX) return "refused";
      const key = this.#find(slot, "mac", method === "sm4_cbc" ? "sm4" : "tdes");
      return typeof key === "string" ? key : macOf(key, method, data);
    });
  }

  encrypt(
    request: EncryptRequest,
    options: CommandOptions,
  ): Promise<Completion<Uint8Array, PinPadFailure>> {
    return this.#run(options, () => {
      const { slot, algorithm, direction, data, iv } = request;
      const blockBytes = algorithm === "sm4" ? 16 : 8;
      const isPossible = data.length > 0 && data.length <= DATA_BYTES_MAX &&
        data.length % blockBytes === 0 && (!iv || iv.length === blockBytes);
      if (!isPossible) return "refused";
      const key = this.#find(slot, "data", algorithm);
      return typeof key === "string"
        ? key
        : crypt(key, iv ? { direction, iv } : { direction }, data);
    });
  }

  press(key: HandKey): void {
    this.state.press(key);
  }

  tamper(): void {
    this.state.tamper();
    this.#ended?.("tampered");
    this.#listeners.tell({ kind: "status_changed" });
  }

  repair(): void {
    this.state.repair();
    this.#listeners.tell({ kind: "status_changed" });
  }

  setBattery(battery: "good" | "low"): void {
    this.state.setBattery(battery);
    this.#listeners.tell({ kind: "status_changed" });
  }

  setOnline(online: boolean): void {
    this.#online = online;
    if (!online) this.#slot.end("offline");
    this.#listeners.tell({ kind: "status_changed" });
  }

  /** Null when 确认 ended it; the keypad is closed in every other end. */
  async #typed(
    digits: { readonly minDigits: number; readonly maxDigits: number },
    signal: AbortSignal,
  ): Promise<EnterPinFailure | null> {
    const { promise, resolve } = Promise.withResolvers<EnterPinFailure | null>();
    this.#ended = resolve;
    this.#digits = 0;
    this.state.openKeypad({ ...digits, clear: "clear_all", endsShort: false });
    signal.addEventListener("abort", () => {
      this.state.closeKeypad();
      resolve("patient_cancelled");
    }, { once: true });
    return await promise;
  }

  #hear(echo: Echo): void {
    const before = this.#digits;
    if (echo === "digit") this.#digits++;
    if (echo === "backspace") this.#digits = Math.max(0, this.#digits - 1);
    if (echo === "clear") this.#digits = 0;
    if (this.#digits !== before) {
      this.#listeners.tell({ kind: "pin_progress", digits: this.#digits });
    }
    if (echo === "cancel") this.#ended?.("patient_cancelled");
    if (echo === "enter") this.#ended?.(null);
  }

  #load(request: LoadKeyRequest): null | PinPadFailure {
    const { slot, algorithm, purpose, under, checkValue } = request;
    if (!isLoadable(request)) return "refused";
    if (under === null && !this.#options.isSecureRoom) return "refused";
    const master = under === null ? null : this.#find(under, "key_encryption", algorithm);
    if (typeof master === "string") return master;
    const bytes = master ? unwrap(master, request.key) : request.key.slice();
    const key: PadKey = { algorithm, purpose, bytes };
    const value = checkValueOf(key);
    if (checkValue && checkValue.some((byte, at) => byte !== value[at])) {
      this.state.deleteKey(String(slot));
      return "wrong_check_value";
    }
    this.state.storeKey(String(slot), key);
    return null;
  }

  #find(
    slot: number,
    purpose: KeyPurpose,
    algorithm: PinPadAlgorithm,
  ): PadKey | "no_key" | "wrong_key_purpose" {
    const key = this.state.findKey(String(slot));
    if (!key) return "no_key";
    return key.purpose === purpose && key.algorithm === algorithm ? key : "wrong_key_purpose";
  }

  async #run<Value extends Uint8Array | null>(
    options: CommandOptions,
    work: () => Value | PinPadFailure,
    { evenTampered = false }: { readonly evenTampered?: boolean } = {},
  ): Promise<Completion<Value, PinPadFailure>> {
    if (!this.#online) return { kind: "failed", reason: "offline" };
    return await this.#slot.run<Value, PinPadFailure>(options, () => {
      if (this.state.isTampered && !evenTampered) {
        return Promise.resolve({ kind: "failed", reason: "tampered" });
      }
      return Promise.resolve(outcomeOf(work));
    });
  }
}

function outcomeOf<Value extends Uint8Array | null>(
  work: () => Value | PinPadFailure,
): Completion<Value, PinPadFailure> {
  try {
    const outcome = work();
    return typeof outcome === "string"
      ? { kind: "failed", reason: outcome }
      : { kind: "done", value: outcome };
  } catch (thrown) {
    if (!(thrown instanceof CryptoError)) throw thrown;
    return { kind: "failed", reason: "refused" };
  }
}

function isLoadable({ slot, algorithm, purpose, under, key }: LoadKeyRequest): boolean {
  const slots = under === null ? [slot] : [slot, under];
  if (!slots.every((at) => Number.isInteger(at) && at >= 0 && at < SLOTS)) return false;
  if (slot === under || (under === null && purpose !== "key_encryption")) return false;
  if (key.length === 8) return algorithm === "tdes" && purpose === "mac";
  return key.length === 16 || (key.length === 24 && algorithm === "tdes");
}

function macOf(
  key: PadKey,
  method: MacRequest["method"],
  data: Uint8Array,
): Uint8Array | PinPadFailure {
  const bytes = key.bytes.length;
  switch (method) {
    case "x9_9":
      return bytes === 24 ? "wrong_key_purpose" : computeMac("des_x9_9", leftHalf(key).bytes, data);
    case "x9_19":
      return bytes === 16 ? computeMac("tdes_x9_19", key.bytes, data) : "wrong_key_purpose";
    case "unionpay_ecb":
      return bytes === 8 ? "wrong_key_purpose" : computeMac("tdes_unionpay_ecb", key.bytes, data);
    case "sm4_cbc":
      return computeMac("sm4_cbc", key.bytes, data);
  }
}
