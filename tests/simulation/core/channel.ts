import type { LegAnswer } from "../../../server/modules/checkout/leg.ts";
import type { Way } from "../scenario.ts";
import { ABSENT, cash, no, NOTHING_TO_DO, PENDING } from "./answers.ts";

/** One trade as the channel has it in its books. */
export interface ChannelTrade {
  readonly orderId: string;
  readonly amount: bigint;
  state: "waiting" | "password" | "paid" | "refused" | "closed";
  /** The patient was already paying when it was closed: the money may still come. */
  mayComeLate: boolean;
  paid: bigint;
  readonly refunds: Map<string, bigint>;
}

export interface ChannelRequest {
  readonly ask: "perform" | "find" | "close" | "refund" | "find_refund";
  readonly orderId: string;
  readonly tradeId: string;
  readonly amount: bigint;
  /** What the patient presents; null where it got lost with a process. */
  readonly way: Way | null;
  readonly refundId: string | null;
  readonly refuses: boolean;
}

export interface ChannelEvents {
  /** Money came by itself, or after a while: notices begin. */
  readonly paid: (tradeId: string) => void;
  /** The wallet of a scanned trade asks for a password that will be typed. */
  readonly asksPassword: (tradeId: string) => void;
}

/**
 * A payment channel with its own books. It moves money once for each trade and refund id and
 * never for a closed trade, but it believes what it is told to give back: that a refund is not
 * above what was paid is for the platform to see to.
 */
export class SimulatedChannel {
  readonly trades = new Map<string, ChannelTrade>();
  readonly #events: ChannelEvents;

  constructor(events: ChannelEvents) {
    this.#events = events;
  }

  handle(request: ChannelRequest): LegAnswer {
    const trade = this.trades.get(request.tradeId);
    switch (request.ask) {
      case "perform":
        return trade ? answerOf(trade) : this.#open(request);
      case "find":
        return trade ? answerOf(trade) : ABSENT;
      case "close":
        return this.#close(request, trade);
      case "refund":
        return this.#refund(request, trade);
      case "find_refund": {
        const refunded = request.refundId === null
          ? undefined
          : trade?.refunds.get(request.refundId);
        return refunded === undefined ? ABSENT : cash(refunded);
      }
    }
  }

  /** The patient's own deed: on the phone, or the password of a scanned code. */
  pay(tradeId: string): void {
    const trade = this.trades.get(tradeId);
    if (!trade || trade.paid > 0n) return;
    const isOpen = trade.state === "waiting" || trade.state === "password";
    if (!isOpen && !(trade.state === "closed" && trade.mayComeLate)) return;
    trade.state = "paid";
    trade.paid = trade.amount;
    this.#events.paid(tradeId);
  }

  /** What the patient is without on account of this trade. */
  kept(tradeId: string): bigint {
    const trade = this.trades.get(tradeId);
    return trade ? trade.paid - refundedOf(trade) : 0n;
  }

  #open({ tradeId, orderId, amount, way }: ChannelRequest): LegAnswer {
    // Without the code there is nothing to charge: the trade is closed, so that it never can be.
    const state = way === null ? "closed" : stateOf(way);
    const trade: ChannelTrade = {
      orderId,
      amount,
      state,
      mayComeLate: false,
      paid: state === "paid" ? amount : 0n,
      refunds: new Map(),
    };
    this.trades.set(tradeId, trade);
    if (way?.deed === "password" && state === "password") this.#events.asksPassword(tradeId);
    return answerOf(trade);
  }

  #close(request: ChannelRequest, trade: ChannelTrade | undefined): LegAnswer {
    if (trade?.state === "paid") return no("payment.already_paid");
    if (!trade) this.#open({ ...request, way: null });
    else if (trade.state !== "refused") {
      trade.mayComeLate ||= trade.state === "waiting";
      trade.state = "closed";
    }
    return NOTHING_TO_DO;
  }

  #refund(request: ChannelRequest, trade: ChannelTrade | undefined): LegAnswer {
    const { refundId, amount } = request;
    if (!trade || refundId === null || trade.paid === 0n) return no("payment.refund_refused");
    if (request.refuses && !trade.refunds.has(refundId)) return no("payment.refund_refused");
    if (!trade.refunds.has(refundId)) trade.refunds.set(refundId, amount);
    return cash(trade.refunds.get(refundId) ?? 0n);
  }
}

export function refundedOf(trade: ChannelTrade): bigint {
  let sum = 0n;
  for (const fen of trade.refunds.values()) sum += fen;
  return sum;
}

function stateOf({ mode, deed }: Way): ChannelTrade["state"] {
  if (mode === "show_code") return "waiting";
  if (deed === "declined") return "refused";
  return deed === "password" || deed === "password_never" ? "password" : "paid";
}

function answerOf(trade: ChannelTrade): LegAnswer {
  switch (trade.state) {
    case "paid":
      return cash(trade.paid);
    case "waiting":
    case "password":
      return PENDING;
    case "refused":
      return no("payment.declined");
    case "closed":
      return no("payment.closed");
  }
}
