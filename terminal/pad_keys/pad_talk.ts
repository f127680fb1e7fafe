import type { CommandOptions } from "../../ffi/contract.ts";
import type { PinPad } from "../../ffi/pin_pad/contract.ts";
import type { PadKeysReply, PadKeysState } from "../../server/modules/fleet/contract.ts";
import { type PadRegister, slotsOf } from "../devices/pad_register.ts";
import type { KeptPadKeys } from "../journal_pad.ts";
import type { PadKeyFacts } from "./next_step.ts";
import type { PadKeyTrouble } from "./pad_key_trouble.ts";

export interface PadAsked {
  readonly pinPad: PinPad;
  readonly register: PadRegister;
  readonly signal: AbortSignal;
}

/** One command; 3DES pads take some hundred milliseconds for a key. */
const COMMAND_MS_MAX = 5_000;
/** A shorter one may be another key's. */
const CHECK_BYTES_MIN = 3;

/** Whether the pad still has the keys that were brought: it was opened, exchanged or erased if not. */
export async function askHeld(asked: PadAsked, kept: KeptPadKeys): Promise<PadKeyFacts["held"]> {
  const { pin, mac } = asked.register;
  const answers = [
    await compare(asked, pin, kept.pinCheck),
    await compare(asked, mac, kept.macCheck),
  ];
  if (answers.includes("no")) return "no";
  return answers.includes("unknown") ? "unknown" : "yes";
}

/** Told before anything in the pad is touched: keys under another master would only end the old. */
export async function checkMaster(
  asked: PadAsked,
  { checkValue }: NonNullable<PadKeysState["master"]>,
): Promise<PadKeyTrouble | null> {
  return await compare(asked, asked.register.master, checkValue) === "no" ? "wrong_master" : null;
}

/** Both keys into their slots, each with its check value; null when the pad has them. */
export async function loadWorkKeys(
  { pinPad, register, signal }: PadAsked,
  issued: PadKeysReply,
): Promise<{ readonly trouble: PadKeyTrouble; readonly word: string } | null> {
  for (const purpose of ["pin", "mac"] as const) {
    const { wrapped, checkValue } = issued[purpose];
    const loaded = await pinPad.loadKey({
      slot: register[purpose],
      algorithm: issued.algorithm,
      purpose,
      under: register.master,
      key: Uint8Array.fromHex(wrapped),
      checkValue: Uint8Array.fromHex(checkValue),
    }, commandOf(signal));
    if (loaded.kind === "done") continue;
    return { trouble: TROUBLES.get(loaded.reason) ?? "pad_refused", word: loaded.reason };
  }
  return null;
}

/** What the driver cannot ask of the pad. */
export function recall({ pinPad, register }: Omit<PadAsked, "signal">): void {
  pinPad.recallKeys(slotsOf(register));
}

const TROUBLES: ReadonlyMap<string, PadKeyTrouble> = new Map([
  ["tampered", "tampered"],
  ["wrong_check_value", "wrong_master"],
  ["no_key", "wrong_master"],
  ["offline", "pad_offline"],
]);

async function compare(
  { pinPad, signal }: PadAsked,
  slot: number,
  expected: string,
): Promise<PadKeyFacts["held"]> {
  const shown = await pinPad.checkValue(slot, commandOf(signal));
  if (shown.kind === "failed") {
    return shown.reason === "no_key" || shown.reason === "tampered" ? "no" : "unknown";
  }
  const bytes = Math.min(shown.value.length, expected.length / 2);
  if (bytes < CHECK_BYTES_MIN) return "unknown";
  return expected.startsWith(shown.value.subarray(0, bytes).toHex()) ? "yes" : "no";
}

function commandOf(signal: AbortSignal): CommandOptions {
  return { signal, timeoutMs: COMMAND_MS_MAX };
}
