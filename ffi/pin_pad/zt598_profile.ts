import type { KeyPurpose, PinPadAlgorithm } from "./contract.ts";
import { type PadKeys, USUAL_KEYS } from "./key_map.ts";

/** What differs between firmware of the make. */
export interface Zt598Profile {
  readonly model: string;
  readonly keys: PadKeys;
  /** The pad's own number for slot 0: master and work keys of both algorithms lie apart. */
  readonly firstKeyIds: Readonly<Record<PinPadAlgorithm, { master: number; work: number }>>;
  /** How data of a DES MAC go: a public provider sends them as they are, unlike all other data. */
  readonly macData: "binary" | "hex";
  /** Last two digits of the control word that sets the pad's own patience; FF is the longest. */
  readonly entryTimeout: string;
}

/** Master keys 01 to 1F, KEKs under them 10 to 2F, work keys from 30 (3DES) and 20 (SM4). */
export const ZT598_PROFILE: Zt598Profile = {
  model: "ZT598",
  keys: { byByte: USUAL_KEYS, clear: "clear_all" },
  firstKeyIds: { tdes: { master: 0x10, work: 0x30 }, sm4: { master: 0x01, work: 0x20 } },
  macData: "binary",
  entryTimeout: "FF",
};

/** Commands as ASCII text; keys, data and key numbers follow in hexadecimal text. */
export const ZT598_COMMAND = {
  status: "I",
  information: "3",
  reset: "5030",
  eraseDes: "5031",
  closeKeypad: "5032",
  minDigits: "54",
  maxDigits: "55",
  clearKey: "5A",
  entryTimeout: "52",
  pinPadding: "53",
  openPin: "60001",
  pinBlock: "7",
  loadMaster: "1",
  loadWork: "2",
  mac: "8",
  crypt: "9",
  loadSm4Master: "b",
  loadSm4Work: "c30",
  sm4Crypt: "d",
  sm4Mac: "e",
  sm4PinBlock: "o",
  eraseSm4: "n3200",
  deleteSm4: "n33",
} as const;

/** What 清除 does, for `clearKey`. */
export const ZT598_CLEAR_KEY = { backspace: "21", clear_all: "22" } as const;
/** Last character of `openPin`, after the same public provider. */
export const ZT598_OPEN_MODE = { backspace: "1", clear_all: "2" } as const;

/** Fourth field of `loadWork`. */
export const ZT598_KEY_USE: Readonly<Record<KeyPurpose, string>> = {
  data: "6",
  pin: "3",
  mac: "5",
  key_encryption: "2",
};
/** By bytes. */
export const ZT598_KEY_LENGTH = { 8: "1", 16: "2", 24: "3" } as const;
/** The fourth field of `loadMaster`; what others mean is not known. */
export const ZT598_MASTER_MODE = "0";

/** The byte 20: ISO 9564-1 format 0. */
export const ZT598_PIN_FORMAT_0 = " ";
/** The only one there is. */
export const ZT598_SM4_PIN_FORMAT = "0";
/** What a format 0 block is filled with. */
export const ZT598_PIN_FILL = "0F";

/** X9.9 with the left half; 3DES-CBC. */
export const ZT598_MAC_TYPE = { x9_9: "2", tdes: "A" } as const;
/** CBC-MAC; 43 would be PBOC's with its own filling. */
export const ZT598_SM4_MAC_CBC = "40";
/** Third field of `crypt`. */
export const ZT598_CRYPT = {
  ecb: { encrypt: "1", decrypt: "A" },
  cbc: { encrypt: "2", decrypt: "B" },
} as const;
/** Third and fourth field of `sm4Crypt`. */
export const ZT598_SM4_CRYPT = {
  encrypt: "31",
  decrypt: "32",
  ecb: "41",
  cbc: "42",
} as const;

/** 1024 hexadecimal characters a command. */
export const ZT598_CHUNK_BYTES = 512;

/** Offsets in the reply to `information`. */
export const ZT598_INFORMATION = {
  model: [126, 132],
  hardware: [132, 135],
  firmware: [135, 138],
  serialNumber: [138, 146],
} as const;
/** Stand before the hexadecimal text of a PIN block; what they say is not known. */
export const ZT598_PIN_BLOCK_HEAD_CHARACTERS = 4;
