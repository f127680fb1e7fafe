import { Listeners } from "../listeners.ts";
import type { PinPadEvent, PinPadStatus } from "./contract.ts";
import type { Verdict } from "./pad_talk.ts";
import type { PadTrouble } from "./pad_trouble.ts";

interface Options {
  readonly isLineOpen: () => boolean;
  /** In a secure room a pad that has no keys yet is nothing to ring the bell for. */
  readonly expectsNoKeys: boolean;
  readonly onTampered: () => void;
}

/** What is known of a pad, and who wants to hear of it. */
export class PadCondition {
  readonly listeners = new Listeners<PinPadEvent>();
  readonly #options: Options;
  #answers = false;
  #isFaulty = false;
  #tamper: PinPadStatus["tamper"] = "unknown";
  #battery: PinPadStatus["battery"] = "unknown";
  #entry: PinPadStatus["entry"] = "idle";
  #expectsNoKeys: boolean;
  #told = "";

  constructor(options: Options) {
    this.#options = options;
    this.#expectsNoKeys = options.expectsNoKeys;
    this.#told = JSON.stringify(this.status);
  }

  get status(): PinPadStatus {
    const isThere = this.#options.isLineOpen() && this.#answers;
    return {
      device: !isThere ? "offline" : this.#isFaulty ? "hardware_error" : "online",
      tamper: this.#tamper,
      battery: this.#battery,
      entry: this.#entry,
    };
  }

  get isTampered(): boolean {
    return this.#tamper === "tampered";
  }

  setEntry(entry: PinPadStatus["entry"]): void {
    this.#entry = entry;
    this.tell();
  }

  see({ failure, tamper, battery }: Verdict): void {
    this.#answers = true;
    if (failure === null) this.#isFaulty = false;
    if (battery) this.#battery = battery;
    if (tamper) this.#seeTamper(tamper);
    this.tell();
  }

  suffer({ reason }: PadTrouble): void {
    if (reason === "offline") this.#answers = false;
    if (reason === "hardware_error") this.#isFaulty = true;
    this.tell();
  }

  /** Its keys were erased on purpose: that they are missing is no alarm. */
  expectNoKeys(): void {
    this.#expectsNoKeys = true;
  }

  /** Keys are there again; when they are missing later it is an alarm. */
  expectKeys(): void {
    this.#expectsNoKeys = false;
  }

  /** Tells `status_changed` when the status is another one than was told last. */
  tell(): void {
    const status = JSON.stringify(this.status);
    if (status === this.#told) return;
    this.#told = status;
    this.listeners.tell({ kind: "status_changed" });
  }

  #seeTamper(seen: NonNullable<Verdict["tamper"]>): void {
    const isIntact = seen === "intact" || (seen === "keys_missing" && this.#expectsNoKeys);
    const tamper = isIntact ? "intact" : "tampered";
    const isNew = tamper === "tampered" && this.#tamper !== "tampered";
    this.#tamper = tamper;
    if (!isNew) return;
    this.#options.onTampered();
    this.listeners.tell({ kind: "tampered" });
  }
}
