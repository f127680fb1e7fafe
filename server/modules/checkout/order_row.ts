import type { Split } from "./leg.ts";
import type { Order, TenderChoice } from "./order.ts";
import { orderPayableSchema } from "./order_payable.ts";
import type { Leg } from "./saga.ts";
import type { CheckoutTables } from "./tables.ts";

type OrderRow = CheckoutTables["checkout_order"];
type LegRow = CheckoutTables["checkout_leg"];
export type StatedRow = CheckoutTables["checkout_stated_return"];

interface SplitColumns {
  readonly total_fen: bigint | null;
  readonly fund_fen: bigint | null;
  readonly account_fen: bigint | null;
  readonly other_fen: bigint | null;
  readonly cash_fen: bigint | null;
}

export function splitColumns(split: Split | null): SplitColumns {
  return {
    total_fen: split?.total ?? null,
    fund_fen: split?.fund ?? null,
    account_fen: split?.account ?? null,
    other_fen: split?.other ?? null,
    cash_fen: split?.cash ?? null,
  };
}

function splitOf(row: SplitColumns): Split | null {
  if (row.total_fen === null) return null;
  return {
    total: row.total_fen,
    fund: row.fund_fen ?? 0n,
    account: row.account_fen ?? 0n,
    other: row.other_fen ?? 0n,
    cash: row.cash_fen ?? 0n,
  };
}

/** `statedRows`: of legs of a refund that two persons stated the outcome of. */
export function orderOf(
  row: OrderRow,
  legRows: readonly LegRow[],
  statedRows: readonly StatedRow[] = [],
): Order {
  const stated = new Map(statedRows.map((each) => [each.n, each]));
  const ordered = [...legRows].sort((left, right) => left.place - right.place);
  return {
    id: row.id,
    at: row.at,
    institutionId: row.institution_id,
    terminalId: row.terminal_id,
    identificationId: row.identification_id,
    payable: orderPayableSchema.parse(JSON.parse(row.payable)),
    payableText: row.payable,
    settlement: row.settlement,
    number: row.number,
    saga: {
      legs: ordered.map((leg) => legOf(leg, stated.get(leg.n))),
      quote: splitOf(row),
      quoteVersion: row.quote_version,
      agreedVersion: row.agreed_version,
      stop: row.stop,
      stopCode: row.stop_code,
      deadline: row.deadline_at?.getTime() ?? null,
    },
    choices: new Map(ordered.flatMap(choiceOf)),
    references: new Map(ordered.flatMap((leg) => pairOf(leg.n, leg.reference))),
    refundIds: new Map(ordered.flatMap((leg) => pairOf(leg.n, leg.refund_id))),
    pricedSealed: row.priced_sealed,
    fulfilledSealed: row.fulfilled_sealed,
    attempts: row.attempts,
    claimedBy: row.claimed_by,
    claimedUntil: row.claimed_until,
    completedAt: row.completed_at,
  };
}

function legOf(row: LegRow, stated: StatedRow | undefined): Leg {
  return {
    n: row.n,
    kind: row.kind,
    state: row.state,
    held: row.held,
    amount: row.amount_fen,
    split: splitOf(row),
    tries: row.tries,
    lastAskAt: row.last_ask_at?.getTime() ?? null,
    dropped: row.dropped,
    late: row.late,
    ...(stated && {
      stated: { outcome: stated.outcome, reference: stated.reference, answer: stated.answer },
    }),
  };
}

function choiceOf(row: LegRow): [number, TenderChoice][] {
  if (row.trade_id === null || row.mode === null) return [];
  return [[row.n, { tradeId: row.trade_id, mode: row.mode }]];
}

function pairOf(n: number, value: string | null): [number, string][] {
  return value === null ? [] : [[n, value]];
}

export function legRow(order: Order, leg: Leg, place: number): Omit<LegRow, "tag"> {
  const choice = order.choices.get(leg.n);
  return {
    order_id: order.id,
    at: order.at,
    n: leg.n,
    institution_id: order.institutionId,
    place,
    kind: leg.kind,
    state: leg.state,
    held: leg.held,
    amount_fen: leg.amount,
    ...splitColumns(leg.split),
    tries: leg.tries,
    last_ask_at: leg.lastAskAt === null ? null : new Date(leg.lastAskAt),
    dropped: leg.dropped,
    late: leg.late,
    reference: order.references.get(leg.n) ?? null,
    trade_id: choice?.tradeId ?? null,
    mode: choice?.mode ?? null,
    refund_id: order.refundIds.get(leg.n) ?? null,
  };
}

export function sameLegRow(
  left: Omit<LegRow, "tag"> | undefined,
  right: Omit<LegRow, "tag">,
): boolean {
  if (!left) return false;
  return JSON.stringify(left, plain) === JSON.stringify(right, plain);
}

function plain(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
