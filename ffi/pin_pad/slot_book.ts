import type { KeyPurpose, PinPadAlgorithm } from "./contract.ts";
import type { SlotKey } from "./pad_protocol.ts";
import { PadTrouble } from "./pad_trouble.ts";

/** Which keys a pad holds, as far as this driver put them there or was told. */
export class SlotBook {
  readonly #keys = new Map<number, SlotKey>();

  constructor(known: readonly SlotKey[]) {
    for (const slotKey of known) this.#keys.set(slotKey.slot, slotKey);
  }

  set(slotKey: SlotKey): void {
    this.#keys.set(slotKey.slot, slotKey);
  }

  forget(slot: number): void {
    this.#keys.delete(slot);
  }

  forgetAll(): void {
    this.#keys.clear();
  }

  find(slot: number): SlotKey | undefined {
    return this.#keys.get(slot);
  }

  /** Throws `PadTrouble` `no_key` and `wrong_key_purpose`; a key of the other algorithm is both. */
  get(slot: number, use: { purpose: KeyPurpose; algorithm?: PinPadAlgorithm }): SlotKey {
    const slotKey = this.#keys.get(slot);
    if (!slotKey) throw new PadTrouble("no_key");
    const fits = slotKey.purpose === use.purpose &&
      (use.algorithm === undefined || slotKey.algorithm === use.algorithm);
    if (!fits) throw new PadTrouble("wrong_key_purpose");
    return slotKey;
  }
}
