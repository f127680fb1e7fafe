import { Buffer } from "node:buffer";
import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from "node:crypto";
import { garbled } from "./login_error.ts";

/** SCRAM-SHA-256 without channel binding (RFC 5802, RFC 7677), as PostgreSQL speaks it. */

export const SCRAM_SHA_256 = "SCRAM-SHA-256";

const NO_BINDING = "n,,";
const NONCE_BYTES = 18;
const KEY_BYTES = 32;
const ITERATIONS_MAX = 1_000_000;

export class ScramClient {
  readonly #password: string;
  readonly #nonce: string;
  #serverSignature: Buffer | null = null;

  constructor(password: string, nonce = randomBytes(NONCE_BYTES).toString("base64")) {
    this.#password = password;
    this.#nonce = nonce;
  }

  /** The mechanism and the first message; PostgreSQL takes the user's name from the startup. */
  first(): Buffer {
    const message = Buffer.from(`${NO_BINDING}${this.#firstBare}`);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(message.length);
    return Buffer.concat([Buffer.from(`${SCRAM_SHA_256}\0`), length, message]);
  }

  /** The proof, out of what the server said to the first message. */
  final(serverFirst: string): Buffer {
    const { r: nonce = "", s: salt = "", i: count = "" } = attributesOf(serverFirst);
    const iterations = Number(count);
    if (!nonce.startsWith(this.#nonce) || nonce === this.#nonce) throw garbled("SCRAM 随机数");
    if (!/^\d+$/.test(count) || iterations < 1 || iterations > ITERATIONS_MAX) {
      throw garbled("SCRAM 迭代次数");
    }
    if (salt === "") throw garbled("SCRAM 盐值");
    const password = this.#password.normalize("NFKC");
    const key = pbkdf2Sync(password, Buffer.from(salt, "base64"), iterations, KEY_BYTES, "sha256");
    const clientKey = hmac(key, "Client Key");
    const storedKey = createHash("sha256").update(clientKey).digest();
    const withoutProof = `c=${Buffer.from(NO_BINDING).toString("base64")},r=${nonce}`;
    const signed = `${this.#firstBare},${serverFirst},${withoutProof}`;
    const mask = hmac(storedKey, signed);
    const proof = Buffer.from(clientKey.map((byte, n) => byte ^ (mask[n] ?? 0)));
    this.#serverSignature = hmac(hmac(key, "Server Key"), signed);
    return Buffer.from(`${withoutProof},p=${proof.toString("base64")}`);
  }

  /** Throws unless the server knows the password, too. */
  verify(serverFinal: string): void {
    const given = Buffer.from(attributesOf(serverFinal).v ?? "", "base64");
    const known = this.#serverSignature;
    if (known === null || given.length !== known.length || !timingSafeEqual(given, known)) {
      throw garbled("SCRAM 服务器签名");
    }
  }

  get #firstBare(): string {
    return `n=,r=${this.#nonce}`;
  }
}

function attributesOf(message: string): Partial<Record<string, string>> {
  return Object.fromEntries(
    message.split(",").map((part) => [part.slice(0, 1), part.slice(2)]),
  );
}

function hmac(key: Uint8Array, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
