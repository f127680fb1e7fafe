import { createHash, createHmac } from "node:crypto";

/** The bank's own side of `OPEN-BODY-SIG` (nhsa.md §4.2), written apart from the platform's on purpose. */

export interface BankSecrets {
  readonly appId: string;
  readonly appKey: string;
  readonly notifyKey: string;
}

const TIMESTAMP_WINDOW_MS = 15 * 60_000;

export function isFromMerchant(
  secrets: BankSecrets,
  header: string,
  body: string,
  now: Date,
): boolean {
  const fields = new Map<string, string>();
  for (const [, name = "", value = ""] of header.matchAll(/(\w+)="([^"]*)"/g)) {
    fields.set(name, value);
  }
  const stamp = fields.get("Timestamp") ?? "";
  const sentAt = Date.parse(
    stamp.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/, "$1-$2-$3T$4:$5:$6+08:00"),
  );
  if (!header.startsWith("OPEN-BODY-SIG ") || fields.get("AppId") !== secrets.appId) return false;
  if (!(Math.abs(now.getTime() - sentAt) <= TIMESTAMP_WINDOW_MS)) return false;
  const text = secrets.appId + stamp + (fields.get("Nonce") ?? "");
  return fields.get("Signature") === sign(secrets.appKey, text, body);
}

export function signNotice(secrets: BankSecrets, stamp: string, body: string): string {
  const nonce = crypto.randomUUID().replaceAll("-", "");
  const signature = sign(secrets.notifyKey, secrets.appId + stamp + nonce, body);
  return `OPEN-BODY-SIG AppId="${secrets.appId}", Timestamp="${stamp}", Nonce="${nonce}", ` +
    `Signature="${signature}"`;
}

function sign(key: string, head: string, body: string): string {
  const hash = createHash("sha256").update(body).digest("hex");
  return createHmac("sha256", key).update(head + hash).digest("base64");
}
