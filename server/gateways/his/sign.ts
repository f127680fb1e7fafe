import { createHash, createHmac } from "node:crypto";

export interface SigningKey {
  /** Who calls, as the party knows us. */
  readonly app: string;
  readonly secret: string;
}

export interface SignedCall {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly at: Date;
  readonly nonce: string;
}

/**
 * HMAC-SHA256 over method, path, time, nonce and the body's digest, a line each; the body is inside
 * so that no proxy can change an amount.
 */
export function signCall(key: SigningKey, call: SignedCall): Record<string, string> {
  const timestamp = String(call.at.getTime());
  const digest = createHash("sha256").update(call.body).digest("hex");
  const text = [call.method, call.path, timestamp, call.nonce, digest].join("\n");
  return {
    "content-type": "application/json; charset=utf-8",
    "x-app": key.app,
    "x-timestamp": timestamp,
    "x-nonce": call.nonce,
    "x-signature": createHmac("sha256", key.secret).update(text).digest("hex"),
  };
}
