import type { CardPosition } from "./contract.ts";
import type { MotorPlace, MotorRefusal } from "./motor_model.ts";

/** Numbers of the CRT-571 communication protocol: commands CM and PM, states ST0 to ST2, error codes. */

export interface CrtCommand {
  readonly command: number;
  readonly parameter: number;
}

/** A card inside stays where it is. 30, 31, 34 and 35 would move it or take it in: never sent. */
export const INITIALISE: CrtCommand = { command: 0x30, parameter: 0x33 };
/** ST0 to ST2 and no data. */
export const LOOK: CrtCommand = { command: 0x31, parameter: 0x30 };
/** Cards are drawn in at the slot till it is disabled again. */
export const ENABLE_ENTRY: CrtCommand = { command: 0x33, parameter: 0x30 };
/** The shutter stays shut. */
export const DISABLE_ENTRY: CrtCommand = { command: 0x33, parameter: 0x31 };
/** Power for the chip at the contacts; data is its answer to reset. */
export const COLD_RESET: CrtCommand = { command: 0x51, parameter: 0x30 };
/** The reader knows from the answer to reset whether the chip speaks T=0 or T=1. */
export const EXCHANGE_APDU: CrtCommand = { command: 0x51, parameter: 0x39 };
/** ASCII. */
export const SERIAL_NUMBER: CrtCommand = { command: 0xa2, parameter: 0x30 };
/** ASCII. */
export const FIRMWARE: CrtCommand = { command: 0xa4, parameter: 0x30 };

/** 32 33 is 吞卡: the error card bin. */
export const MOVES: Readonly<Record<MotorPlace, CrtCommand>> = {
  contact: { command: 0x32, parameter: 0x31 },
  contactless: { command: 0x32, parameter: 0x32 },
  slot: { command: 0x32, parameter: 0x39 },
  bin: { command: 0x32, parameter: 0x33 },
};

/** ST0. Contacts and aerial are one position to it, and a jam is told by error codes only. */
export const CARD_AT: Readonly<Record<number, CardPosition>> = {
  0x30: "none",
  0x31: "gate",
  0x32: "held",
};

/** ST2. */
export const BIN_IS: Readonly<Record<number, "ok" | "full">> = { 0x30: "ok", 0x31: "full" };

/** E1 E0, two ASCII characters. What is not named here is a `hardware_error`. */
export const REFUSALS: Readonly<Record<string, MotorRefusal>> = {
  "00": "not_supported", // undefined command
  "01": "refused", // wrong parameter
  "02": "refused", // not in this sequence
  "03": "not_supported", // this reader has no such part
  "04": "refused", // wrong data
  "05": "refused", // the contacts are still down
  "10": "jammed",
  "13": "jammed", // longer than a card
  "14": "jammed", // shorter than a card
  "16": "no_media", // moved by hand
  "40": "jammed", // stuck on the way to the bin
  "43": "jammed", // cannot be brought to the contacts
  "45": "no_media", // moved by hand
  "50": "bin_full", // counter of the bin overflows
  "60": "unreadable", // short circuit of the chip
  "61": "unreadable", // chip does not start
  "62": "unreadable", // chip does not know the command
  "65": "unreadable", // chip is not active
  "66": "unreadable", // not for this chip
  "67": "unreadable", // transmission error
  "68": "unreadable", // chip does not answer
  "69": "unreadable", // not an EMV chip
  A1: "bin_full",
  B0: "not_initialised",
};
