import type { Ask, LegAnswer } from "../../../server/modules/checkout/leg.ts";
import { ABSENT, done, no, NOTHING, NOTHING_TO_DO } from "./answers.ts";

interface Posting {
  state: "posted" | "cancelled";
  readonly total: bigint;
}

export interface HisRequest {
  readonly ask: Ask;
  readonly orderId: string;
  readonly billId: string;
  readonly total: bigint;
  /** Says no to posting, or for the moment to cancelling. */
  readonly refuses: boolean;
}

/** A HIS with its own books: one posting an order, one paid order a bill, cancelled for ever. */
export class SimulatedHis {
  readonly postings = new Map<string, Posting>();
  readonly #paidBy = new Map<string, string>();

  handle(request: HisRequest): LegAnswer {
    const posting = this.postings.get(request.orderId);
    switch (request.ask) {
      case "prepare":
        return this.#paidBy.has(request.billId) ? no("his.bill_paid") : done(totalOf(request));
      case "perform":
        return this.#post(request, posting);
      case "find":
        if (!posting) return ABSENT;
        return posting.state === "posted" ? done(totalOf(request)) : no("his.posting_cancelled");
      case "find_undo":
        return posting?.state === "cancelled" ? NOTHING_TO_DO : ABSENT;
      case "close":
      case "undo":
        return this.#cancel(request, posting);
      case "release":
        return NOTHING_TO_DO;
    }
  }

  total(orderId: string): bigint {
    const posting = this.postings.get(orderId);
    return posting?.state === "posted" ? posting.total : 0n;
  }

  #post(request: HisRequest, posting: Posting | undefined): LegAnswer {
    if (posting?.state === "posted") return done(totalOf(request));
    if (posting || request.refuses) return no("his.refused");
    if (this.#paidBy.has(request.billId)) return no("his.bill_paid");
    this.postings.set(request.orderId, { state: "posted", total: request.total });
    this.#paidBy.set(request.billId, request.orderId);
    return done(totalOf(request));
  }

  #cancel(request: HisRequest, posting: Posting | undefined): LegAnswer {
    if (request.refuses) return no("his.busy");
    if (posting?.state === "posted") this.#paidBy.delete(request.billId);
    this.postings.set(request.orderId, { state: "cancelled", total: request.total });
    return NOTHING_TO_DO;
  }
}

function totalOf({ total }: HisRequest) {
  return { ...NOTHING, total };
}
