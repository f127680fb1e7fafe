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
  /** Says no to posting, once, or for the moment to cancelling. */
  readonly refuses: boolean;
}

export interface ReturnRequest extends Omit<HisRequest, "orderId"> {
  readonly returnId: string;
  readonly baseId: string;
  /** What is kept is to be paid for anew. */
  readonly freesBill: boolean;
}

/** A HIS with its own books: one posting an order, one paid order a bill, cancelled for ever. */
export class SimulatedHis {
  readonly postings = new Map<string, Posting>();
  /** By the id of what gives back: how much, and of which posting. */
  readonly returns = new Map<string, { readonly baseId: string; readonly total: bigint }>();
  /** A no to a return is for ever: a late repetition of it changes nothing. */
  readonly #refusedReturns = new Set<string>();
  /** A no to a posting is not: whatever was in its way may be gone when a copy of it comes. */
  readonly #refusedPostings = new Set<string>();
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

  /** What stands of a posting. */
  total(orderId: string): bigint {
    const posting = this.postings.get(orderId);
    if (posting?.state !== "posted") return 0n;
    let total = posting.total;
    for (const back of this.returns.values()) if (back.baseId === orderId) total -= back.total;
    return total;
  }

  giveBack(request: ReturnRequest): LegAnswer {
    const { ask, returnId, baseId, total } = request;
    const answer = done({ ...NOTHING, total });
    if (this.returns.has(returnId)) return answer;
    if (ask === "find") return ABSENT;
    if (request.refuses || this.#refusedReturns.has(returnId) || this.total(baseId) < total) {
      this.#refusedReturns.add(returnId);
      return no("his.return_refused");
    }
    this.returns.set(returnId, { baseId, total });
    if (request.freesBill) this.#paidBy.delete(request.billId);
    return answer;
  }

  #post(request: HisRequest, posting: Posting | undefined): LegAnswer {
    if (posting?.state === "posted") return done(totalOf(request));
    if (posting) return no("his.posting_cancelled");
    if (request.refuses && !this.#refusedPostings.has(request.orderId)) {
      this.#refusedPostings.add(request.orderId);
      return no("his.refused");
    }
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
