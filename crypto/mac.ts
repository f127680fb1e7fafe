/** The message authentication codes of pads and hosts, and our own (devices.md §3.4 has vectors). */
import { type Bytes, concatBytes, requireBytes, requireLength } from "./bytes.ts";
import { DES_BLOCK_BYTES, desDecrypt, desEncrypt, requireDesKey } from "./des.ts";
import { CryptoError } from "./errors.ts";
import { hmacSm3 } from "./sm3.ts";
import { sm4CbcMac, sm4Cmac, sm4Encrypt } from "./sm4.ts";

export type MacMethod =
  /** HMAC of GB/T 15852.2 with SM3: 32 bytes. */
  | "hmac_sm3"
  /** GB/T 15852.1 algorithm 5: 16 bytes. */
  | "sm4_cmac"
  /** CBC-MAC, last block filled with zeros: 16 bytes. */
  | "sm4_cbc"
  /** CBC-MAC behind 80 00…, which is always appended (JR/T 0025): 16 bytes. */
  | "sm4_pboc"
  /** UnionPay's ECB MAC in 16-byte blocks: 16 bytes, of which banks take what they agreed on. */
  | "sm4_unionpay_ecb"
  /** ANSI X9.9: DES-CBC-MAC, last block filled with zeros, key 8 bytes: 8 bytes. */
  | "des_x9_9"
  /** ANSI X9.19 (ISO/IEC 9797-1 algorithm 3), filled with zeros, key 16 bytes: 8 bytes. */
  | "tdes_x9_19"
  /** UnionPay POS: 8 bytes that are the first 8 hex characters in ASCII, as the host wants them. */
  | "tdes_unionpay_ecb"
  /** X9.19 behind 80 00… (JR/T 0025), key 16 bytes: 8 bytes. */
  | "tdes_pboc";

export interface MacOptions {
  /** One block; for `sm4_cbc`, `sm4_pboc` and `tdes_pboc` only, zeros when absent. */
  readonly iv?: Uint8Array;
}

const MAC_DATA_BYTES_MAX = 1 << 20;
const SM4_BLOCK_BYTES = 16;

/**
 * The whole MAC; a host that wants less takes the front (its profile says how much). `data` is up
 * to 1 MiB. Throws `too_large`, `wrong_length` (key, IV, or nothing to authenticate where zeros
 * would stand in for it), `invalid_key`, `invalid_argument` (an IV the method has not),
 * `unknown_mode`.
 *
 * One key serves one method: `sm4_cbc` of a block of zeros is E_k(0), from which CMAC's subkeys
 * come, so whoever gets both MACs of one key can make CMACs of messages nobody authenticated.
 */
export function computeMac(
  method: MacMethod,
  key: Uint8Array,
  data: Uint8Array,
  options: MacOptions = {},
): Bytes {
  requireUsable(method, key, data, options);
  const { iv } = options;
  switch (method) {
    case "hmac_sm3":
      return hmacSm3(key, data);
    case "sm4_cmac":
      return sm4Cmac(key, data);
    case "sm4_cbc":
      return sm4CbcMac(key, data, { padding: "zero", ...(iv === undefined ? {} : { iv }) });
    case "sm4_pboc":
      return sm4CbcMac(key, data, { padding: "iso9797_2", ...(iv === undefined ? {} : { iv }) });
    case "sm4_unionpay_ecb":
      return unionPayMac(
        data,
        SM4_BLOCK_BYTES,
        (block) => sm4Encrypt({ mode: "ecb", key, padding: "none" }, block),
      );
    case "des_x9_9":
      requireLength(key, 8, "X9.9 key");
      return lastCbcBlock(key, zeroPadded(data, DES_BLOCK_BYTES));
    case "tdes_x9_19":
      return retailMac(key, zeroPadded(data, DES_BLOCK_BYTES));
    case "tdes_unionpay_ecb":
      return hexOfFront(unionPayMac(data, DES_BLOCK_BYTES, doubleOrTriple(key)));
    case "tdes_pboc":
      return retailMac(key, bitPadded(data), iv);
    default:
      throw unknownMethod(method);
  }
}

/** What kind of key a method takes; a provider refuses any other. */
export function keyAlgorithmOf(method: MacMethod): "hmac_sm3" | "sm4" | "tdes" {
  switch (method) {
    case "hmac_sm3":
      return "hmac_sm3";
    case "sm4_cmac":
    case "sm4_cbc":
    case "sm4_pboc":
    case "sm4_unionpay_ecb":
      return "sm4";
    case "des_x9_9":
    case "tdes_x9_19":
    case "tdes_unionpay_ecb":
    case "tdes_pboc":
      return "tdes";
    default:
      throw unknownMethod(method);
  }
}

