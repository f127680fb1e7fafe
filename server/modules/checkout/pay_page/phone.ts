/** In which program a phone opened the page; it says what can be paid with there. */
export type PhoneProgram = "wechat" | "alipay" | "unionpay" | "browser";

export function phoneProgram(userAgent: string): PhoneProgram {
  if (/MicroMessenger\//i.test(userAgent)) return "wechat";
  if (/AlipayClient\//i.test(userAgent)) return "alipay";
  if (/UnionPay\//i.test(userAgent)) return "unionpay";
  return "browser";
}

const WALLET_NAMES: Readonly<Record<PhoneProgram, string>> = {
  wechat: "微信支付",
  alipay: "支付宝",
  unionpay: "云闪付",
  browser: "微信、支付宝或云闪付",
};

export function walletNameIn(program: PhoneProgram): string {
  return WALLET_NAMES[program];
}
