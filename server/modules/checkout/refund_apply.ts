import { answeredLeg, enter, unknownLeg } from "./answered_leg.ts";
import type { Ask, LegAnswer, Split } from "./leg.ts";
import { statedAnswered } from "./return_stated.ts";
import { isSound, type Leg, legOfKind, type Saga, setLeg, stopped } from "./saga.ts";

/** What an answer means for a refund; see `refund_saga.ts`. */
export function refundAnswered(
  saga: Saga,
  fact: { readonly leg: number; readonly ask: Ask; readonly answer: LegAnswer },
): Saga {
  const before = saga.legs.find((leg) => leg.n === fact.leg);
  if (!before) return saga;
  const { ask, answer } = fact;
  if (before.stated) return setLeg(saga, before.n, (leg) => statedAnswered(leg, answer));
  const after = answeredRefundLeg(before, ask, answer);
  const moved = setLeg(saga, before.n, () => after);
  if (after.kind === "fulfilment_return" && after.state === "refused") {
    return stopped(moved, "his_refused", codeOf(answer));
  }
  if (saga.stop !== null) return moved;
  if (after.kind === "insurance") return claimAnswered(moved, { before, after, answer });
  return after.kind === "fulfilment" ? postingAnswered(moved, { before, after, answer }) : moved;
}

function answeredRefundLeg(leg: Leg, ask: Ask, answer: LegAnswer): Leg {
  switch (leg.kind) {
    case "fulfilment_return":
    case "insurance_return":
    case "cash_return":
      return returnedLeg(leg, ask, answer);
    default:
      return anewLeg(leg, ask, answer);
  }
}

function returnedLeg(leg: Leg, ask: Ask, answer: LegAnswer): Leg {
  switch (answer.kind) {
    case "done":
      return { ...enter(leg, "done", answer.split ?? leg.split), held: false };
    case "pending":
      return { ...leg, state: "pending" };
    case "refused":
      // Only HIS is asked before anything has moved.
      if (leg.kind !== "fulfilment_return") return { ...leg, state: "stuck" };
      return ask === "perform" && isDoubtful(leg)
        ? unknownLeg(leg)
        : enter(leg, "refused", leg.split);
    case "absent":
      return ask === "find" ? { ...leg, state: "absent" } : unknownLeg(leg);
    case "not_sent":
      return ask === "perform" ? { ...leg, state: "absent" } : leg;
    case "unknown":
      return leg.state === "asked" ? unknownLeg(leg) : leg;
    default:
      return answer satisfies never;
  }
}

/** The asks for which what went before may still be under way at HIS: until the schedule's hour. */
const DOUBTED_TRIES_MAX = 9;

/** HIS's no to a repeat, perhaps because it is busy with what went before, is looked up again. */
function isDoubtful({ tries }: Leg): boolean {
  return tries > 1 && tries <= DOUBTED_TRIES_MAX;
}

/** A price, a quote and a settlement that were not sent are asked for again: the money waits. */
function anewLeg(leg: Leg, ask: Ask, answer: LegAnswer): Leg {
  const isLost = answer.kind === "not_sent" || answer.kind === "unknown";
  if (ask === "prepare" && isLost) return leg;
  if (ask === "perform" && leg.kind === "insurance" && answer.kind === "not_sent") {
    return { ...leg, state: "ready" };
  }
  return answeredLeg(leg, ask, answer);
}

interface Answered {
  readonly before: Leg;
  readonly after: Leg;
  readonly answer: LegAnswer;
}

function claimAnswered(saga: Saga, { before, after, answer }: Answered): Saga {
  if (after.state === "absent") return stopped(saga, "insurance_lost", null);
  if (after.state === "refused") return stopped(saga, "insurance_refused", codeOf(answer));
  const isNew = after.state !== before.state && ["ready", "done"].includes(after.state);
  if (!isNew || answer.kind !== "done") return saga;
  const priced = legOfKind(saga, "fulfilment")?.amount ?? null;
  const { split } = after;
  if (answer.unsound || !split || !isSound(split) || split.total !== priced) {
    return stopped(saga, "unsound_figures", null);
  }
  if (split.cash > cashOf(saga)) return stopped(saga, "shortage", null);
  return { ...saga, quote: split, quoteVersion: saga.quoteVersion + 1 };
}

function postingAnswered(saga: Saga, { before, after, answer }: Answered): Saga {
  if (answer.kind === "refused") return stopped(saga, "his_refused", codeOf(answer));
  if (before.state === "preparing" && after.state === "ready") {
    // HIS asks other money for what is kept than it was paid for.
    return after.split?.total === after.amount ? saga : stopped(saga, "unsound_figures", null);
  }
  return after.state === "done" && before.state !== "done" ? keepDue(saga, saga.quote) : saga;
}

/** What is kept is paid for; the rest of the cash goes back. */
function keepDue(saga: Saga, quote: Split | null): Saga {
  const cash = legOfKind(saga, "cash_return");
  if (!cash || !quote || quote.cash === 0n) return saga;
  const rest = cashOf(saga) - quote.cash;
  return setLeg(
    saga,
    cash.n,
    (leg) => rest > 0n ? { ...leg, amount: rest } : { ...leg, state: "released", amount: null },
  );
}

function cashOf(saga: Saga): bigint {
  return legOfKind(saga, "cash_return")?.amount ?? 0n;
}

function codeOf(answer: LegAnswer): string | null {
  return answer.kind === "refused" ? answer.code : null;
}
