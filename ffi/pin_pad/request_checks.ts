import type {
  EncryptRequest,
  EnterPinRequest,
  KeyPurpose,
  LoadKeyRequest,
  MacRequest,
  PinPadAlgorithm,
  PinPadCapabilities,
  PinPadMacMethod,
} from "./contract.ts";
import { blockBytesOf, type SlotKey } from "./pad_protocol.ts";

/** Which requests a pad never gets to see. Each answers whether the request can be served. */

const PIN_DIGITS_MIN = 4;
const PIN_DIGITS_MAX = 12;
const CHECK_VALUE_BYTES_MIN = 3;
const CHECK_VALUE_BYTES_MAX = 8;

/** A key of a length its algorithm has, plain only as a master key, and not under itself. */
export function isLoadable(
  { keySlots, algorithms }: PinPadCapabilities,
  { slot, algorithm, purpose, under, key, checkValue }: LoadKeyRequest,
): boolean {
  if (!isSlot(keySlots, slot) || !algorithms.includes(algorithm) || under === slot) return false;
  if (under === null ? purpose !== "key_encryption" : !isSlot(keySlots, under)) return false;
  if (checkValue && !isWithin(checkValue.length, CHECK_VALUE_BYTES_MIN, CHECK_VALUE_BYTES_MAX)) {
    return false;
  }
  return keyBytesOf(algorithm, purpose, key.length) !== null;
}

/** Single DES is for X9.9 alone, which knows nothing longer. */
export function keyBytesOf(
  algorithm: PinPadAlgorithm,
  purpose: KeyPurpose,
  length: number,
): SlotKey["keyBytes"] | null {
  if (length === 16) return 16;
  if (algorithm === "sm4") return null;
  if (length === 24) return 24;
  return length === 8 && purpose === "mac" ? 8 : null;
}

/** A PAN of 13 to 19 digits, 4 to 12 digits to type. */
export function isEnterable({ pan, minDigits, maxDigits }: EnterPinRequest): boolean {
  return /^\d{13,19}$/.test(pan) && minDigits <= maxDigits &&
    isWithin(minDigits, PIN_DIGITS_MIN, PIN_DIGITS_MAX) &&
    isWithin(maxDigits, PIN_DIGITS_MIN, PIN_DIGITS_MAX);
}

/** Some data, and not too much. */
export function isMacable({ dataBytesMax }: PinPadCapabilities, { data }: MacRequest): boolean {
  return isWithin(data.length, 1, dataBytesMax);
}

/** X9.9 takes the left half of a longer key; X9.19 is made for two halves. */
export function fitsMethod(method: PinPadMacMethod, { algorithm, keyBytes }: SlotKey): boolean {
  switch (method) {
    case "sm4_cbc":
      return algorithm === "sm4";
    case "x9_9":
      return algorithm === "tdes" && keyBytes !== 24;
    case "x9_19":
      return algorithm === "tdes" && keyBytes === 16;
    case "unionpay_ecb":
      return algorithm === "tdes" && keyBytes !== 8;
  }
}

/** Whole blocks, not too many, with an IV of one block or none. */
export function isEncryptable(
  { dataBytesMax }: PinPadCapabilities,
  { algorithm, data, iv }: EncryptRequest,
): boolean {
  const blockBytes = blockBytesOf(algorithm);
  return isWithin(data.length, 1, dataBytesMax) && data.length % blockBytes === 0 &&
    (iv === undefined || iv.length === blockBytes);
}

/** 0 to one less than there are. */
export function isSlot(keySlots: number, slot: number): boolean {
  return Number.isInteger(slot) && isWithin(slot, 0, keySlots - 1);
}

function isWithin(value: number, min: number, max: number): boolean {
  return value >= min && value <= max;
}
