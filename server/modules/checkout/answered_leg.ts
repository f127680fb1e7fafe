import type { Ask, LegAnswer, Split } from "./leg.ts";
import type { Leg, LegState } from "./saga.ts";

/** One leg's own step; what it means for the order is `apply.ts`'s and `refund_apply.ts`'s. */
export function answeredLeg(leg: Leg, ask: Ask, answer: LegAnswer): Leg {
  const after = taken(leg, ask, answer);
  // Reported while this ask was out: money may have come behind the answer, so the no is asked again.
  const wasReported = leg.kind === "tender" && leg.tries === 0 && leg.lastAskAt !== null;
  return wasReported && after.state === "refused" ? unknownLeg(leg) : after;
}

function taken(leg: Leg, ask: Ask, answer: LegAnswer): Leg {
  switch (ask) {
    case "prepare":
      return answer.kind === "done"
        ? enter(leg, "ready", answer.split)
        // Even a refusal may have left part of it behind (a visit registered, fees uploaded).
        : enter(leg, "refused", null);
    case "perform":
      return performedLeg(leg, answer);
    case "find":
      return foundLeg(leg, answer);
    case "close":
      if (answer.kind === "done" || answer.kind === "absent") return enter(leg, "refused", null);
      // Looked up at once; where that finds nothing paid, the schedule goes on.
      return answer.kind === "refused" ? { ...leg, state: "unknown", lastAskAt: null } : leg;
    case "undo":
      if (answer.kind === "done" || answer.kind === "absent") return undone(leg);
      return { ...leg, state: answer.kind === "refused" ? "stuck" : "undo_unknown" };
    case "find_undo":
      return foundUndo(leg, answer);
    case "release":
      return releasedLeg(leg, answer);
    default:
      return ask satisfies never;
  }
}

function performedLeg(leg: Leg, answer: LegAnswer): Leg {
  switch (answer.kind) {
    case "done":
      return enter(leg, "done", answer.split ?? leg.split);
    case "pending":
      return { ...leg, state: "pending" };
    case "refused":
      // A copy of it, or what went before, may still come to HIS and be taken: it is cancelled.
      return leg.kind === "fulfilment" ? enter(leg, "absent", null) : refuse(leg);
    case "not_sent":
      // Nothing moved. HIS and a refund are asked again; before money has moved the order turns back.
      return leg.kind === "insurance" || leg.kind === "tender" ? refuse(leg) : unknownLeg(leg);
    case "absent":
    case "unknown":
      return unknownLeg(leg);
    default:
      return answer satisfies never;
  }
}

function foundLeg(leg: Leg, answer: LegAnswer): Leg {
  switch (answer.kind) {
    case "done":
      return enter(leg, "done", answer.split ?? leg.split);
    case "pending":
      return { ...leg, state: "pending" };
    case "refused":
      return refuse(leg);
    case "absent":
      return { ...leg, state: "absent" };
    default:
      return leg.state === "asked" ? unknownLeg(leg) : leg;
  }
}

function releasedLeg(leg: Leg, answer: LegAnswer): Leg {
  switch (answer.kind) {
    case "refused":
      // Insurance found a settlement that it does not take back; elsewhere nothing is left.
      if (leg.kind === "insurance") return { ...leg, state: "stuck" };
      return letGo(leg);
    case "done":
    case "absent":
      return letGo(leg);
    default:
      return leg;
  }
}

function letGo(leg: Leg): Leg {
  return { ...leg, state: "released", held: false, tries: 0 };
}

function foundUndo(leg: Leg, answer: LegAnswer): Leg {
  switch (answer.kind) {
    case "done":
      return undone(leg);
    case "absent":
      // The undo never arrived: ask it again, on the schedule.
      return { ...leg, state: "done" };
    case "refused":
      return { ...leg, state: "stuck" };
    default:
      return { ...leg, state: "undo_unknown" };
  }
}

function refuse(leg: Leg): Leg {
  // Money that must go back and is refused needs a person.
  return leg.kind === "surplus" ? { ...leg, state: "stuck" } : enter(leg, "refused", null);
}

function undone(leg: Leg): Leg {
  return { ...leg, state: "undone", tries: 0 };
}

export function unknownLeg(leg: Leg): Leg {
  return { ...leg, state: "unknown" };
}

export function enter(leg: Leg, state: LegState, split: Split | null): Leg {
  return { ...leg, state, split, tries: 0 };
}
