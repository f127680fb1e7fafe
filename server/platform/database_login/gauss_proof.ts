import { Buffer } from "node:buffer";
import { createHash, createHmac, pbkdf2Sync } from "node:crypto";
import { sm3 } from "../../../crypto/sm3.ts";
import { garbled, notAccepted } from "./login_error.ts";

/**
 * openGauss's and GaussDB's own login, RFC 5802's idea in one message (openGauss-server,
 * `fe-auth.cpp`, `auth.cpp`). Code 10 is SHA-256, code 13 SM3; PostgreSQL uses 10 for SASL.
 */

/** To clients of a minor version above 50 the server tells how often the password is hashed. */
export const GAUSS_MINOR = 51;
const GAUSS_SHA256 = 10;
const GAUSS_SM3 = 13;

const METHODS: Readonly<Record<number, "sha256" | "sm3">> = { 2: "sha256", 3: "sm3" };
const SALT_CHARS = 64;
const TOKEN_CHARS = 8;
const KEY_BYTES = 32;
/** Half a second of work; the default is 10,000. */
const ITERATIONS_MAX = 1_000_000;

export interface GaussChallenge {
  readonly method: "sha256" | "sm3";
  readonly salt: Buffer;
  readonly token: Buffer;
  readonly iterations: number;
}

/** SASL's code 10 is followed by names of mechanisms, this one by a small number. */
export function isGaussChallenge(code: number, rest: Buffer): boolean {
  return code === GAUSS_SM3 || (code === GAUSS_SHA256 && rest[0] === 0);
}

export function readGaussChallenge(rest: Buffer): GaussChallenge {
  if (rest.length < 4) throw garbled("质询太短");
  const method = METHODS[rest.readUInt32BE(0)];
  if (method === undefined) {
    throw notAccepted("数据库用户的口令不是用 SHA256 或 SM3 保存的：由管理员重新设置口令");
  }
  const fields = rest.subarray(4);
  const salt = hexOf(fields, 0, SALT_CHARS);
  const token = hexOf(fields, SALT_CHARS, TOKEN_CHARS);
  const tail = fields.subarray(SALT_CHARS + TOKEN_CHARS);
  if (tail.length !== 4) throw garbled("质询长度");
  const iterations = tail.readUInt32BE(0);
  if (iterations < 1 || iterations > ITERATIONS_MAX) throw garbled("迭代次数");
  return { method, salt, token, iterations };
}

function hexOf(text: Buffer, from: number, chars: number): Buffer {
  const hex = text.toString("latin1", from, from + chars);
  if (hex.length !== chars || !/^[0-9a-f]+$/i.test(hex)) throw garbled("质询内容");
  return Buffer.from(hex, "hex");
}

/** Body of the answer. */
export function gaussProof(
  { method, salt, token, iterations }: GaussChallenge,
  password: string,
): Buffer {
  const key = pbkdf2Sync(password, salt, iterations, KEY_BYTES, "sha1");
  const clientKey = hmac(key, "Client Key");
  const storedKey = method === "sm3"
    ? sm3(clientKey)
    : createHash("sha256").update(clientKey).digest();
  const mask = hmac(storedKey, token);
  const proof = clientKey.map((byte, n) => byte ^ (mask[n] ?? 0));
  return Buffer.from(`${Buffer.from(proof).toString("hex")}\0`);
}

function hmac(key: Uint8Array, text: string | Uint8Array): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
