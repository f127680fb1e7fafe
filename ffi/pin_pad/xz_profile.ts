import type { KeyPurpose } from "./contract.ts";
import { type PadKeys, USUAL_KEYS } from "./key_map.ts";

/** What differs between firmware of the make. */
export interface XzProfile {
  readonly model: string;
  readonly keys: PadKeys;
  /** The pad's own number for slot 0; it has 64 numbers. */
  readonly firstKeyId: number;
  /** Added to a key's number where its check value is asked for, as a public provider does. */
  readonly checkValueIdOffset: number;
  readonly keyAttributes: Readonly<Record<KeyPurpose, number>>;
  /** MAC algorithms by number; the one for SM4 is the only one the provider has (assumed CBC). */
  readonly macAlgorithms: { x9_9: number; x9_19: number; unionpay_ecb: number; sm4_cbc: number };
  /** Whether UnionPay's MAC comes as 8 ASCII characters or as the 8 bytes they are taken from. */
  readonly unionPayResult: "ascii" | "binary";
}

/** As the public provider has it. */
export const XZ_PROFILE: XzProfile = {
  model: "XZ F35",
  keys: { byByte: USUAL_KEYS, clear: "clear_all" },
  firstKeyId: 0,
  checkValueIdOffset: 1,
  keyAttributes: { data: 0x01, pin: 0x02, mac: 0x04, key_encryption: 0x20 },
  macAlgorithms: { x9_9: 0x0020, x9_19: 0x0200, unionpay_ecb: 0x0032, sm4_cbc: 0x0021 },
  unionPayResult: "ascii",
};

/** CMD of a frame. The one for plain-text entry is left out on purpose. */
export const XZ_COMMAND = {
  status: "EW",
  reset: "SF",
  firmware: "RE",
  serialNumber: "RS",
  algorithm: "SW",
  loadDes: "LK",
  loadSm4: "LG",
  checkValue: "RC",
  readPin: "RP",
  abort: "CK",
  pinBlock: "PB",
  plainIv: "DV",
  crypt: "DO",
  mac: "MC",
  deleteAll: "DA",
  deleteOne: "DD",
} as const;

/** Argument of `algorithm`. */
export const XZ_ALGORITHM = { tdes: 0x00, sm4: 0x02 } as const;
/** Stands for the key above a key that is loaded plain. */
export const XZ_PLAIN = 0xffff;
/** Low four bits of the word that asks for a check value: E_k(0…0). */
export const XZ_CHECK_ZEROS = 0x2;
/** No automatic end; keys are sent as they are pressed. */
export const XZ_PIN_MODE = 0x00;
/** The byte that every digit is told by. */
export const XZ_ECHO = 0x2a;
/** Under SM4 the pad makes the 16-byte block of the same number. */
export const XZ_PIN_FORMAT_X9_8 = 0x0002;
/** What a format 0 block is filled with. */
export const XZ_PIN_FILL = 0x0f;
/** Second field of `crypt`. */
export const XZ_DIRECTION = { encrypt: 0x01, decrypt: 0x02 } as const;
/** Third field of `crypt`. */
export const XZ_MODES = {
  tdes: { ecb: 0x0040, cbc: 0x0080 },
  sm4: { ecb: 0x0001, cbc: 0x0002 },
} as const;
/** Of one `crypt`, whole blocks of both ciphers. */
export const XZ_CRYPT_BYTES_MAX = 1024;
/** Of one `mac`, whole blocks of both ciphers. */
export const XZ_MAC_BYTES_MAX = 2048;

/** Bytes of the reply to `status`. */
export const XZ_STATUS_BYTES = 8;
/** 1 says that the battery is good, and that the defence is active. */
export const XZ_STATUS_AT = { battery: 0, tamper: 1 } as const;
