import { encryptPinBlock } from "../../../crypto/pin_block.ts";
import type { PadKey } from "./pad_keys.ts";

export type HandKey =
  | "0"
  | "1"
  | "2"
  | "3"
  | "4"
  | "5"
  | "6"
  | "7"
  | "8"
  | "9"
  | "enter"
  | "cancel"
  | "clear"
  | "backspace"
  | "00"
  | ".";

/** What the patient's hand and a screwdriver can do to a pad, whatever its form. */
export interface PadHand {
  press(key: HandKey): void;
  /** Taken off its panel: every key is gone at once. */
  tamper(): void;
  /** Mounted again by a technician; the keys stay gone. */
  repair(): void;
  setBattery(battery: "good" | "low"): void;
}

export interface PinEntryRules {
  readonly minDigits: number;
  readonly maxDigits: number;
  readonly clear: "backspace" | "clear_all";
  /** The make does not count: 确认 ends the entry however short it is. */
  readonly endsShort: boolean;
}

/** What the keypad tells while a PIN is typed; digits all look the same. */
export type Echo = "digit" | "enter" | "cancel" | "clear" | "backspace" | "00" | ".";

interface Entry {
  readonly rules: PinEntryRules;
  readonly digits: string[];
  isDone: boolean;
}

/** Only these a real pad could give away; they are all it holds of one. */
export interface PadNameplate {
  readonly serialNumber: string;
  readonly firmware: string;
}

/** Inside of a pad: its keys, the PIN being typed, battery and tamper switch. Outlives its lines. */
export class PadState implements PadHand {
  readonly nameplate: PadNameplate;
  onEcho: (echo: Echo) => void = () => {};
  onTamper: () => void = () => {};
  #keys = new Map<string, PadKey>();
  #entry: Entry | null = null;
  #battery: "good" | "low" = "good";
  #isTampered = false;

  constructor(nameplate: PadNameplate) {
    this.nameplate = nameplate;
  }

  get battery(): "good" | "low" {
    return this.#battery;
  }

  get isTampered(): boolean {
    return this.#isTampered;
  }

  /** Keys are heard now. */
  get isKeypadOpen(): boolean {
    return this.#entry !== null && !this.#entry.isDone;
  }

  get keyCount(): number {
    return this.#keys.size;
  }

  /** Places are the make's own: a number, an algorithm and number, … */
  findKey(place: string): PadKey | null {
    return this.#keys.get(place) ?? null;
  }

  hasKeyAt(prefix: string): boolean {
    return [...this.#keys.keys()].some((place) => place.startsWith(prefix));
  }

  storeKey(place: string, key: PadKey): void {
    this.#keys.set(place, key);
  }

  deleteKey(place: string): boolean {
    return this.#keys.delete(place);
  }

  eraseKeys(): void {
    this.#keys.clear();
    this.closeKeypad();
  }

  openKeypad(rules: PinEntryRules): void {
    this.#entry = { rules, digits: [], isDone: false };
  }

  /** The digits are gone with it. */
  closeKeypad(): void {
    this.#entry?.digits.fill("0");
    this.#entry = null;
  }

  /** Null when no PIN was finished; it can be taken once. */
  takePinBlock(key: PadKey, boundDigits: string): Uint8Array | null {
    const entry = this.#entry;
    if (!entry?.isDone) return null;
    const format = key.algorithm === "sm4" ? "sm4_16" : "iso9564_0";
    // The check digit plays no part in the block.
    const pan = `${boundDigits}0`;
    try {
      return encryptPinBlock({ format, key: key.bytes, pan, pin: entry.digits.join("") });
    } finally {
      this.closeKeypad();
    }
  }

  press(key: HandKey): void {
    const entry = this.#entry;
    if (!entry || entry.isDone) return;
    const { rules, digits } = entry;
    switch (key) {
      case "enter":
        if (digits.length < rules.minDigits && !rules.endsShort) return;
        entry.isDone = true;
        return this.onEcho("enter");
      case "cancel":
        this.closeKeypad();
        return this.onEcho("cancel");
      case "clear":
        digits.splice(rules.clear === "backspace" ? -1 : 0);
        return this.onEcho("clear");
      case "backspace":
        digits.pop();
        return this.onEcho("backspace");
      case "00":
      case ".":
        return this.onEcho(key);
      default:
        if (digits.length >= rules.maxDigits) return;
        digits.push(key);
        return this.onEcho("digit");
    }
  }

  tamper(): void {
    this.#isTampered = true;
    this.eraseKeys();
    this.onTamper();
  }

  repair(): void {
    this.#isTampered = false;
  }

  setBattery(battery: "good" | "low"): void {
    this.#battery = battery;
  }
}
