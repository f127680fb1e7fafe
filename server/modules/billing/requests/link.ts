import { createHash } from "node:crypto";

/** The address of a slip: 128 random bits are the right to pay this request and nothing else. */

const TOKEN_BYTES = 16;
const TOKEN_TEXT = /^[0-9a-f]{32}$/;

export function newToken(): string {
  return crypto.getRandomValues(new Uint8Array(TOKEN_BYTES)).toHex();
}

export function isToken(text: string): boolean {
  return TOKEN_TEXT.test(text);
}

export function digestOf(token: string): Uint8Array {
  return new Uint8Array(createHash("sha256").update(token).digest());
}

export function slipUrl(publicUrl: string, token: string): string {
  return `${publicUrl}/m/slip/${token}`;
}
