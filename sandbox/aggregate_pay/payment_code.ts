import type { Wallet } from "../../server/gateways/aggregate_pay/wire.ts";

/** What happens when a payment code is charged: its last four digits say so. `password_waits` needs the phone. */
export type CodeStory = "pays" | "insufficient" | "password" | "expired" | "password_waits";

const ENDINGS: Readonly<Record<string, CodeStory>> = {
  "0001": "insufficient",
  "0002": "password",
  "0003": "expired",
  "0004": "password_waits",
};

export function storyOfCode(code: string): CodeStory {
  return ENDINGS[code.slice(-4)] ?? "pays";
}

/** Wallets tell their codes apart by the first two digits. */
export function walletOfCode(code: string): Wallet | null {
  const head = Number(code.slice(0, 2));
  if (head >= 10 && head <= 15 && code.length === 18) return "WXPAY";
  if (head >= 25 && head <= 30) return "ALIPAY";
  if (head === 62 && code.length === 19) return "UNIONPAY";
  return null;
}

const SHAPES = {
  WXPAY: { head: "13", length: 18 },
  ALIPAY: { head: "28", length: 18 },
  UNIONPAY: { head: "62", length: 19 },
} as const;

/** A code as a phone would show it; `serial` makes it different each time. */
export function paymentCode(wallet: Wallet, story: CodeStory, serial: number): string {
  const { head, length } = SHAPES[wallet];
  const ending = Object.keys(ENDINGS).find((key) => ENDINGS[key] === story) ?? "8000";
  const middle = length - head.length - ending.length;
  return head + String(serial).padStart(middle, "0").slice(-middle) + ending;
}
