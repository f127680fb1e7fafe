import type { Ask } from "./leg.ts";
import {
  currentLeg,
  isAgreed,
  isFulfilled,
  type Leg,
  legOfKind,
  type Saga,
  type SagaRules,
  type Stop,
  UNDO_ORDER,
} from "./saga.ts";
import { at, closing, takeBack, waited } from "./next_ask.ts";
import { decideRefund } from "./refund_decide.ts";
import { isRefund } from "./refund_saga.ts";

/** What an order needs next. Called only while nobody waits for an answer: an open ask is a lost one. */
export type Next =
  | {
    readonly kind: "ask";
    readonly leg: number;
    readonly ask: Ask;
    /** Not before this instant (epoch ms). */
    readonly notBefore: number;
  }
  /** The patient acts or the time runs out. */
  | { readonly kind: "patient"; readonly until: number }
  | { readonly kind: "turn_back"; readonly stop: Stop }
  | { readonly kind: "rest" };

export function decide(saga: Saga, rules: SagaRules, now: number): Next {
  if (isRefund(saga)) return decideRefund(saga, rules);
  const on = saga.stop === null ? forward(saga, rules, now) : backward(saga, rules);
  return saga.legs.reduce((next, leg) => {
    const back = leg.late ? takeBack(leg, rules) : null;
    return back && instantOf(back) <= Math.max(now, instantOf(next)) ? back : next;
  }, on);
}

/** A late payment goes back as soon as it can, but its waits hold up nothing else. */
function instantOf(next: Next): number {
  switch (next.kind) {
    case "ask":
      return next.notBefore;
    case "patient":
      return next.until;
    case "turn_back":
      return 0;
    case "rest":
      return Infinity;
    default:
      return next satisfies never;
  }
}

function forward(saga: Saga, rules: SagaRules, now: number): Next {
  const preparation = prepare(saga);
  if (preparation) return preparation;
  if (isFulfilled(saga)) return giveSurplusBack(saga, rules);
  const leg = currentLeg(saga);
  const moving = leg && ["asked", "pending", "unknown", "absent", "closing"].includes(leg.state);
  if (!isAgreed(saga) && !moving) return patient(saga, now);
  if (!leg) return { kind: "turn_back", stop: "interrupted" };
  return leg.kind === "tender" ? collect({ saga, leg, rules, now }) : carryOut(leg, rules);
}

function prepare(saga: Saga): Next | null {
  for (const kind of ["fulfilment", "insurance"] as const) {
    const leg = legOfKind(saga, kind);
    if (leg?.state === "idle") return at(leg, "prepare", 0);
    if (leg?.state === "preparing") return { kind: "turn_back", stop: "interrupted" };
  }
  return null;
}

function carryOut(leg: Leg, rules: SagaRules): Next {
  switch (leg.state) {
    case "ready":
      return at(leg, "perform", 0);
    case "absent":
      // HIS posts once per order id, so asking again is safe.
      return at(leg, "perform", waited(leg, rules));
    case "asked":
    case "pending":
    case "unknown":
      return at(leg, "find", waited(leg, rules));
    default:
      return { kind: "turn_back", stop: "interrupted" };
  }
}

function collect(
  { saga, leg, rules, now }: { saga: Saga; leg: Leg; rules: SagaRules; now: number },
): Next {
  switch (leg.state) {
    case "ready":
      return at(leg, "perform", 0);
    case "absent":
    case "closing":
      return at(leg, "close", waited(leg, rules));
    case "pending": {
      const over = leg.dropped || (saga.deadline !== null && now >= saga.deadline);
      if (over) return closing(leg, rules);
      const next = waited(leg, rules);
      return at(leg, "find", saga.deadline === null ? next : Math.min(next, saga.deadline));
    }
    case "asked":
    case "unknown":
      return at(leg, "find", waited(leg, rules));
    default:
      // Nothing chosen yet, or the last way was refused: the patient picks one.
      return patient(saga, now);
  }
}

function giveSurplusBack(saga: Saga, rules: SagaRules): Next {
  const surplus = saga.legs.find((leg) => leg.kind === "surplus");
  if (!surplus || surplus.state === "done") return { kind: "rest" };
  return surplus.state === "stuck"
    ? at(surplus, "perform", waited(surplus, rules))
    : carryOut(surplus, rules);
}

function backward(saga: Saga, rules: SagaRules): Next {
  for (const kind of UNDO_ORDER) {
    for (const leg of saga.legs.filter((candidate) => candidate.kind === kind)) {
      const next = takeBack(leg, rules);
      if (next) return next;
    }
  }
  return { kind: "rest" };
}

function patient(saga: Saga, now: number): Next {
  const until = saga.deadline ?? now;
  return now >= until ? { kind: "turn_back", stop: "expired" } : { kind: "patient", until };
}
