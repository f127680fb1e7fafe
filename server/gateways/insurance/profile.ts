import { FSI_PATHS, type Infno } from "./wire.ts";

/**
 * What a province or city lays down on top of the national standard. Everything a region can
 * decide differently is a field here, never a constant in the code that uses it.
 */
export interface RegionalProfile {
  readonly name: string;
  /** 区划 of the institutions, e.g. 441900. */
  readonly admdvs: string;
  readonly recerSysCode: string;
  /**
   * Receivers of other schemes, by insutype (R-BIL-13): retired cadres (340), work injury (410), the
   * corps' own. Of messages about a person alone; signing in and reading go to the usual one.
   */
  readonly recerSysCodes: Readonly<Record<string, string>>;
  readonly infver: string;
  readonly signtype: string;
  readonly url: UrlLayout;
  readonly header: HeaderSignature;
  /** Transactions that go by their `A` number here. */
  readonly aForms: readonly Infno[];
  /** HIS draws msgids of the same institution: terminals keep to the serials from here to 9999. */
  readonly messageSerialFrom: number;
  /** sign_no of 9001 in every envelope; some gateways want it empty. */
  readonly sendsSignNo: boolean;
  /** infcodes that say for certain that nothing was done; a DLL bridge's -1 does not (§7.2). */
  readonly refusalCodes: readonly string[];
  /** acct_used_flag: whether the personal account pays its part. */
  readonly usesAccount: boolean;
  /** Whether acct_mulaid_pay (共济) is already inside acct_pay. */
  readonly mulaidInsideAccount: boolean;
  /**
   * Key in expContent of 2206 and 2207 for the psn_no of the relative who pays; null: the region takes
   * no such name. No public text has it: to be confirmed with the 经办机构.
   */
  readonly relativeKey: string | null;
  /** Where a PIN envelope travels when the patient has typed one. */
  readonly pinCarrier: "none" | "cainfo" | "pw_ecToken";
  /**
   * Whether the component that authorised a face is told what became of the settlement
   * (`cn.nhsa.settle.notify`): part of the national flow, whether required is the region's word.
   */
  readonly tellsOutcome: boolean;
  readonly settlementWay: string;
  /** What 9001 tells of the machine that signs in: the front-end machine's, for all terminals. */
  readonly signInAddress: { readonly mac: string; readonly ip: string };
  /** diag_type of a western-medicine diagnosis: `1`, elsewhere `01`. */
  readonly diagnosisType: string;
  /** err_msg of a person nobody is insured as; other refusals of 1101 mean trouble. */
  readonly unknownPersonText: RegExp;
  /** err_msg when an e-voucher's token has run out between reading and settling. */
  readonly expiredTokenText: RegExp;
  /** err_msg when the day's sign-in is gone. */
  readonly signedOutText: RegExp;
  /** err_msg when the period of a settlement was cleared (3203): only people can still give back. */
  readonly closedPeriodText: RegExp;
  /** err_msg of a 2207 that came before, or of a visit that is settled: no proof that nothing was. */
  readonly repeatedText: RegExp;
  /** err_msg of a PIN that is wrong or missing. */
  readonly wrongPinText: RegExp;
}

export type UrlLayout =
  /** One entry per number: `{prefix}/{infno}`. */
  | { readonly kind: "by_number"; readonly prefix: string }
  /** One path per transaction under `{prefix}/`. */
  | { readonly kind: "by_path"; readonly prefix: string }
  | { readonly kind: "single"; readonly path: string };

/** `x_tif` by Guangdong's secret, `x_ca` by Zhejiang's key. */
export type HeaderSignature = "none" | "x_tif" | "x_ca";

const DONGGUAN_TEXTS = {
  unknownPersonText: /未查询到|未找到.*(参保|人员)|无参保|不存在/,
  expiredTokenText: /(ecToken|令牌|电子凭证).*(过期|失效|expired)/i,
  signedOutText: /未签到|签到.*(失效|过期|无效)/,
  closedPeriodText: /已(清算|清分|结账|关账)|(清算|结算)期.*(关闭|结束)/,
  repeatedText: /重复|已(经)?结算/,
  wrongPinText: /(密码|签名).*(错误|不正确|校验失败|验证失败|未通过)/,
};

/** Dongguan; §8 of the wire facts lists what the 经办机构 still has to confirm. */
export const DONGGUAN: RegionalProfile = {
  name: "dongguan",
  admdvs: "441900",
  recerSysCode: "01",
  recerSysCodes: {},
  infver: "V1.0",
  signtype: "SM3",
  url: { kind: "by_number", prefix: "/ebus/gdyb_api/prd/hsa/hgs" },
  header: "x_tif",
  aForms: ["2203", "2206", "2207"],
  messageSerialFrom: 5_000,
  sendsSignNo: true,
  refusalCodes: ["-1"],
  usesAccount: true,
  mulaidInsideAccount: false,
  relativeKey: "acct_mulaid_psn_no",
  pinCarrier: "none",
  tellsOutcome: true,
  settlementWay: "01",
  signInAddress: { mac: "00-00-00-00-00-00", ip: "127.0.0.1" },
  diagnosisType: "1",
  ...DONGGUAN_TEXTS,
};

/** Who receives a message: of an insured person's scheme, else the usual one. */
export function receiverOf(profile: RegionalProfile, insutype: string | null): string {
  return (insutype === null ? undefined : profile.recerSysCodes[insutype]) ?? profile.recerSysCode;
}

/** 异地 (nhsa.md §1.8): insured in another prefecture, by the first four digits of the 区划. */
export function isElsewhere(insuplc: string, admdvs: string): boolean {
  return insuplc.slice(0, PREFECTURE_DIGITS) !== admdvs.slice(0, PREFECTURE_DIGITS);
}

/** 跨省: insured in another province, by the first two. */
export function isOtherProvince(insuplc: string, admdvs: string): boolean {
  return insuplc.slice(0, PROVINCE_DIGITS) !== admdvs.slice(0, PROVINCE_DIGITS);
}

/** Patients of other provinces are never asked for a PIN. */
export function asksPin(profile: RegionalProfile, insuplc: string): boolean {
  return profile.pinCarrier !== "none" && !isOtherProvince(insuplc, profile.admdvs);
}

const PREFECTURE_DIGITS = 4;
const PROVINCE_DIGITS = 2;

/** The number a transaction goes by in this region: `2207` or `2207A`. */
export function wireNumber(profile: RegionalProfile, infno: Infno): string {
  return profile.aForms.includes(infno) ? `${infno}A` : infno;
}

export function pathOf(profile: RegionalProfile, infno: Infno): string {
  const number = wireNumber(profile, infno);
  switch (profile.url.kind) {
    case "by_number":
      return `${profile.url.prefix}/${number}`;
    case "by_path":
      return `${profile.url.prefix}/${FSI_PATHS[number]}`;
    case "single":
      return profile.url.path;
  }
}
