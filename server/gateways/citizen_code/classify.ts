export type CodeKind =
  | "insurance_voucher"
  | "essc"
  | "health_code"
  | "payment_code"
  /** 电子社保卡消费码 */
  | "essc_payment_code"
  | "unrecognised";

export interface CodeRule {
  readonly kind: Exclude<CodeKind, "unrecognised">;
  readonly pattern: RegExp;
}

/**
 * Which code is which by its text, in order; a region replaces the table. Payment codes are those of
 * WeChat (18 digits from 10–15), Alipay (16–24 digits from 25–30) and UnionPay (19 digits from 62).
 */
export const GUANGDONG_CODE_RULES: readonly CodeRule[] = [
  { kind: "insurance_voucher", pattern: /^\d{28}$/ },
  { kind: "payment_code", pattern: /^1[0-5]\d{16}$/ },
  { kind: "payment_code", pattern: /^(?:2[5-9]|30)\d{14,22}$/ },
  { kind: "payment_code", pattern: /^62\d{17}$/ },
  { kind: "essc", pattern: /^SSC[0-9A-Za-z]{30,60}$/ },
  { kind: "essc_payment_code", pattern: /^SSP[0-9A-Za-z]{30,60}$/ },
  { kind: "health_code", pattern: /^GDHC:[0-9A-Za-z:.]{8,200}$/ },
];

/** What a scanner read, as one kind of code; some scanners append line ends. */
export function classifyCode(
  text: string,
  rules: readonly CodeRule[] = GUANGDONG_CODE_RULES,
): CodeKind {
  const code = text.trim();
  return rules.find((rule) => rule.pattern.test(code))?.kind ?? "unrecognised";
}
