import { ORDER_STATES, type OrderState } from "../checkout/contract.ts";
import { keptQuote } from "../checkout/given_back.ts";
import type { Order } from "../checkout/order.ts";
import type { PricedPayable } from "../checkout/payable.ts";
import { type Leg, legOfKind, type SagaRules, stateOf } from "../checkout/saga.ts";
import type { TradeView } from "../payment/find_trade.ts";
import type { RefundState, RefundView } from "./contract.ts";
import type { RequestRow } from "./store.ts";

/** What is read to show a refund. */
export interface RefundParts {
  readonly row: RequestRow;
  /** What was paid. */
  readonly order: Order;
  readonly title: string;
  /** The order that gives back; null while nobody approved it. */
  readonly refund: Order | null;
  /** Of what it goes back to; null once erased. */
  readonly priced: PricedPayable | null;
  readonly trade: TradeView | null;
  readonly rules: SagaRules;
  readonly slip: RefundView["slip"];
}

export function viewRefund(parts: RefundParts): RefundView {
  const { row, order, refund } = parts;
  const quote = refund && keptQuote(refund.saga);
  return {
    id: row.id,
    number: refund?.number ?? null,
    orderId: order.id,
    orderNumber: order.number,
    title: parts.title,
    state: refundStateOf(row, refund, parts.rules),
    why: row.why,
    askedBy: row.asked_by,
    askedAt: row.at.toISOString(),
    endedAt: refund?.completedAt?.toISOString() ?? null,
    valueFen: row.value_fen.toString(),
    lines: linesOf(parts),
    parts: refund && refund.saga.legs[0]?.state !== "refused" ? partsOf(refund, parts.trade) : [],
    keptFen: (quote?.total ?? 0n).toString(),
    keptCashFen: (quote?.cash ?? 0n).toString(),
    gaveEverything: refund !== null && refund.saga.stop !== null &&
      refund.saga.legs[0]?.state === "done",
    reason: refund ? refund.saga.stopCode ?? refund.saga.stop : null,
    slip: parts.slip,
  };
}

function refundStateOf(
  row: Pick<RequestRow, "state">,
  refund: Order | null,
  rules: SagaRules,
): RefundState {
  if (row.state === "asked") return "asked";
  if (row.state !== "begun" || !refund) return "rejected";
  return returningState(stateOf(refund.saga, rules));
}

/** Of a refund that began, by where its order stands. */
export function returningState(state: OrderState): RefundState {
  switch (state) {
    case "completed":
      return "returned";
    case "unwound":
      return "refused";
    case "needs_attention":
      return "needs_attention";
    default:
      return "returning";
  }
}

/** Those of its order, of a refund that began. */
export function orderStatesOf(state: RefundState): OrderState[] {
  return ORDER_STATES.filter((each) => returningState(each) === state);
}

/** Net of what the kept lines were settled to. */
function partsOf(refund: Order, trade: TradeView | null): RefundView["parts"] {
  const claim = legOfKind(refund.saga, "insurance_return");
  const kept = keptQuote(refund.saga);
  const ways = (["fund", "account", "other"] as const).flatMap((way) => {
    const amount = (claim?.split?.[way] ?? 0n) - (kept?.[way] ?? 0n);
    if (!claim || amount === 0n) return [];
    return [{
      way,
      amountFen: amount.toString(),
      state: stateOfPart(claim),
      to: null,
      reference: refund.references.get(claim.n) ?? null,
      arrives: "at_once" as const,
    }];
  });
  const cash = legOfKind(refund.saga, "cash_return");
  if (!cash || cash.amount === null) return ways;
  const mode = refund.choices.get(cash.n)?.mode;
  return [...ways, {
    way: "cash",
    amountFen: cash.amount.toString(),
    state: stateOfPart(cash),
    to: trade?.walletName ?? null,
    reference: refund.references.get(cash.n) ?? null,
    arrives: mode === "show_code" || mode === "scan_code" ? "at_once" : "within_days",
  }];
}

function stateOfPart({ state }: Leg): RefundView["parts"][number]["state"] {
  if (state === "suspended") return "suspended";
  return state === "done" ? "returned" : "waiting";
}

function linesOf({ row, order, priced }: RefundParts): RefundView["lines"] {
  const lines = priced?.visit.lines ?? [];
  if (order.payable.kind === "deposit") {
    return lines.map(({ name }) => ({ name, quantity: "1", amountFen: row.value_fen.toString() }));
  }
  const places: number[] | null = row.lines === null ? null : JSON.parse(row.lines);
  return lines.filter((_line, place) => places === null || places.includes(place))
    .map(({ name, quantity, amountFen }) => ({ name, quantity, amountFen: amountFen.toString() }));
}
