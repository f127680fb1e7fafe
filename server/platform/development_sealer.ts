import { Buffer } from "node:buffer";
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import type { Sealer } from "./sealer.ts";

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Stands in for the envelope keys while `--insecure-development` says so: AES-256-GCM and
 * HMAC-SHA256 under one key of the developer's own. Not for personal data of real people.
 */
export function developmentSealer(key: Uint8Array): Sealer {
  if (key.length !== KEY_BYTES) {
    throw new RangeError(`Cannot use a sealing key of ${key.length} bytes: expected ${KEY_BYTES}`);
  }
  const indexKey = createHmac("sha256", key).update("blind index").digest();
  return {
    seal(text) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", key, nonce);
      const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return Promise.resolve(
        new Uint8Array(Buffer.concat([nonce, cipher.getAuthTag(), sealed])),
      );
    },
    open(sealed) {
      const bytes = Buffer.from(sealed);
      const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE_BYTES));
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      const text = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
      return Promise.resolve(Buffer.concat([text, decipher.final()]).toString("utf8"));
    },
    index(field, text) {
      const digest = createHmac("sha256", indexKey).update(`${field}\0${text}`).digest();
      return Promise.resolve(new Uint8Array(digest));
    },
  };
}
