import { type BookDifference, differenceOf } from "../../ledger/check/check_books.ts";
import type { LedgerTables } from "../../ledger/tables.ts";
import type { PaymentTables } from "../../payment/tables.ts";
import type { Order } from "../order.ts";
import type { Leg } from "../saga.ts";

type PostingRow = LedgerTables["ledger_posting"];
type Trade = Pick<PaymentTables["payment_trade"], "id" | "channel" | "state" | "paid_fen">;
type Refund = Pick<PaymentTables["payment_refund"], "id" | "trade_id" | "state" | "amount_fen">;

/** Of the channels, by their ids; also the trades that refunds go back to. */
export interface Payments {
  readonly trades: ReadonlyMap<string, Trade>;
  readonly refunds: ReadonlyMap<string, Refund>;
}

/** What the channels took in and gave back for an order, against what was posted on each. */
export function checkPayments(
  order: Order,
  postings: readonly PostingRow[],
  { trades, refunds }: Payments,
): BookDifference[] {
  if (order.saga.legs.some(isBetween)) return [];
  const moved = new Map<string, bigint>();
  const add = (channel: string, fen: bigint) =>
    moved.set(channel, (moved.get(channel) ?? 0n) + fen);
  for (const { n, kind } of order.saga.legs) {
    const trade = kind === "tender" && trades.get(order.choices.get(n)?.tradeId ?? "");
    if (trade && trade.state === "paid") add(trade.channel, trade.paid_fen ?? 0n);
    const refund = refunds.get(order.refundIds.get(n) ?? "");
    const paidBy = refund?.state === "refunded" && trades.get(refund.trade_id);
    if (refund && paidBy) add(paidBy.channel, -refund.amount_fen);
  }
  const posted = balances(postings);
  return [...new Set([...moved.keys(), ...posted.keys()])].flatMap((channel) =>
    differenceOf("payment", `${order.id} ${channel}`, [
      moved.get(channel) ?? 0n,
      posted.get(channel) ?? 0n,
    ])
  );
}

/**
 * On its way back money may be with the channel and not be posted; what two persons stated is
 * posted, and the channel has not said it.
 */
function isBetween({ kind, state, dropped }: Leg): boolean {
  if (kind !== "tender" && kind !== "surplus" && kind !== "cash_return") return false;
  return state === "undoing" || state === "undo_unknown" || state === "stuck" ||
    (kind === "cash_return" && dropped);
}

const CLEARING = "channel:";
/** Paid out by other means than a channel: no book of a channel has it. */
const OUTSIDE = "channel:outside";

/** Debits less credits of each channel. */
function balances(postings: readonly PostingRow[]): ReadonlyMap<string, bigint> {
  const sums = new Map<string, bigint>();
  const add = (account: string, fen: bigint) => {
    if (!account.startsWith(CLEARING) || account === OUTSIDE) return;
    const channel = account.slice(CLEARING.length);
    sums.set(channel, (sums.get(channel) ?? 0n) + fen);
  };
  for (const { debit, credit, amount_fen } of postings) {
    add(debit, amount_fen);
    add(credit, -amount_fen);
  }
  return sums;
}
