import assert from "node:assert/strict";
import type { CommandOptions, Completion } from "../../contract.ts";
import type {
  EnteredPin,
  EnterPinFailure,
  KeyPurpose,
  PinPad,
  PinPadAlgorithm,
} from "../contract.ts";

/** The key of devices.md §3.4, as master key and, under itself, as work key. */
export const KEY = Uint8Array.fromHex("0123456789ABCDEFFEDCBA9876543210");
/** PIN 123456 of the card below under that key, 3DES. */
export const PIN_BLOCK = "2A084C604973D4AE";
export const WORK_SLOT = 5;

const PAN = "6222021234567890123";
const MASTER_SLOT = 0;
const UNDER_ITSELF: Readonly<Record<PinPadAlgorithm, string>> = {
  tdes: "1A4D672DCA6CB3351FD1B02B237AF9AE",
  sm4: "681EDF34D206965E86B3E94F536E4246",
};

export async function loadWork(
  pad: PinPad,
  purpose: KeyPurpose,
  algorithm: PinPadAlgorithm = "tdes",
): Promise<void> {
  const master = { slot: MASTER_SLOT, purpose: "key_encryption", under: null } as const;
  valueOf(await pad.loadKey({ ...master, algorithm, key: KEY.slice() }, patiently()));
  const key = Uint8Array.fromHex(UNDER_ITSELF[algorithm]);
  const work = { slot: WORK_SLOT, algorithm, purpose, under: MASTER_SLOT, key };
  valueOf(await pad.loadKey(work, patiently()));
}

export function enter(pad: PinPad): Promise<Completion<EnteredPin, EnterPinFailure>> {
  const request = { slot: WORK_SLOT, pan: PAN, minDigits: 4, maxDigits: 6 };
  return pad.enterPin({ ...request, algorithm: "tdes" }, patiently());
}

const DIGITS = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] as const;

export function type(
  hand: { press(key: (typeof DIGITS)[number]): void },
  digits: string,
): void {
  for (const digit of digits) {
    const key = DIGITS[Number(digit)];
    assert.ok(key);
    hand.press(key);
  }
}

export function valueOf<Value>(completion: Completion<Value, string>): Value {
  if (completion.kind === "failed") assert.fail(`failed: ${completion.reason}`);
  return completion.value;
}

export function failed(reason: string): { readonly kind: "failed"; readonly reason: string } {
  return { kind: "failed", reason };
}

export function patiently(): CommandOptions {
  return { signal: new AbortController().signal, timeoutMs: 60_000 };
}
