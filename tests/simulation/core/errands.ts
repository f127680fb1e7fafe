import type { Ask, LegAnswer } from "../../../server/modules/checkout/leg.ts";
import type { Leg } from "../../../server/modules/checkout/saga.ts";
import { activeTender } from "../../../server/modules/checkout/saga.ts";
import type { SimulatedParty } from "../scenario.ts";
import { cash, NOTHING_TO_DO } from "./answers.ts";
import type { ChannelRequest, SimulatedChannel } from "./channel.ts";
import type { Decisions } from "./decisions.ts";
import type { SimulatedHis } from "./his.ts";
import type { SimulatedInsurance } from "./insurance.ts";
import { type OrderRow, type RefundOf, type TradeRow, withRefund, withTrade } from "./order_row.ts";

export interface Parties {
  readonly his: SimulatedHis;
  readonly insurance: SimulatedInsurance;
  readonly channel: SimulatedChannel;
  /** A party in a bad mood says no for now. */
  readonly refuses: (party: SimulatedParty, row: OrderRow, ask: Ask) => boolean;
}

/** An ask as it goes out, and the row as its transaction leaves it. */
export type Errand =
  & {
    readonly row: OrderRow;
    /** Of a refund that goes back to the trade of another order: that order. */
    readonly payer?: OrderRow;
  }
  & (
    | { readonly known: LegAnswer }
    | { readonly party: SimulatedParty; readonly process: () => LegAnswer }
  );

export interface Asked {
  readonly leg: Leg;
  readonly ask: Ask;
  /** Does this process still have what the patient presented? */
  readonly hasPresented: boolean;
}

/** As `planErrand` and the modules' legs do it, with simulated parties at the other end. */
export function errandOf(
  parties: Parties,
  decisions: Decisions,
  { row, payer, asked }: {
    readonly row: OrderRow;
    readonly payer: OrderRow | null;
    readonly asked: Asked;
  },
): Errand {
  const { leg, ask } = asked;
  if (row.refund && payer && leg.kind.endsWith("_return")) {
    return returnErrand(parties, decisions, { row, refund: row.refund, payer, asked });
  }
  switch (leg.kind) {
    case "fulfilment": {
      const request = { ask, orderId: row.id, billId: row.billId, total: row.figures.total };
      const refuses = parties.refuses("his", row, ask);
      return { row, party: "his", process: () => parties.his.handle({ ...request, refuses }) };
    }
    case "insurance": {
      const refuses = parties.refuses("insurance", row, ask);
      const request = { ask, orderId: row.id, figures: row.figures, refuses };
      return { row, party: "insurance", process: () => parties.insurance.handle(request) };
    }
    case "tender":
      return tenderErrand(parties, decisions, { row, asked });
    case "surplus": {
      const paid = activeTender(row.saga);
      if (!paid || leg.amount === null) throw new Error("Cannot give a surplus back: none is paid");
      const wanted = { payer: paid.n, refundId: `${row.id}s${leg.n}`, amount: leg.amount };
      return ask === "perform"
        ? refundErrand(parties, decisions, { row, wanted })
        : findRefundErrand(parties, { row, wanted });
    }
    default:
      throw new Error(`Cannot ask a leg of the kind "${leg.kind}": none is simulated`);
  }
}

/** As `return_leg.ts` and the modules' legs give back what moved under another order. */
function returnErrand(
  parties: Parties,
  decisions: Decisions,
  { row, refund, payer, asked: { leg, ask } }: {
    readonly row: OrderRow;
    readonly refund: RefundOf;
    readonly payer: OrderRow;
    readonly asked: Asked;
  },
): Errand {
  const { baseId, total, kept } = refund;
  switch (leg.kind) {
    case "fulfilment_return": {
      const { his } = parties;
      const refuses = parties.refuses("his", row, "undo");
      const request = { ask, returnId: row.id, baseId, billId: row.billId, total, refuses };
      const process = () => his.giveBack({ ...request, freesBill: kept !== null });
      return { row, party: "his", process };
    }
    case "insurance_return": {
      const request = {
        ask: ask === "find" ? "find_undo" as const : "undo" as const,
        orderId: baseId,
        figures: payer.figures,
        refuses: parties.refuses("insurance", row, "undo"),
      };
      return { row, party: "insurance", process: () => parties.insurance.handle(request) };
    }
    default: {
      if (leg.amount === null || refund.payer === null) throw new Error("No cash to give back");
      const wanted = { payer: refund.payer, refundId: cashReturnId(row), amount: leg.amount };
      const errand = ask === "perform"
        ? refundErrand(parties, decisions, { row: payer, wanted })
        : findRefundErrand(parties, { row: payer, wanted });
      return { ...errand, row, payer: errand.row };
    }
  }
}

export function cashReturnId({ id }: OrderRow): string {
  return `${id}c`;
}

