import type { EnteredPin } from "./contract.ts";
import type { PadInput } from "./frame.ts";
import { type PadKey, padKeyOf, type PadKeys } from "./key_map.ts";
import type { PadProtocol, PinEntry } from "./pad_protocol.ts";
import type { PadTalk } from "./pad_talk.ts";
import { PadTrouble } from "./pad_trouble.ts";

interface Deps {
  readonly talk: PadTalk;
  readonly protocol: PadProtocol;
  readonly signal: AbortSignal;
  /** How many digits stand there now. */
  readonly onProgress: (digits: number) => void;
}

/**
 * Opens the keypad, counts masked keys, and takes the block after 确认. The caller closes the keypad.
 * Throws `PadTrouble` (`patient_cancelled`, `timeout` when the pad gave up, `hardware_error` when it
 * sent a digit in clear) and `LineError`.
 */
export async function typePin(deps: Deps, entry: PinEntry): Promise<EnteredPin> {
  const { talk, protocol, signal, onProgress } = deps;
  const { minDigits, maxDigits } = entry.request;
  await protocol.openPin(talk, entry);
  let digits = 0;
  for (;;) {
    const key = keyOf(protocol.keys, talk, await talk.next(signal));
    if (key === "cancel") throw new PadTrouble("patient_cancelled");
    if (key === "timeout") throw new PadTrouble("timeout");
    if (key === "enter" && digits >= minDigits) {
      return { block: await protocol.takePinBlock(talk, entry), digits };
    }
    // Some makes know no shortest length and end with 确认; the patient starts again.
    if (key === "enter") await protocol.openPin(talk, entry);
    const now = countAfter(key, digits, { maxDigits, clear: protocol.keys.clear });
    if (now !== digits) onProgress(now);
    digits = now;
  }
}

function keyOf(keys: PadKeys, talk: PadTalk, input: PadInput): PadKey {
  switch (input.kind) {
    case "key":
      return padKeyOf(keys, input.byte);
    case "reply":
      talk.unasked(input.reply);
      return "unused";
    case "plain_digit":
    case "bad_frame":
      throw new PadTrouble("hardware_error");
  }
}

function countAfter(
  key: PadKey,
  digits: number,
  { maxDigits, clear }: { readonly maxDigits: number; readonly clear: PadKeys["clear"] },
): number {
  const oneLess = Math.max(0, digits - 1);
  switch (key) {
    case "digit":
      return Math.min(maxDigits, digits + 1);
    case "backspace":
      return oneLess;
    case "clear":
      return clear === "backspace" ? oneLess : 0;
    case "enter":
      return 0;
    case "cancel":
    case "timeout":
    case "unused":
      return digits;
  }
}
