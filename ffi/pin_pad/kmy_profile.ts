import { type PadKeys, USUAL_KEYS } from "./key_map.ts";

/** What differs between pads of the family. */
export interface KmyProfile {
  readonly model: string;
  readonly keys: PadKeys;
  /** Text that stands where digits are on the pad's own display; 1 is "*". */
  readonly displayMode: number;
  readonly promptMode: number;
}

/** As the public driver has it. */
export const KMY_PROFILE: KmyProfile = {
  model: "KMY3501",
  keys: { byByte: USUAL_KEYS, clear: "backspace" },
  displayMode: 1,
  promptMode: 0,
};

/** CMD of a frame. */
export const KMY_COMMAND = {
  version: 0x30,
  reset: 0x31,
  loadMasterKey: 0x32,
  loadWorkKey: 0x33,
  loadAccount: 0x34,
  startPin: 0x35,
  encrypt: 0x36,
  decrypt: 0x37,
  serialNumber: 0x38,
  mac: 0x41,
  readPin: 0x42,
  activate: 0x43,
  keypad: 0x45,
  parameter: 0x46,
} as const;

/** Argument of `reset` that erases the keys too. */
export const KMY_RESET_ERASING = 0x38;
/** Argument of `keypad`. */
export const KMY_KEYPAD = { off: 0x01, on: 0x02 } as const;

/** First argument of `parameter`. */
export const KMY_PARAMETER = {
  keyLoading: 0x00,
  cipher: 0x01,
  autoEnter: 0x05,
  mac: 0x06,
} as const;

/** Second argument for `cipher` and `keyLoading`; `…Master`: the master key itself (assumed). */
export const KMY_CIPHER = { des: 0x20, tdes: 0x30, desMaster: 0x60, tdesMaster: 0x70 } as const;
/** Second argument for `mac`; the pad's own UnionPay MAC (3) is not used, as its result is not known. */
export const KMY_MAC_X9_9 = 0x01;
/** Of `startPin`: X9.8 with the account number. The other one, 2, would give the PIN in plain BCD. */
export const KMY_PIN_X9_8 = 1;

/** Of one `encrypt` or `decrypt`, whole blocks. */
export const KMY_CRYPT_BYTES_MAX = 248;
/** The pad takes 246, of which these are whole blocks. */
export const KMY_MAC_BYTES_MAX = 240;

/** ST of a reply. */
export const KMY_STATUS = {
  done: 0x04,
  wrongParameter: 0x15,
  timeout: 0x80,
  doneKeysMissing: 0xa4,
  refusedKeysMissing: 0xb5,
  doneBatteryLow: 0xc4,
  refusedBatteryLow: 0xd5,
  unknownCommand: 0xe0,
  /** Self-test: the battery, and with it the keys. */
  batteryFailed: 0xf5,
  keysFailed: 0xf6,
} as const;
