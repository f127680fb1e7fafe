import { apply, type Fact } from "../../../server/modules/checkout/apply.ts";
import { planStep } from "../../../server/modules/checkout/plan_step.ts";
import { hasMoved, hasMovedBack, postingsOf } from "../../../server/modules/checkout/postings.ts";
import { amountToRefund } from "../../../server/modules/payment/trade.ts";

/**
 * What the platform decides by, handed to the simulated platform one by one: the platform's own
 * functions, or a broken one in its place that the simulation has to find (`planted_bugs.ts`).
 */
export interface Decisions {
  readonly apply: typeof apply;
  readonly planStep: typeof planStep;
  readonly hasMoved: typeof hasMoved;
  readonly hasMovedBack: typeof hasMovedBack;
  readonly postingsOf: typeof postingsOf;
  readonly amountToRefund: typeof amountToRefund;
  /** What a channel's notice does to an order. */
  readonly noticed: (notice: { readonly leg: number; readonly amount: bigint }) => Fact;
  /** Is an order's row locked while a transaction works on it? */
  readonly locksRows: boolean;
  /** Is the channel asked when a tender is closed? */
  readonly closesAtChannel: boolean;
}

export const SOUND: Decisions = {
  apply,
  planStep,
  hasMoved,
  hasMovedBack,
  postingsOf,
  amountToRefund,
  noticed: ({ leg }) => ({ kind: "reported", leg }),
  locksRows: true,
  closesAtChannel: true,
};
