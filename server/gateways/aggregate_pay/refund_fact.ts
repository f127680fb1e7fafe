import { asFen, type Fen } from "../../platform/money.ts";
import { done, type Outcome, refused, unknown } from "../../platform/outcome.ts";
import type { PartyReply } from "../../platform/party.ts";
import { bounded, notDone, readReply } from "./trade_fact.ts";
import { refundReply } from "./wire.ts";

export type RefundFact =
  | { readonly state: "refunded"; readonly amount: Fen; readonly reference: string }
  | { readonly state: "processing" }
  /** Only to `queryRefund`. */
  | { readonly state: "absent" };

/** The bank looks for the refund's id before it judges, so these never hide a refund that was made. */
export const REFUND_REFUSALS: ReadonlySet<string> = new Set([
  "REFUND_EXCEEDS",
  "REFUND_DECLINED",
  "ACCOUNT_CLOSED",
  "ORDER_NOT_PAID",
  "ORDER_NOT_FOUND",
]);

export function readRefund(
  reply: PartyReply,
  asked: { readonly number: string; readonly amount: Fen },
  refusals: ReadonlySet<string>,
): Outcome<RefundFact> {
  const read = readReply(reply, refundReply);
  if (read.kind !== "done") return read;
  const { value } = read;
  if (value.errCode === "REFUND_NOT_FOUND") return done({ state: "absent" });
  if (value.errCode !== "SUCCESS") return notDone(value, refusals);
  if (value.refundRequestId !== asked.number) {
    return unknown(`the answer is about refund "${value.refundRequestId}"`);
  }
  switch (value.refundStatus) {
    case "SUCCESS":
      // An amount that is not ours is for a person to look at, so it never counts as made.
      return value.transactionAmount === asked.amount && value.refundOrderId
        ? done({ state: "refunded", amount: asFen(asked.amount), reference: value.refundOrderId })
        : unknown(`the bank refunded "${value.transactionAmount}" fen instead of ${asked.amount}`);
    case "PROCESSING":
      return done({ state: "processing" });
    case "FAILED":
      return refused(value.statusCode ?? "FAILED", bounded(value.statusMsg));
    default:
      return unknown("the answer has no status");
  }
}
