import { invariant } from "../../platform/errors.ts";
import { asFen, type Fen } from "../../platform/money.ts";
import type { TenderMode } from "./channel.ts";

export const TRADE_STATES = [
  /** Committed here, not known to be at the bank. */
  "opening",
  /** The code is on the screen. */
  "waiting",
  /** The patient types a password. */
  "password",
  "paid",
  "refused",
  "closing",
  "closed",
] as const;

export type TradeState = (typeof TRADE_STATES)[number];
export type RefundState = "requested" | "refunded" | "refused";

/** One attempt to collect cash. */
export interface Trade {
  readonly id: string;
  readonly orderId: string;
  readonly institutionId: string;
  readonly mode: TenderMode;
  readonly merchant: string;
  readonly terminalNumber: string;
  readonly amount: Fen;
  readonly state: TradeState;
  readonly codeText: string | null;
  readonly expiresAt: Date | null;
  /** As patients know it: 微信支付. */
  readonly wallet: string | null;
  readonly reference: string | null;
  /** What was really paid; may differ from `amount`, and refunds count against it. */
  readonly paid: Fen | null;
  readonly paidAt: Date | null;
  /** All refunds that are not refused. */
  readonly refunded: Fen;
  readonly tag: Uint8Array | null;
}

export interface Refund {
  readonly id: string;
  readonly tradeId: string;
  readonly amount: Fen;
  readonly state: RefundState;
  readonly reference: string | null;
  readonly tag: Uint8Array | null;
}

/**
 * Where a trade stands after the bank, or our wish to close it, has spoken. Paid is stronger than
 * everything, also than a close that came before it; an ended trade is not reopened by less.
 */
export function advance(state: TradeState, heard: TradeState): TradeState {
  if (state === "paid" || heard === "paid") return "paid";
  if (state === "refused" || state === "closed") return state;
  if (state === "closing") return heard === "refused" || heard === "closed" ? heard : state;
  return heard === "opening" ? state : heard;
}

/** Rule 7: what may go back is what was paid less all refunds not refused; null when it is more. */
export function amountToRefund(
  trade: { readonly paid: bigint; readonly refunded: bigint },
  wanted: bigint | "remainder",
): Fen | null {
  const remainder = trade.paid - trade.refunded;
  const amount = wanted === "remainder" ? remainder : wanted;
  invariant(amount >= 0n, "a refund is not below zero");
  return amount > remainder ? null : asFen(amount);
}