function tenderErrand(
  parties: Parties,
  decisions: Decisions,
  { row, asked: { leg, ask, hasPresented } }: { readonly row: OrderRow; readonly asked: Asked },
): Errand {
  const trade = row.trades.get(leg.n);
  if (!trade) throw new Error(`Cannot ask the channel: leg ${leg.n} has no trade`);
  switch (ask) {
    case "prepare":
    case "release":
      return { row, known: NOTHING_TO_DO };
    case "perform":
    case "find":
    case "close": {
      if (ask === "close" && !decisions.closesAtChannel) return { row, known: NOTHING_TO_DO };
      const needsCode = trade.way.mode === "scan_code";
      const way = needsCode && !hasPresented ? null : trade.way;
      const request = { ...requestOf(row, trade), ask, amount: leg.amount ?? 0n, way };
      return {
        row,
        party: "channel",
        process: () =>
          ask === "perform" ? perform(parties, request) : parties.channel.handle(request),
      };
    }
    case "undo":
    case "find_undo": {
      const wanted = { payer: leg.n, refundId: `${trade.tradeId}r`, amount: "remainder" as const };
      return ask === "undo"
        ? refundErrand(parties, decisions, { row, wanted })
        : findRefundErrand(parties, { row, wanted });
    }
  }
}

/** As `performWithout`: what cannot be presented again is closed, and looked up when it was paid. */
function perform({ channel }: Parties, request: ChannelRequest): LegAnswer {
  if (request.way === null) channel.handle({ ...request, ask: "close" });
  return channel.handle(request);
}

export interface WantedRefund {
  /** The tender leg that was paid. */
  readonly payer: number;
  readonly refundId: string;
  readonly amount: bigint | "remainder";
}

/** As `planRefund`: reserved under the lock, whatever happens then. */
export function refundErrand(
  parties: Parties,
  decisions: Pick<Decisions, "amountToRefund">,
  { row, wanted }: { readonly row: OrderRow; readonly wanted: WantedRefund },
): Errand {
  const trade = row.trades.get(wanted.payer);
  if (!trade || trade.paid === null) throw new Error("Cannot refund: the trade is not paid");
  const known = trade.refunds.get(wanted.refundId);
  if (known && known.state !== "refused") {
    return findRefundErrand(parties, { row, wanted }, "refund");
  }
  const amount = decisions.amountToRefund(
    { paid: trade.paid, refunded: trade.refunded },
    known?.amount ?? wanted.amount,
  );
  if (amount === null) {
    return { row, known: { kind: "refused", code: "payment.exceeds_remainder", text: "" } };
  }
  if (amount === 0n) return { row, known: cash(0n) };
  const reserved = withRefund({ ...trade, refunded: trade.refunded + amount }, wanted.refundId, {
    amount,
    state: "requested",
  });
  const after = withTrade(row, wanted.payer, reserved);
  return findRefundErrand(parties, { row: after, wanted }, "refund");
}

function findRefundErrand(
  parties: Parties,
  { row, wanted }: { readonly row: OrderRow; readonly wanted: WantedRefund },
  ask: "refund" | "find_refund" = "find_refund",
): Errand {
  const trade = row.trades.get(wanted.payer);
  const known = trade?.refunds.get(wanted.refundId);
  if (!trade || !known) return { row, known: { kind: "absent" } };
  if (known.state === "refunded") return { row, known: cash(known.amount) };
  const refuses = parties.refuses("channel", row, "undo");
  const { refundId } = wanted;
  const request = { ...requestOf(row, trade), ask, amount: known.amount, refundId, refuses };
  return { row, party: "channel", process: () => parties.channel.handle(request) };
}

function requestOf(row: OrderRow, { tradeId, way }: TradeRow) {
  return { orderId: row.id, tradeId, way, refundId: null, refuses: false };
}

/** As `recordTrade` and `recordRefund`: what an answer says of a trade and of its refunds. */
export function recorded(
  row: OrderRow,
  { leg, ask, answer }: { readonly leg: Leg; readonly ask: Ask; readonly answer: LegAnswer },
): OrderRow {
  if (leg.kind === "surplus") {
    const payer = activeTender(row.saga)?.n ?? -1;
    return refundRecorded(row, { payer, refundId: `${row.id}s${leg.n}`, answer });
  }
  const trade = leg.kind === "tender" ? row.trades.get(leg.n) : undefined;
  if (!trade) return row;
  if (ask === "undo" || ask === "find_undo") {
    return refundRecorded(row, { payer: leg.n, refundId: `${trade.tradeId}r`, answer });
  }
  if (answer.kind !== "done" || ask === "close" || trade.paid !== null) return row;
  return withTrade(row, leg.n, { ...trade, paid: answer.split?.cash ?? 0n });
}

export function refundRecorded(
  row: OrderRow,
  { payer, refundId, answer }: {
    readonly payer: number;
    readonly refundId: string;
    readonly answer: LegAnswer;
  },
): OrderRow {
  const trade = row.trades.get(payer);
  const refund = trade?.refunds.get(refundId);
  if (!trade || refund?.state !== "requested") return row;
  if (answer.kind === "done") {
    return withTrade(row, payer, withRefund(trade, refundId, { ...refund, state: "refunded" }));
  }
  if (answer.kind !== "refused") return row;
  const given = { ...trade, refunded: trade.refunded - refund.amount };
  return withTrade(row, payer, withRefund(given, refundId, { ...refund, state: "refused" }));
}
