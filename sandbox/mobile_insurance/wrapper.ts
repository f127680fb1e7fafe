import { sign, verify } from "../../crypto/sm2.ts";
import { sm4Decrypt, sm4Encrypt } from "../../crypto/sm4.ts";

/** The centre's side of the wrapper (nhsa.md §2.1 to §2.3), written anew to check the platform's. */

export interface CentreKeys {
  readonly appId: string;
  readonly appSecret: string;
  /** The centre's own, 32 bytes. */
  readonly privateKey: Uint8Array;
  /** The institutions' platform's, 65 bytes. */
  readonly platformKey: Uint8Array;
}

type Wrapper = Readonly<Record<string, unknown>>;

const ECB = { mode: "ecb", padding: "pkcs7" } as const;
const KEY_CHARS = 16;
const UTF8 = new TextEncoder();

/** The data; null for what the platform did not sign. */
export function openRequest(keys: CentreKeys, body: string): Wrapper | null {
  try {
    const wrapper: Wrapper = JSON.parse(body);
    const clear = sm4Decrypt({ ...ECB, key: keyOf(keys) }, fromHex(wrapper["encData"]));
    const data: Wrapper = JSON.parse(new TextDecoder().decode(clear));
    const signature = Uint8Array.fromBase64(String(wrapper["signData"]));
    const text = UTF8.encode(textOf(keys, wrapper, data));
    return verify(keys.platformKey, text, signature) ? data : null;
  } catch {
    return null;
  }
}

export function sealAnswer(keys: CentreKeys, outer: Wrapper, data: Wrapper): Wrapper {
  const encData = sm4Encrypt({ ...ECB, key: keyOf(keys) }, UTF8.encode(JSON.stringify(data)));
  const wrapper = {
    appId: keys.appId,
    version: "2.0.1",
    encType: "SM4",
    signType: "SM2",
    ...outer,
  };
  const signature = sign(keys.privateKey, UTF8.encode(textOf(keys, wrapper, data)));
  return { ...wrapper, encData: encData.toHex().toUpperCase(), signData: signature.toBase64() };
}

function keyOf({ appId, appSecret }: CentreKeys): Uint8Array {
  const key = UTF8.encode(appId.slice(0, KEY_CHARS));
  const hex = sm4Encrypt({ ...ECB, key }, UTF8.encode(appSecret)).toHex().toUpperCase();
  return UTF8.encode(hex.slice(0, KEY_CHARS));
}

function textOf({ appSecret }: CentreKeys, wrapper: Wrapper, data: Wrapper): string {
  const { signData: _s, encData: _e, extra: _x, data: _d, ...signed } = wrapper;
  const pairs = Object.entries({ ...signed, data: JSON.stringify(sorted(data)) })
    .filter(([, value]) => value !== null && value !== "")
    .map(([name, value]) => `${name}=${value}`);
  return [...pairs.sort(), `key=${appSecret}`].join("&");
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted).filter(isSaid);
  if (typeof value !== "object" || value === null) return value === null ? null : String(value);
  const entries = Object.entries(value).filter(([, item]) => isSaid(item)).sort();
  return Object.fromEntries(entries.map(([name, item]) => [name, sorted(item)]));
}

function isSaid(value: unknown): boolean {
  const isEmptyList = Array.isArray(value) && value.length === 0;
  return value !== null && value !== undefined && value !== "" && !isEmptyList;
}

function fromHex(value: unknown): Uint8Array {
  return Uint8Array.fromHex(String(value));
}
