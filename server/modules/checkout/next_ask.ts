import type { Next } from "./decide.ts";
import type { Ask } from "./leg.ts";
import { isSettledBack, type Leg, type SagaRules, waitsOf } from "./saga.ts";

/** Which ask a single leg needs, and when. */

export function at(leg: Leg, ask: Ask, notBefore: number): Next {
  return { kind: "ask", leg: leg.n, ask, notBefore };
}

/** The schedule's instant for the next ask; the first of a purpose goes at once. */
export function waited(leg: Leg, rules: SagaRules): number {
  if (leg.tries === 0 || leg.lastAskAt === null) return 0;
  const waits = waitsOf(leg, rules);
  return leg.lastAskAt + (waits[Math.min(leg.tries, waits.length) - 1] ?? 0);
}

/** The first closing goes at once; a channel that neither closes nor is paid has the schedule. */
export function closing(leg: Leg, rules: SagaRules): Next {
  return at(leg, "close", leg.dropped ? waited(leg, rules) : 0);
}

/** What brings one leg back to nothing; null when it is there. */
export function takeBack(leg: Leg, rules: SagaRules): Next | null {
  if (isSettledBack(leg)) return null;
  switch (leg.state) {
    case "asked":
    case "unknown":
      return at(leg, "find", waited(leg, rules));
    case "pending":
      return leg.kind === "tender" ? closing(leg, rules) : at(leg, "find", waited(leg, rules));
    case "closing":
      return at(leg, "close", waited(leg, rules));
    case "absent":
      return at(leg, leg.kind === "tender" ? "close" : "undo", waited(leg, rules));
    case "done":
      // A surplus already given back stays given: the tender's undo refunds what is left.
      return leg.kind === "surplus" ? null : at(leg, "undo", waited(leg, rules));
    case "undoing":
    case "undo_unknown":
      return at(leg, "find_undo", waited(leg, rules));
    case "stuck":
      // A person was called; meanwhile we go on asking, in case the party was only busy.
      return at(leg, leg.kind === "surplus" ? "perform" : "undo", waited(leg, rules));
    default:
      return at(leg, "release", waited(leg, rules));
  }
}
