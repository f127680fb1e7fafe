import { z } from "zod";
import { reasonOf } from "../../platform/errors.ts";
import { CANONICALISERS, signText } from "./canonical.ts";
import type { WrapperCipher } from "./cipher.ts";
import type { MobileProfile } from "./profile.ts";

/** Signs and checks in raw r‖s; the private key stays with the provider. */
export interface MessageSigner {
  sign(message: Uint8Array): Promise<Uint8Array>;
  /** By the centre's key. */
  verify(message: Uint8Array, signature: Uint8Array): Promise<boolean>;
}

export interface WrapperLine {
  readonly appId: string;
  readonly appSecret: string;
  readonly cipher: WrapperCipher;
  readonly signer: MessageSigner;
  readonly profile: MobileProfile;
}

const wrapperSchema = z.looseObject({
  encData: z.string().nullish(),
  signData: z.string(),
  code: z.union([z.string(), z.number()]).transform(String).nullish(),
  message: z.string().nullish(),
  success: z.union([z.boolean(), z.stringbool()]).nullish(),
});

export type OpenedWrapper =
  | {
    readonly kind: "opened";
    readonly data: unknown;
    /** The outer result: false is the centre's no. */
    readonly success: boolean;
    readonly code: string | null;
    readonly message: string;
  }
  | { readonly kind: "bad_signature" }
  | { readonly kind: "unreadable"; readonly reason: string };

/** `data` encrypted, and signed in clear. */
export async function sealWrapper(
  line: WrapperLine,
  data: unknown,
  outer: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const { profile, cipher, appId, appSecret } = line;
  const text = JSON.stringify(data);
  const encData = cipher.encrypt(profile.escapesUnicode ? escapeUnicode(text) : text);
  const wrapper = { appId, version: profile.version, encType: "SM4", signType: "SM2", ...outer };
  const canonical = CANONICALISERS[profile.canonical](data, encData);
  const signed = signText(wrapper, { data: canonical, appSecret });
  const signature = await line.signer.sign(new TextEncoder().encode(signed));
  return { ...wrapper, encData, signData: signature.toBase64() };
}

/** Nothing of a message counts before its signature does. */
export async function openWrapper(line: WrapperLine, body: string): Promise<OpenedWrapper> {
  const wrapper = parse(body);
  if (wrapper === null) return { kind: "unreadable", reason: "not the wrapper" };
  const { encData, signData, code, message, success } = wrapper;
  let data: unknown = {};
  let signature: Uint8Array;
  try {
    if (encData) data = JSON.parse(line.cipher.decrypt(encData));
    signature = Uint8Array.fromBase64(signData);
  } catch (thrown) {
    return { kind: "unreadable", reason: reasonOf(thrown) };
  }
  const canonical = CANONICALISERS[line.profile.canonical](data, encData ?? "");
  const signed = signText(JSON.parse(body), { data: canonical, appSecret: line.appSecret });
  const isGood = await line.signer.verify(new TextEncoder().encode(signed), signature);
  if (!isGood) return { kind: "bad_signature" };
  const isDone = success ?? (code === null || code === undefined || code === "0");
  return { kind: "opened", data, success: isDone, code: code ?? null, message: message ?? "" };
}

function parse(body: string): z.infer<typeof wrapperSchema> | null {
  try {
    return wrapperSchema.safeParse(JSON.parse(body)).data ?? null;
  } catch {
    return null;
  }
}

function escapeUnicode(text: string): string {
  return text.replace(
    /[\u0080-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
