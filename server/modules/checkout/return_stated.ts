import type { Fact } from "./apply.ts";
import type { Next } from "./decide.ts";
import type { LegAnswer, Split } from "./leg.ts";
import { at } from "./next_ask.ts";
import { isOverdue, type Leg, type SagaRules, waitsOf } from "./saga.ts";

/**
 * What two persons state of a refund's leg whose party does not say what became of it. The leg is
 * never asked to move money again: had it moved all the same, or moved later, the patient would be
 * paid twice. It is only asked about, and an answer to the contrary calls a person.
 */
export interface StatedReturn {
  readonly outcome: "done" | "not_done";
  /** Of the act that shows it. */
  readonly reference: string;
  /** What the party has said of it since. */
  readonly answer: StatedAnswer;
}

export type StatedAnswer = "open" | "confirmed" | "contradicted";

/** Asked about on the last wait of the schedule, for about a quarter of a year of days. */
const STATED_ASKS_MAX = 90;

/** Whether an outcome can be stated now: nobody knows, and the schedule has run out. */
export function mayStateReturn(
  leg: Leg,
  outcome: StatedReturn["outcome"],
  rules: SagaRules,
): boolean {
  if (leg.kind !== "insurance_return" && leg.kind !== "cash_return") return false;
  // Stated not to have gone back, and found to have: it is stated anew as it is.
  if (leg.state === "stuck") return outcome === "done" && isContradicted(leg);
  const isOpen = ["asked", "pending", "unknown"].includes(leg.state);
  return isOpen && leg.stated === undefined && isOverdue(leg, rules);
}

export function statedReturn(
  leg: Leg,
  { outcome, reference }: Pick<Extract<Fact, { kind: "return_stated" }>, "outcome" | "reference">,
  rules: SagaRules,
): Leg {
  if (!mayStateReturn(leg, outcome, rules)) return leg;
  const isKnown = isContradicted(leg);
  const stated = { outcome, reference, answer: isKnown ? "confirmed" : "open" } as const;
  const marked = { ...leg, stated, dropped: true, tries: 1 };
  if (outcome === "not_done") return { ...marked, state: "stuck" };
  return { ...marked, state: "done", split: leg.split ?? cashOf(leg) };
}

/** Whether the books take back what was stated done: its party says that it is not. */
export function mayCorrectReturn(leg: Leg): boolean {
  return leg.state === "done" && leg.stated?.outcome === "done" && isContradicted(leg);
}

/**
 * As if it had been stated not done: only people go on from here, and the party is asked about it
 * anew, as what it has not seen may still come to it.
 */
export function correctedReturn(leg: Leg, reference: string): Leg {
  if (!mayCorrectReturn(leg)) return leg;
  const stated = { outcome: "not_done", reference, answer: "open" } as const;
  return { ...leg, state: "stuck", stated, tries: 1 };
}

export function isContradicted({ stated }: Leg): boolean {
  return stated?.answer === "contradicted";
}

/** Nothing moves by it, whatever the party says. */
export function statedAnswered(leg: Leg, answer: LegAnswer): Leg {
  const { stated } = leg;
  const said = stated && saidOf(stated.outcome, answer);
  return said ? { ...leg, stated: { ...stated, answer: said } } : leg;
}

/** Null where it tells neither way: a refund the channel has not seen may still come to it. */
function saidOf(outcome: StatedReturn["outcome"], answer: LegAnswer): StatedAnswer | null {
  switch (answer.kind) {
    case "done":
      return outcome === "done" ? "confirmed" : "contradicted";
    case "refused":
      return outcome === "done" ? "contradicted" : "confirmed";
    case "absent":
      return outcome === "done" ? "contradicted" : null;
    default:
      return null;
  }
}

/**
 * Goes on while a person is called for; else null once its party has confirmed it or it was asked
 * often enough.
 */
export function watchStated(leg: Leg, rules: SagaRules): Next | null {
  const { stated, state, lastAskAt } = leg;
  if (!stated) return null;
  const isCalling = state === "stuck" || stated.answer === "contradicted";
  const isOver = stated.answer === "confirmed" || leg.tries > STATED_ASKS_MAX;
  if (isOver && !isCalling) return null;
  return at(leg, "find", lastAskAt === null ? 0 : lastAskAt + (waitsOf(leg, rules).at(-1) ?? 0));
}

function cashOf({ amount }: Leg): Split {
  const cash = amount ?? 0n;
  return { total: cash, fund: 0n, account: 0n, other: 0n, cash };
}
