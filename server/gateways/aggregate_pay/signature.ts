import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { chinaTime } from "../../platform/clock.ts";

/** ChinaUMS `OPEN-BODY-SIG` (nhsa.md §4.2): HMAC-SHA256 over app id, time, nonce and the body's hash. */

export interface SignedParts {
  readonly appId: string;
  /** yyyyMMddHHmmss, Beijing time. */
  readonly timestamp: string;
  readonly nonce: string;
}

const HEADER =
  /^OPEN-BODY-SIG AppId="([^"]{1,64})", Timestamp="(\d{14})", Nonce="([^"]{1,64})", Signature="([A-Za-z0-9+/=]{44})"$/;

export function signBody(key: string, parts: SignedParts, body: string): string {
  const bodyHash = createHash("sha256").update(body).digest("hex");
  const text = parts.appId + parts.timestamp + parts.nonce + bodyHash;
  return createHmac("sha256", key).update(text).digest("base64");
}

export function authorization(
  secret: { readonly appId: string; readonly key: string },
  at: Date,
  body: string,
): string {
  const parts = {
    appId: secret.appId,
    timestamp: chinaTime(at).replace(/\D/g, ""),
    nonce: crypto.getRandomValues(new Uint8Array(16)).toHex(),
  };
  const signature = signBody(secret.key, parts, body);
  return `OPEN-BODY-SIG AppId="${parts.appId}", Timestamp="${parts.timestamp}", ` +
    `Nonce="${parts.nonce}", Signature="${signature}"`;
}

export function isSigned(
  secret: { readonly appId: string; readonly key: string },
  header: string,
  body: string,
): boolean {
  const [, appId = "", timestamp = "", nonce = "", signature = ""] = HEADER.exec(header) ?? [];
  if (appId !== secret.appId) return false;
  const expected = signBody(secret.key, { appId, timestamp, nonce }, body);
  return timingSafeEqual(new TextEncoder().encode(expected), new TextEncoder().encode(signature));
}
