import type { OrderState } from "./contract.ts";
import type { Leg, Saga } from "./saga.ts";

/**
 * A refund is an order of its own: HIS takes its posting back, insurance its settlement; the lines
 * that are kept, if any, are settled and posted anew under the refund's id; last goes the cash.
 * Only HIS may refuse it without trace. After that it goes on until the money is back: what is
 * refused is asked again on the schedule while a person looks, and when the kept lines cannot be
 * settled anew (`stop` says why) everything is given back.
 */
export function isRefund({ legs }: Pick<Saga, "legs">): boolean {
  return legs[0]?.kind === "fulfilment_return";
}

/** Nothing more is asked for this leg of a refund. */
export function isReturned({ state }: Leg): boolean {
  return state === "done" || state === "suspended" || state === "released";
}

/** Of a refund none of whose legs calls for a person. */
export function refundState(saga: Saga): OrderState {
  if (saga.legs[0]?.state === "refused") return "unwound";
  const open = openLeg(saga);
  switch (open?.kind) {
    case undefined:
      return "completed";
    case "insurance":
      return "settling";
    case "fulfilment":
      return "fulfilling";
    default:
      return "unwinding";
  }
}

/** The first leg, in the order in which money moves, that is not through. */
function openLeg({ legs, stop }: Saga): Leg | undefined {
  return legs.find((leg) => {
    const isAnew = leg.kind === "insurance" || leg.kind === "fulfilment";
    return isAnew && stop !== null ? !isLetGo(leg) : !isReturned(leg);
  });
}

function isLetGo({ state, held }: Leg): boolean {
  const isStill = ["idle", "released"].includes(state);
  return isStill || (["ready", "refused", "undone"].includes(state) && !held);
}
