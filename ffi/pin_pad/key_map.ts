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

/** The keypad of one kind of pad. */
export interface PadKeys {
  /** By the byte that the pad sends; a byte that is not named is unused. */
  readonly byByte: ReadonlyMap<number, PadKey>;
  readonly clear: "backspace" | "clear_all";
}

/** Seen alike in the public drivers of all three makes; 00 as a pad's timeout is assumed. */
export const USUAL_KEYS: ReadonlyMap<number, PadKey> = new Map<number, PadKey>([
  [0x2a, "digit"],
  [0x0d, "enter"],
  [0x1b, "cancel"],
  [0x08, "clear"],
  [0x00, "timeout"],
  [0x22, "unused"],
  [0x23, "unused"],
  [0x2e, "unused"],
]);
