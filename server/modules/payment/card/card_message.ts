import type { HostAnswer } from "../../../gateways/card_host/host_answer.ts";
import type { HostReply } from "../../../gateways/card_host/client.ts";
import { timeOfId } from "../../../platform/ids.ts";
import type { Fen } from "../../../platform/money.ts";

export type CardMessageKind = "sale" | "void" | "refund";

export type CardMessageState =
  /** Committed here; it may have left, it may have arrived. */
  | "sending"
  | "approved"
  | "refused"
  /** It certainly never left. */
  | "unsent"
  /** Without a trustworthy answer: a sale or void that is being taken back. */
  | "reversing"
  | "reversed"
  /** Closed before anything was sent; nothing of this trade may be sent any more. */
  | "closed";

/** One message to the host that may move money, as the books have it. */
export interface CardEntry {
  readonly subjectId: string;
  readonly attempt: number;
  readonly kind: CardMessageKind;
  readonly tradeId: string;
  readonly institutionId: string;
  readonly merchant: string;
  readonly terminalNumber: string;
  readonly stan: number;
  readonly batch: number;
  readonly amount: Fen;
  readonly panSealed: Uint8Array | null;
  readonly panEnd: string | null;
  readonly cardSequence: string | null;
  readonly state: CardMessageState;
  readonly failCode: string | null;
  readonly failText: string | null;
  readonly responseCode: string | null;
  readonly reference: string | null;
  readonly approval: string | null;
  readonly hostDate: string | null;
  readonly sentAt: Date;
  readonly triedAt: Date;
  /** Times it, or its reversal, was sent again. */
  readonly tries: number;
  /** Until then a process waits for the answer. */
  readonly claimedUntil: Date | null;
  /** Since when the host refuses repeats of a refund that may have been booked all the same. */
  readonly stoppedAt: Date | null;
  readonly tag: Uint8Array | null;
}

/**
 * A refund without an answer is sent again for so long. It is less than checkout asks before people
 * may state that the money did not go back: what they paid out by hand is never sent behind them.
 */
const RESENT_FOR_MS = 3 * 86_400_000;

/** Refunds asked for before that are not sent again. */
export function resentSince(now: Date): Date {
  return new Date(now.getTime() - RESENT_FOR_MS);
}

/** Whether an open refund waits for people: another sending could only move money once more. */
export function isStopped({ kind, subjectId, stoppedAt }: CardEntry, now: Date): boolean {
  if (kind !== "refund") return false;
  return stoppedAt !== null || timeOfId(subjectId) < resentSince(now);
}

/** Where a message stands after its answer, or the lack of one. */
export type CardEnd =
  | { readonly state: "approved"; readonly answer: HostAnswer; readonly reference: string }
  | {
    readonly state: "refused";
    readonly code: string;
    readonly text: string;
    readonly answer: HostAnswer;
  }
  | { readonly state: "unsent"; readonly reason: string }
  | { readonly state: "open"; readonly reason: string };

/** Of a void whose original the host has settled: only a refund brings the money back. */
export const SETTLED_CODE = "payment.card_settled";

/** What an answer means for a sale, a void or a refund. Anything but a definite word leaves it open. */
export function endOf(kind: CardMessageKind, reply: HostReply): CardEnd {
  if (reply.kind === "not_sent") return { state: "unsent", reason: reply.reason };
  if (reply.kind !== "answered") return { state: "open", reason: reply.reason };
  const { answer } = reply;
  const { meaning, reference, responseCode } = answer;
  switch (meaning.kind) {
    case "done":
      return reference === null
        ? { state: "open", reason: "the approval has no reference number" }
        : { state: "approved", answer, reference };
    case "refused":
      return { state: "refused", code: meaning.code, text: meaning.text, answer };
    // Words about an original: a sale has none, whatever the host means by them.
    case "settled":
      if (kind === "sale") return { state: "open", reason: `the host answers ${responseCode}` };
      return { state: "refused", code: SETTLED_CODE, text: "原交易已结算", answer };
    case "not_found":
      if (kind === "sale") return { state: "open", reason: `the host answers ${responseCode}` };
      return { state: "refused", code: "payment.original_missing", text: "找不到原交易", answer };
    case "unsure":
    case "sign_in":
      return { state: "open", reason: `the host answers ${responseCode}` };
    default:
      return meaning satisfies never;
  }
}

export type ReversalEnd =
  | { readonly state: "reversed" }
  | { readonly state: "reversing"; readonly reason: string };

/**
 * "Not found" ends a reversal only when the original can no longer come in behind it: a message
 * may lie on a line for a while.
 */
export function reversalEndOf(
  reply: HostReply,
  { sinceSentMs, lateMs }: { readonly sinceSentMs: number; readonly lateMs: number },
): ReversalEnd {
  if (reply.kind !== "answered") return { state: "reversing", reason: reply.reason };
  const { meaning, responseCode } = reply.answer;
  if (meaning.kind === "done") return { state: "reversed" };
  if (meaning.kind !== "not_found") {
    return { state: "reversing", reason: `the host answers ${responseCode} to the reversal` };
  }
  return sinceSentMs > lateMs
    ? { state: "reversed" }
    : { state: "reversing", reason: "the host has not seen it yet" };
}
