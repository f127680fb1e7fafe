import { z } from "zod";
import type { KeyHandle, SmProvider } from "../../../../crypto/provider.ts";
import { CryptoError } from "../../../../crypto/errors.ts";
import { idField } from "../../../platform/openapi.ts";
import { isPermission, type Permission } from "../permission.ts";

/**
 * A token of ours, read by nobody else: `ykp1.<version of our key>.<payload>.<HMAC-SM3>`, parts in
 * base64url without padding. There is one form and one algorithm: nothing in a token chooses any.
 */

/** The label under which the provider keeps the key of the tokens' MACs. */
export const PROGRAM_TOKEN_KEY = "program-token";
/** The longest a token may be in force. */
export const TOKEN_MS_MAX = 900_000;

const TOKEN = /^ykp1\.([1-9]\d{0,8})\.([\w-]{1,6000})\.([\w-]{43})$/;
const MAC_TEXT_BEGIN = "yikatong-program-token-1";
/** Another process's clock may be so far ahead. */
const AHEAD_MS_MAX = 30_000;
const BASE64URL = { alphabet: "base64url", omitPadding: true } as const;

export interface ProgramTokenFacts {
  readonly keyId: string;
  readonly permissions: readonly Permission[];
  readonly from: Date;
  readonly to: Date;
}

const payloadSchema = z.strictObject({
  key: idField,
  permissions: z.array(z.string()),
  from: z.number().int(),
  to: z.number().int(),
});

export function isProgramToken(text: string): boolean {
  return text.startsWith("ykp1.");
}

export async function writeToken(provider: SmProvider, facts: ProgramTokenFacts): Promise<string> {
  const key = await findTokenKey(provider);
  if (!key) throw new CryptoError("unknown_key", `Cannot find key "${PROGRAM_TOKEN_KEY}"`);
  const payload = new TextEncoder().encode(JSON.stringify({
    key: facts.keyId,
    permissions: facts.permissions,
    from: facts.from.getTime(),
    to: facts.to.getTime(),
  })).toBase64(BASE64URL);
  const mac = await provider.mac(key, "hmac_sm3", macText(key.version, payload));
  return `ykp1.${key.version}.${payload}.${mac.toBase64(BASE64URL)}`;
}

/** Null for what we did not write, or not like this; that it is in force is not looked at. */
export async function readToken(
  provider: SmProvider,
  text: string,
): Promise<ProgramTokenFacts | null> {
  const [, version = "", payload = "", mac = ""] = TOKEN.exec(text) ?? [];
  const key = version === "" ? null : await findTokenKey(provider, Number(version));
  const macBytes = fromBase64url(mac);
  if (!key || !macBytes) return null;
  const isOurs = await provider.verifyMac(key, "hmac_sm3", macText(key.version, payload), macBytes);
  return isOurs ? readPayload(payload) : null;
}

export function isInForce({ from, to }: ProgramTokenFacts, now: Date): boolean {
  return now < to && from.getTime() - now.getTime() <= AHEAD_MS_MAX &&
    to.getTime() - from.getTime() <= TOKEN_MS_MAX;
}

function readPayload(payload: string): ProgramTokenFacts | null {
  const bytes = fromBase64url(payload);
  const parsed = payloadSchema.safeParse(bytes && JSON.parse(new TextDecoder().decode(bytes)));
  if (!parsed.success) return null;
  const { key, permissions, from, to } = parsed.data;
  return {
    keyId: key,
    permissions: permissions.filter(isPermission),
    from: new Date(from),
    to: new Date(to),
  };
}

function macText(version: number, payload: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${MAC_TEXT_BEGIN}\n${version}\n${payload}`);
}

async function findTokenKey(provider: SmProvider, version?: number): Promise<KeyHandle | null> {
  return await provider.findKey(PROGRAM_TOKEN_KEY, version);
}

/** Only the one way to write the bytes: no other text stands for the same token. */
function fromBase64url(text: string): Uint8Array | null {
  try {
    const bytes = Uint8Array.fromBase64(text, { alphabet: "base64url" });
    return bytes.toBase64(BASE64URL) === text ? bytes : null;
  } catch {
    return null;
  }
}
