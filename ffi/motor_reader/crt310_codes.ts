import type { CardPosition } from "./contract.ts";
import type { MotorPlace, MotorRefusal } from "./motor_model.ts";

/** Numbers of the CRT-310 and CRT-288 communication protocol, as public drivers use them. */

/** CM PM DATA. */
export type Crt310Command = readonly number[];

/** The card stays; 30 31 would give it out, 30 32 drop it at the back: never sent. */
export const INITIALISE: Crt310Command = [0x30, 0x30];
/** ASCII; some firmware puts a byte of length before it (assumed). */
export const SERIAL_NUMBER: Crt310Command = [0x30, 0x3a];
/** Where the card is, whether the front lets cards in, whether the back does: three bytes. */
export const LOOK: Crt310Command = [0x31, 0x30];
/**
 * An entering card is held at the front and goes no further by itself, so that the journal knows of
 * it before it is out of reach. CM from the maker's DLL, whose numbers begin at 30 (assumed).
 */
export const STOP_AT_THE_FRONT: Crt310Command = [0x2e, 0x31];
/** Front by switch, so that chip cards come in too; never from the back. Layout assumed. */
export const ENABLE_ENTRY: Crt310Command = [0x2f, 0x33, 0x31];
/** Neither from the front nor from the back. */
export const DISABLE_ENTRY: Crt310Command = [0x2f, 0x31, 0x31];

/** 32 30 gives the card out without holding it, 32 33 lets it fall out at the back. */
export const MOVES: Readonly<Record<MotorPlace, Crt310Command>> = {
  contact: [0x32, 0x2f],
  contactless: [0x32, 0x2e],
  slot: [0x32, 0x30],
  bin: [0x32, 0x33],
};

/** First byte of the status. At the back without being held it is on its way into the bin. */
export const CARD_AT: Readonly<Record<number, CardPosition>> = {
  0x46: "jammed", // longer than a card
  0x47: "jammed", // shorter than a card
  0x48: "gate", // front, not held
  0x49: "gate", // front, held
  0x4a: "held",
  0x4b: "held", // contacts down
  0x4c: "held", // back, held
  0x4d: "unknown", // back, not held
  0x4e: "none",
};

/** Second byte of the status. */
export const ENTRY_IS: Readonly<Record<number, "enabled" | "disabled">> = {
  0x49: "enabled",
  0x4a: "enabled",
  0x4b: "enabled",
  0x4e: "disabled",
};

/** First data byte after a move. `N` says only that it failed: taken for a jam (assumed). */
export const MOVE_FAILURES: Readonly<Record<number, MotorRefusal>> = {
  0x4e: "jammed", // N
  0x45: "no_media", // E
  0x57: "refused", // W: not where this can be done
};

/** E of a negative answer. */
export const REFUSALS: Readonly<Record<number, MotorRefusal>> = {
  0: "not_supported",
  1: "not_supported",
  2: "refused",
  4: "refused",
  5: "hardware_error", // voltage out of range
  6: "jammed", // length of the card
  7: "hardware_error", // main power is gone
};
