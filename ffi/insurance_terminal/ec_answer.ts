import { z } from "zod";
import type { EcIdentity } from "./contract.ts";
import type { EcDialect } from "./ec_dialect.ts";

/** The buffer of the specification is 20,480 bytes; longer text is no answer of it. */
const ANSWER_CHARACTERS_MAX = 65_536;
const CODE = /^-?\d{1,9}$/;

const printable = (charactersMax: number) =>
  // Control characters in a name or token are a sign of a damaged buffer.
  // deno-lint-ignore no-control-regex
  z.string().min(1).max(charactersMax).regex(/^[^\u0000-\u001f\u007f\ufffd]+$/);

/** `code` is a number or a text by build, `data` an object or a text that holds one. */
const envelope = z.object({
  code: z.union([z.number().int(), z.string().regex(CODE).transform(Number)]),
  data: z.unknown().optional(),
});

const identity = z.object({
  idNo: printable(64),
  userName: printable(100),
  ecToken: printable(512),
  insuOrg: z.string().regex(/^\d{6}$/),
  authNo: printable(64).optional(),
});

const authorisation = z.object({
  authNo: printable(64),
  outBizNo: z.string().max(64).optional(),
});

export type EcAnswer =
  | { readonly kind: "accepted"; readonly data: unknown }
  | { readonly kind: "cancelled" | "refused" | "unreadable" };

/** The outer part of what `NationEcTrans` wrote; `data` is not looked at yet. */
export function parseEcAnswer(text: string, dialect: EcDialect): EcAnswer {
  const parsed = envelope.safeParse(parseJson(text));
  if (!parsed.success) return { kind: "unreadable" };
  const { code, data } = parsed.data;
  if (dialect.cancelledCodes.includes(code)) return { kind: "cancelled" };
  if (code !== 0) return { kind: "refused" };
  return { kind: "accepted", data: typeof data === "string" ? parseJson(data) : data };
}

/**
 * Who the voucher or face belongs to; null when a field is missing or damaged, or when the answer
 * belongs to another authorisation than `authNo`.
 */
export function parseIdentity(data: unknown, authNo: string | null): EcIdentity | null {
  const parsed = identity.safeParse(data);
  if (!parsed.success) return null;
  const { idNo, userName, ecToken, insuOrg } = parsed.data;
  if (authNo !== null && parsed.data.authNo !== undefined && parsed.data.authNo !== authNo) {
    return null;
  }
  return { idNumber: idNo, name: userName, token: ecToken, region: insuOrg };
}

/** 授权号 of `cn.nhsa.ec.auth`; null when it answers another call than ours. */
export function parseAuthNo(data: unknown, callId: string): string | null {
  const parsed = authorisation.safeParse(data);
  if (!parsed.success) return null;
  const { authNo, outBizNo } = parsed.data;
  return outBizNo === undefined || outBizNo === callId ? authNo : null;
}

export function parsePaymentToken(data: unknown, dialect: EcDialect): string | null {
  const parsed = z.object({ [dialect.paymentTokenField]: printable(512) }).safeParse(data);
  return parsed.success ? parsed.data[dialect.paymentTokenField] ?? null : null;
}

function parseJson(text: string): unknown {
  if (text.length > ANSWER_CHARACTERS_MAX) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