/** Zero filling makes one MAC for data with and without trailing zeros: the host's format must fix the length. */
function zeroPadded(data: Uint8Array, blockBytes: number): Bytes {
  const padded = new Uint8Array(Math.ceil(data.length / blockBytes) * blockBytes);
  padded.set(data);
  return padded;
}

/** ISO/IEC 9797-1 padding method 2. */
function bitPadded(data: Uint8Array): Bytes {
  return zeroPadded(concatBytes(data, Uint8Array.of(0x80)), DES_BLOCK_BYTES);
}

function lastCbcBlock(key: Uint8Array, data: Uint8Array, iv?: Uint8Array): Bytes {
  const blocks = desEncrypt({ mode: "cbc", key, iv: iv ?? new Uint8Array(DES_BLOCK_BYTES) }, data);
  return blocks.slice(-DES_BLOCK_BYTES);
}

/** CBC with the left key, then D(right) and E(left) over the last block. */
function retailMac(key: Uint8Array, data: Uint8Array, iv?: Uint8Array): Bytes {
  requireLength(key, 16, "X9.19 key");
  requireDesKey(key);
  const left = key.subarray(0, 8);
  const chained = lastCbcBlock(left, data, iv);
  const opened = desDecrypt({ mode: "ecb", key: key.subarray(8) }, chained);
  return desEncrypt({ mode: "ecb", key: left }, opened);
}

function doubleOrTriple(key: Uint8Array): (block: Uint8Array) => Bytes {
  if (key.length === 8) requireLength(key, 16, "UnionPay MAC key");
  return (block) => desEncrypt({ mode: "ecb", key }, block);
}

/** XOR of all blocks, in hex; E over the first half, XOR with the second half, E again. */
function unionPayMac(
  data: Uint8Array,
  blockBytes: number,
  encryptBlock: (block: Uint8Array) => Bytes,
): Bytes {
  const sum = new Uint8Array(blockBytes);
  data.forEach((byte, at) => xorInto(sum, at % blockBytes, byte));
  const hex = asciiHex(sum);
  const chained = encryptBlock(hex.subarray(0, blockBytes));
  hex.subarray(blockBytes).forEach((byte, at) => xorInto(chained, at, byte));
  return encryptBlock(chained);
}

function xorInto(block: Uint8Array, at: number, byte: number): void {
  block[at] = (block[at] ?? 0) ^ byte;
}

function asciiHex(bytes: Uint8Array): Bytes {
  return new TextEncoder().encode(bytes.toHex().toUpperCase());
}

function hexOfFront(mac: Uint8Array): Bytes {
  return asciiHex(mac).slice(0, DES_BLOCK_BYTES);
}

function requireUsable(
  method: MacMethod,
  key: Uint8Array,
  data: Uint8Array,
  { iv }: MacOptions,
): void {
  keyAlgorithmOf(method);
  requireBytes(key, `${method} key`);
  requireBytes(data, "data to authenticate");
  if (data.length > MAC_DATA_BYTES_MAX) {
    throw new CryptoError(
      "too_large",
      `Cannot compute MAC of ${data.length} bytes: expected at most ${MAC_DATA_BYTES_MAX}`,
    );
  }
  if (data.length === 0 && FILLED_WITH_ZEROS.has(method)) {
    throw new CryptoError("wrong_length", `Cannot compute ${method} of no data: expected some`);
  }
  if (iv === undefined) return;
  const blockBytes = IV_BYTES.get(method);
  if (blockBytes === undefined) {
    throw new CryptoError("invalid_argument", `Cannot use an IV with ${method}: expected none`);
  }
  requireLength(iv, blockBytes, `${method} IV`);
}

const FILLED_WITH_ZEROS: ReadonlySet<MacMethod> = new Set([
  "sm4_cbc",
  "sm4_unionpay_ecb",
  "des_x9_9",
  "tdes_x9_19",
  "tdes_unionpay_ecb",
]);

const IV_BYTES: ReadonlyMap<MacMethod, number> = new Map([
  ["sm4_cbc", SM4_BLOCK_BYTES],
  ["sm4_pboc", SM4_BLOCK_BYTES],
  ["tdes_pboc", DES_BLOCK_BYTES],
]);

function unknownMethod(method: never): CryptoError {
  return new CryptoError("unknown_mode", `Cannot use MAC method "${String(method)}"`);
}
