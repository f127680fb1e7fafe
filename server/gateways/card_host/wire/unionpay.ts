import { counted, type FieldTable, fixed } from "./field_table.ts";
import type { HostProfile, Meaning } from "./host_profile.ts";

/**
 * Terminals' messages as UnionPay's POS specification has them (QCUP 009) and most acquirers' hosts
 * took them over: digits in BCD, lengths in BCD, one binary bitmap, field 64 over everything before.
 */
function unionPayTable(pinBytes: 8 | 16): FieldTable {
  return {
    digits: "bcd",
    lengths: "bcd",
    bitmap: "binary",
    fields: {
      2: counted("digits", 2, 19),
      3: fixed("digits", 6),
      4: fixed("digits", 12),
      11: fixed("digits", 6),
      12: fixed("digits", 6),
      13: fixed("digits", 4),
      14: fixed("digits", 4),
      15: fixed("digits", 4),
      22: fixed("digits", 3),
      23: { ...fixed("digits", 3), fill: "left" },
      25: fixed("digits", 2),
      26: fixed("digits", 2),
      32: counted("digits", 2, 11),
      35: counted("track", 2, 37),
      37: fixed("text", 12),
      38: fixed("text", 6),
      39: fixed("text", 2),
      41: fixed("text", 8),
      42: fixed("text", 15),
      44: counted("text", 2, 25),
      48: counted("digits", 3, 322),
      49: fixed("text", 3),
      52: fixed("bytes", pinBytes),
      53: fixed("digits", 16),
      54: counted("text", 3, 20),
      55: counted("bytes", 3, 255),
      60: counted("digits", 3, 17),
      61: counted("digits", 3, 29),
      62: counted("bytes", 3, 512),
      63: counted("bytes", 3, 163),
      64: fixed("bytes", 8),
    },
  };
}

const no = (code: string, text: string): Meaning => ({ kind: "refused", code, text });
const DONE: Meaning = { kind: "done" };
const UNSURE: Meaning = { kind: "unsure" };
const SIGN_IN: Meaning = { kind: "sign_in" };
const DECLINED = no("payment.declined", "发卡行拒绝了这笔交易");
const CLOSED = no("payment.card_closed", "此卡已注销或不可用，请联系发卡行");
const MISUSED = no("payment.channel_refused", "银行卡渠道不受理，请换一种方式支付");

const RESPONSES: Readonly<Record<string, Meaning>> = {
  "00": DONE,
  "01": DECLINED,
  "03": MISUSED,
  "04": DECLINED,
  "05": DECLINED,
  "06": UNSURE,
  "12": MISUSED,
  "13": no("payment.amount_refused", "金额不被受理"),
  "14": CLOSED,
  "22": { kind: "settled" },
  "25": { kind: "not_found" },
  "30": MISUSED,
  "33": no("payment.card_expired", "此卡已过有效期"),
  "34": DECLINED,
  "38": no("payment.pin_tries_exceeded", "密码错误次数过多，此卡已锁定"),
  "41": DECLINED,
  "43": DECLINED,
  "51": no("payment.insufficient", "余额不足"),
  "54": no("payment.card_expired", "此卡已过有效期"),
  "55": no("payment.pin_wrong", "密码不正确"),
  "57": DECLINED,
  "61": no("payment.over_limit", "超过单笔或当日限额"),
  "62": DECLINED,
  "64": no("payment.amount_refused", "与原交易金额不符"),
  "65": no("payment.over_limit", "超过当日交易次数"),
  "68": UNSURE,
  "75": no("payment.pin_tries_exceeded", "密码错误次数过多，此卡已锁定"),
  "77": SIGN_IN,
  "90": UNSURE,
  "91": UNSURE,
  "92": UNSURE,
  "94": UNSURE,
  "96": UNSURE,
  "98": UNSURE,
  "99": SIGN_IN,
  A0: SIGN_IN,
};

const SHARED = {
  framing: { length: "binary", tpduBytes: 5, header: Uint8Array.fromHex("603100311000") },
  networkCodes: { signIn: "003", echo: "301", settle: "201" },
  responses: RESPONSES,
  lateMs: 60_000,
  // What a bank's host says to a repeated 0220 is to be agreed on; no text that we have tells.
  answersRepeatsAlike: false,
} as const;

const WORK_KEYS = [
  { purpose: "pin", keyBytes: 16, checkBytes: 4 },
  { purpose: "mac", keyBytes: 16, checkBytes: 4 },
] as const;

export const UNIONPAY_TDES: HostProfile = {
  ...SHARED,
  name: "unionpay_tdes",
  table: unionPayTable(8),
  algorithm: "tdes",
  pinFormat: "iso9564_0",
  securityInfo: { withPin: "2600000000000000", withoutPin: "0600000000000000" },
  mac: { method: "tdes_unionpay_ecb", bytes: 8, field: 64 },
  workKeys: WORK_KEYS,
};

/** National algorithms: a PIN block of 16 bytes, the MAC cut to the 8 that field 64 has. */
export const UNIONPAY_SM4: HostProfile = {
  ...SHARED,
  name: "unionpay_sm4",
  table: unionPayTable(16),
  algorithm: "sm4",
  pinFormat: "sm4_16",
  securityInfo: { withPin: "2630000000000000", withoutPin: "0630000000000000" },
  mac: { method: "sm4_unionpay_ecb", bytes: 8, field: 64 },
  workKeys: WORK_KEYS,
};
