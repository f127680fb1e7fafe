import type { Ask, LegAnswer, Split } from "../../../server/modules/checkout/leg.ts";
import { ABSENT, done, no, NOTHING_TO_DO } from "./answers.ts";
import type { Figures } from "./figures.ts";

interface Settlement {
  state: "settled" | "voided";
  readonly wasSettled: boolean;
  readonly split: Split;
}

export interface InsuranceRequest {
  readonly ask: Ask;
  readonly orderId: string;
  readonly figures: Figures;
  readonly refuses: boolean;
}

/** Insurance with its own books: one settlement an order; voided or reversed, none ever after. */
export class SimulatedInsurance {
  readonly settlements = new Map<string, Settlement>();

  handle(request: InsuranceRequest): LegAnswer {
    const settlement = this.settlements.get(request.orderId);
    switch (request.ask) {
      case "prepare":
        return done(request.figures.quoted);
      case "perform":
        if (settlement?.state === "settled") return done(settlement.split);
        if (settlement || request.refuses) return no("insurance.refused");
        return this.#write(request, "settled", done(request.figures.settled));
      case "find":
        if (!settlement) return ABSENT;
        return settlement.state === "settled" ? done(settlement.split) : no("insurance.voided");
      case "find_undo":
        // A reversal of what never came leaves nothing to be found, only to be repeated.
        return settlement?.state === "voided" && settlement.wasSettled ? NOTHING_TO_DO : ABSENT;
      case "close":
      case "undo":
        if (request.refuses) return no("insurance.busy");
        return this.#write(request, "voided", NOTHING_TO_DO);
      case "release":
        return NOTHING_TO_DO;
    }
  }

  split(orderId: string): Split | null {
    const settlement = this.settlements.get(orderId);
    return settlement?.state === "settled" ? settlement.split : null;
  }

  #write(
    { orderId, figures }: InsuranceRequest,
    state: Settlement["state"],
    answer: LegAnswer,
  ): LegAnswer {
    const wasSettled = state === "settled" || this.settlements.has(orderId);
    this.settlements.set(orderId, { state, wasSettled, split: figures.settled });
    return answer;
  }
}
