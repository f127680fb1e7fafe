/**
 * What the keys of a keypad mean while a PIN is typed: ten digits and up to six function keys
 * (tenders ask for 16 keys that can be given other functions). A digit is told by one masking byte
 * whatever its value.
 */
export type PadKey =
  | "digit"
  /** 确认. */
  | "enter"
  /** 取消. */
  | "cancel"
  /** 清除, one digit or all of them, as `PadKeys.clear` says. */
  | "clear"
  /** 更正: one digit. */
  | "backspace"
  /** The pad gave up waiting. */
  | "timeout"
  /** "00", "." and whatever else a PIN has no use for. */
  | "unused";

/** The keypad of one kind of pad: plain data, so that a profile can hold it. */
export interface PadKeys {
  /** By the byte that the pad sends, in two capital hexadecimal digits; others are unused. */
  readonly byByte: Readonly<Record<string, PadKey>>;
  readonly clear: "backspace" | "clear_all";
}

/** Seen alike in the public drivers of all three makes; 00 as a pad's timeout is assumed. */
export const USUAL_KEYS: Readonly<Record<string, PadKey>> = {
  "2A": "digit",
  "0D": "enter",
  "1B": "cancel",
  "08": "clear",
  "00": "timeout",
};

/** What a byte outside a frame means. */
export function padKeyOf({ byByte }: PadKeys, byte: number): PadKey {
  return byByte[Uint8Array.of(byte).toHex().toUpperCase()] ?? "unused";
}
