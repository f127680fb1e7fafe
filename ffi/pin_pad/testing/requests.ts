import assert from "node:assert/strict";
import type { CommandOptions, Completion } from "../../contract.ts";
import type {
  EnteredPin,
  EnterPinFailure,
  KeyPurpose,
  PinPad,
  PinPadAlgorithm,
  PinPadEvent,
  PinPadFailure,
} from "../contract.ts";

/** The key of devices.md §3.4, as master key and, under itself, as work key. */
export const KEY = Uint8Array.fromHex("0123456789ABCDEFFEDCBA9876543210");
export const PAN = "6222021234567890123";
/** PIN 123456 of that card under that key, 3DES. */
export const PIN_BLOCK = "2A084C604973D4AE";
export const MASTER_SLOT = 0;
export const WORK_SLOT = 5;

const UNDER_ITSELF: Readonly<Record<PinPadAlgorithm, string>> = {
  tdes: "1A4D672DCA6CB3351FD1B02B237AF9AE",
  sm4: "681EDF34D206965E86B3E94F536E4246",
};

export async function loadMaster(
  pad: PinPad,
  algorithm: PinPadAlgorithm,
  key: Uint8Array = KEY,
): Promise<void> {
  const request = { slot: MASTER_SLOT, algorithm, purpose: "key_encryption", under: null } as const;
  valueOf(await pad.loadKey({ ...request, key: key.slice() }, patiently()));
}

export async function loadWork(
  pad: PinPad,
  purpose: KeyPurpose,
  algorithm: PinPadAlgorithm = "tdes",
): Promise<void> {
  await loadMaster(pad, algorithm);
  valueOf(await loadUnderMaster(pad, { algorithm, purpose }));
}

export function loadUnderMaster(
  pad: PinPad,
  wanted: {
    readonly algorithm: PinPadAlgorithm;
    readonly purpose: KeyPurpose;
    readonly checkValue?: Uint8Array;
  },
): Promise<Completion<null, PinPadFailure>> {
  const key = Uint8Array.fromHex(UNDER_ITSELF[wanted.algorithm]);
  return pad.loadKey({ slot: WORK_SLOT, under: MASTER_SLOT, key, ...wanted }, patiently());
}

export function enterPin(
  pad: PinPad,
  algorithm: PinPadAlgorithm = "tdes",
  options: CommandOptions = patiently(),
): Promise<Completion<EnteredPin, EnterPinFailure>> {
  const request = { slot: WORK_SLOT, algorithm, pan: PAN, minDigits: 4, maxDigits: 6 };
  return pad.enterPin(request, options);
}

const DIGITS = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] as const;
export type TypedDigit = (typeof DIGITS)[number];

export function type(hand: { press(key: TypedDigit): void }, digits: string): void {
  for (const digit of digits) {
    const key = DIGITS[Number(digit)];
    assert.ok(key);
    hand.press(key);
  }
}

export function progressOf(events: readonly PinPadEvent[]): number[] {
  return events.flatMap((event) => event.kind === "pin_progress" ? [event.digits] : []);
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
