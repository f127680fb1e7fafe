import type { Next } from "./decide.ts";
import { at, takeBack, waited } from "./next_ask.ts";
import { isReturned } from "./refund_saga.ts";
import { watchStated } from "./return_stated.ts";
import { type Leg, legOfKind, type Saga, type SagaRules } from "./saga.ts";

/** What a refund needs next; see `refund_saga.ts`. What was stated is asked about beside it. */
export function decideRefund(saga: Saga, rules: SagaRules): Next {
  return saga.legs.reduce((next, leg) => {
    const watch = watchStated(leg, rules);
    return watch && instantOf(watch) < instantOf(next) ? watch : next;
  }, goOn(saga, rules));
}

function instantOf(next: Next): number {
  return next.kind === "ask" ? next.notBefore : Infinity;
}

function goOn(saga: Saga, rules: SagaRules): Next {
  if (saga.legs[0]?.state === "refused") return { kind: "rest" };
  return giveBack(legOfKind(saga, "fulfilment_return"), rules) ??
    giveBack(legOfKind(saga, "insurance_return"), rules) ??
    (saga.stop === null ? settleAnew(saga, rules) : letGo(saga, rules)) ??
    giveBack(legOfKind(saga, "cash_return"), rules) ??
    { kind: "rest" };
}

/** HIS, insurance and channel return once per id, so that asking again is safe. */
function giveBack(leg: Leg | undefined, rules: SagaRules): Next | null {
  if (!leg || isReturned(leg)) return null;
  // Only people go on from here; asked to move, it could move a second time.
  if (leg.stated) return { kind: "rest" };
  switch (leg.state) {
    case "asked":
    case "pending":
    case "unknown":
      return at(leg, "find", waited(leg, rules));
    default:
      return at(leg, "perform", waited(leg, rules));
  }
}

/** Prices and settles what is kept; nobody is asked, as the patient gets the difference back. */
function settleAnew(saga: Saga, rules: SagaRules): Next | null {
  const posting = legOfKind(saga, "fulfilment");
  const claim = legOfKind(saga, "insurance");
  if (!posting || !claim) return null;
  for (const leg of [posting, claim]) {
    if (leg.state === "idle" || leg.state === "preparing") {
      return at(leg, "prepare", waited(leg, rules));
    }
  }
  return carryOut(claim, rules) ?? carryOut(posting, rules);
}

function carryOut(leg: Leg, rules: SagaRules): Next | null {
  switch (leg.state) {
    case "done":
      return null;
    case "asked":
    case "pending":
    case "unknown":
      return at(leg, "find", waited(leg, rules));
    default:
      return at(leg, "perform", waited(leg, rules));
  }
}

/** As an order that turns back: HIS first, then insurance. */
function letGo(saga: Saga, rules: SagaRules): Next | null {
  for (const kind of ["fulfilment", "insurance"] as const) {
    const leg = legOfKind(saga, kind);
    const next = leg ? takeBack(leg, rules) : null;
    if (next) return next;
  }
  return null;
}
