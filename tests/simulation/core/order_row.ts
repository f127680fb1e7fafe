import type { TenderChoice } from "../../../server/modules/checkout/order.ts";
import type { LegKind } from "../../../server/modules/checkout/saga.ts";
import { newSaga, type Saga } from "../../../server/modules/checkout/saga.ts";
import type { Visit, Way } from "../scenario.ts";
import type { Figures } from "./figures.ts";

export interface RefundRow {
  readonly amount: bigint;
  readonly state: "requested" | "refunded" | "refused";
}

/** The platform's own record of one trade, in the row of its order. */
export interface TradeRow {
  readonly tradeId: string;
  readonly way: Way;
  readonly paid: bigint | null;
  readonly refunded: bigint;
  readonly refunds: ReadonlyMap<string, RefundRow>;
}

export interface Entry {
  readonly debit: string;
  readonly credit: string;
  readonly amount: bigint;
  readonly leg: number;
  readonly cause: "moved" | "moved_back";
}

/** Of a refund, which is an order of its own: what it gives back. */
export interface RefundOf {
  readonly orderId: string;
  readonly baseId: string;
  /** Places of the base's lines; null for all that stands. */
  readonly lines: readonly number[] | null;
  /** Lines of the base that are settled anew; null when none are. */
  readonly kept: readonly number[] | null;
  readonly total: bigint;
  /** The paid tender leg of the order; null when no cash was paid. */
  readonly payer: number | null;
  readonly choice: TenderChoice | null;
}

/** One order as the simulated database keeps it; never changed, only replaced by a commit. */
export interface OrderRow {
  readonly id: string;
  readonly visit: Visit;
  readonly figures: Figures;
  readonly billId: string;
  readonly saga: Saga;
  readonly attempts: number;
  readonly claimedBy: number | null;
  readonly claimedUntil: number | null;
  readonly nextAttemptAt: number | null;
  /** By leg. */
  readonly trades: ReadonlyMap<number, TradeRow>;
  readonly postings: readonly Entry[];
  readonly isCompleted: boolean;
  /** What each line costs. */
  readonly lines: readonly bigint[];
  readonly refund: RefundOf | null;
}

const KINDS: readonly LegKind[] = ["insurance", "tender", "fulfilment"];
const KINDS_CASH_FIRST: readonly LegKind[] = ["tender", "insurance", "fulfilment"];

export function newRow(
  { id, visit, figures, cashFirst }: {
    readonly id: string;
    readonly visit: Visit;
    readonly figures: Figures;
    readonly cashFirst: boolean;
  },
): OrderRow {
  const legs = (cashFirst ? KINDS_CASH_FIRST : KINDS).filter((kind) =>
    kind !== "insurance" || visit.settlement === "insurance"
  );
  return {
    id,
    visit,
    figures,
    billId: `bill${visit.n}`,
    saga: newSaga(legs),
    attempts: 0,
    claimedBy: null,
    claimedUntil: null,
    nextAttemptAt: null,
    trades: new Map(),
    postings: [],
    isCompleted: false,
    lines: linesOf(figures.total),
    refund: null,
  };
}

function linesOf(total: bigint): bigint[] {
  const [first, second] = [total / 5n, total * 3n / 10n];
  return [first, second, total - first - second];
}

export function withTrade(row: OrderRow, leg: number, trade: TradeRow): OrderRow {
  return { ...row, trades: new Map([...row.trades, [leg, trade]]) };
}

export function withRefund(trade: TradeRow, id: string, refund: RefundRow): TradeRow {
  return { ...trade, refunds: new Map([...trade.refunds, [id, refund]]) };
}

/** Debits less credits of the accounts that begin so. */
export function balanceOf(row: OrderRow, account: string): bigint {
  let balance = 0n;
  for (const { debit, credit, amount } of row.postings) {
    if (debit.startsWith(account)) balance += amount;
    if (credit.startsWith(account)) balance -= amount;
  }
  return balance;
}
