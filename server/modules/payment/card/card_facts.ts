import { asFen } from "../../../platform/money.ts";
import { done, type Outcome, refused, unknown } from "../../../platform/outcome.ts";
import type { RefundFact, TradeFact } from "../channel.ts";
import type { CardEntry } from "./card_message.ts";

/** The books' word on a sale; null while it is open. */
export function saleOutcome(entry: CardEntry | null): Outcome<TradeFact> | null {
  switch (entry?.state) {
    case undefined:
    case "unsent":
      return done({ state: "absent" });
    case "approved":
      return done({
        state: "paid",
        amount: entry.amount,
        asAsked: true,
        reference: entry.reference ?? "",
        wallet: `银行卡（尾号${entry.panEnd ?? ""}）`,
        paidAt: entry.sentAt,
      });
    case "refused":
      return refused(entry.failCode ?? "payment.declined", entry.failText ?? "");
    case "reversed":
      return refused("payment.reversed", "交易没有完成，已经冲正，没有扣款");
    case "closed":
      return refused("payment.closed", "订单已关闭");
    case "sending":
    case "reversing":
      return null;
  }
}

/** The same of a void or refund. A void that was taken back leaves the money where it was. */
export function returnOutcome(entry: CardEntry | null): Outcome<RefundFact> | null {
  switch (entry?.state) {
    case undefined:
    case "unsent":
    case "reversed":
    case "closed":
      return done({ state: "absent" });
    case "approved":
      return done({
        state: "refunded",
        amount: asFen(entry.amount),
        reference: entry.reference ?? "",
      });
    case "refused":
      return refused(entry.failCode ?? "payment.refund_refused", entry.failText ?? "");
    case "sending":
    case "reversing":
      return null;
  }
}

/** Somebody wrote into the books past the platform. */
export const CHANGED = refused("payment.record_changed", "银行卡交易记录被改动，需要人工核对");

export const UNDER_WAY = unknown("the message to the host is under way");
