/**
 * DES and 3DES (FIPS 46-3, NIST SP 800-67) for pads and hosts that know nothing newer: PIN blocks,
 * MACs, wrapped keys and check values, all behind `pin_block.ts`, `mac.ts` and the providers. The
 * rounds are node-forge's. It keeps bytes in strings, which nobody can wipe (docs/crypto.md).
 */
// Its DES alone: every process keeps what it loads in memory, and all of it is six times as much.
// @ts-types="@types/node-forge"
import forge from "node-forge/lib/forge.js";
import "node-forge/lib/des.js";
import { type Bytes, equalBytes, requireBytes, requireLength } from "./bytes.ts";
import { CryptoError } from "./errors.ts";

export interface DesOptions {
  readonly mode: "ecb" | "cbc";
  /** 8 bytes are DES, 16 are 3DES with two keys (K1 K2 K1), 24 are 3DES with three. */
  readonly key: Uint8Array;
  /** 8 bytes; required by CBC, refused by ECB. */
  readonly iv?: Uint8Array;
}

export const DES_BLOCK_BYTES = 8;
const DES_DATA_BYTES_MAX = (1 << 20) + DES_BLOCK_BYTES;
/** Far below what `String.fromCharCode` takes as arguments. */
const STRING_CHUNK_BYTES = 8192;

/**
 * Weak and semi-weak keys with the parity bits cleared (NIST SP 800-67 §3.3.2): encrypting twice
 * gives the plaintext back, with the same key or with its partner.
 */
const WEAK_KEYS: ReadonlySet<string> = new Set([
  "0000000000000000",
  "fefefefefefefefe",
  "e0e0e0e0f0f0f0f0",
  "1e1e1e1e0e0e0e0e",
  "00fe00fe00fe00fe",
  "fe00fe00fe00fe00",
  "1ee01ee00ef00ef0",
  "e01ee01ef00ef00e",
  "00e000e000f000f0",
  "e000e000f000f000",
  "1efe1efe0efe0efe",
  "fe1efe1efe0efe0e",
  "001e001e000e000e",
  "1e001e000e000e00",
  "e0fee0fef0fef0fe",
  "fee0fee0fef0fef0",
]);

/** No padding: `data` is whole blocks. Throws `wrong_length`, `invalid_key`, `too_large`. */
export function desEncrypt(options: DesOptions, data: Uint8Array): Bytes {
  requireUsable(options, data);
  const name = options.key.length === 8 ? "DES" : "3DES";
  const cipher = forge.cipher.createCipher(modeName(name, options.mode), forgeKey(options.key));
  return run(cipher, options.iv, data);
}

/** The way back; same errors. */
export function desDecrypt(options: DesOptions, data: Uint8Array): Bytes {
  requireUsable(options, data);
  const name = options.key.length === 8 ? "DES" : "3DES";
  const cipher = forge.cipher.createDecipher(modeName(name, options.mode), forgeKey(options.key));
  return run(cipher, options.iv, data);
}

/**
 * Throws `wrong_length`, or `invalid_key` for a weak part (SP 800-67 §3.3.2) and for 3DES whose
 * neighbouring parts are equal, which is single DES in disguise (§3.3.1): a key of 8 bytes says so
 * openly. Parity bits count for nothing, as pads neither set nor check them alike.
 */
export function requireDesKey(key: Uint8Array): void {
  requireBytes(key, "a DES key");
  if (key.length !== 8 && key.length !== 16 && key.length !== 24) {
    throw new CryptoError(
      "wrong_length",
      `Cannot use DES key of ${key.length} bytes: expected 8, 16 or 24`,
    );
  }
  const parts: Uint8Array[] = [];
  for (let at = 0; at < key.length; at += 8) parts.push(withoutParity(key.subarray(at, at + 8)));
  const weak = parts.some((part) => WEAK_KEYS.has(part.toHex()));
  const degenerate = parts.some((part, at) => at > 0 && equalBytes(part, parts[at - 1] ?? part));
  for (const part of parts) part.fill(0);
  if (weak || degenerate) {
    throw new CryptoError(
      "invalid_key",
      "Cannot use DES key: expected no weak part and no two equal neighbouring parts",
    );
  }
}

function withoutParity(part: Uint8Array): Uint8Array {
  return part.map((byte) => byte & 0xfe);
}

function requireUsable({ mode, key, iv }: DesOptions, data: Uint8Array): void {
  requireDesKey(key);
  if (mode === "cbc") {
    requireLength(iv === undefined ? new Uint8Array() : iv, DES_BLOCK_BYTES, "DES-CBC IV");
  } else if (mode !== "ecb") {
    throw new CryptoError("unknown_mode", "Cannot use DES mode: expected ecb or cbc");
  } else if (iv !== undefined) {
    throw new CryptoError("invalid_argument", "Cannot use an IV with DES-ECB: expected none");
  }
  requireBytes(data, "data");
  if (data.length > DES_DATA_BYTES_MAX) {
    throw new CryptoError(
      "too_large",
      `Cannot use DES on ${data.length} bytes: expected at most ${DES_DATA_BYTES_MAX}`,
    );
  }
  if (data.length % DES_BLOCK_BYTES !== 0) {
    throw new CryptoError(
      "wrong_length",
      `Cannot use DES on ${data.length} bytes: expected a multiple of ${DES_BLOCK_BYTES}`,
    );
  }
}

function modeName(name: "DES" | "3DES", mode: DesOptions["mode"]): forge.cipher.Algorithm {
  return mode === "ecb" ? `${name}-ECB` : `${name}-CBC`;
}

function forgeKey(key: Uint8Array): string {
  const text = binaryString(key);
  return key.length === 16 ? text + text.slice(0, 8) : text;
}

/** Whole blocks come out of `update` at once; `finish`, which would pad, is never called. */
function run(
  cipher: forge.cipher.BlockCipher,
  iv: Uint8Array | undefined,
  data: Uint8Array,
): Bytes {
  cipher.start(iv === undefined ? {} : { iv: binaryString(iv) });
  cipher.update(forge.util.createBuffer(binaryString(data)));
  const text = cipher.output.getBytes();
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = text.charCodeAt(at);
  requireLength(bytes, data.length, "DES result");
  return bytes;
}

/** One character per byte, 0 to 255: what forge calls a binary string. */
function binaryString(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += STRING_CHUNK_BYTES) {
    text += String.fromCharCode(...bytes.subarray(at, at + STRING_CHUNK_BYTES));
  }
  return text;
}
