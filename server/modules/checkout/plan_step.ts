import { apply } from "./apply.ts";
import { decide, type Next } from "./decide.ts";
import type { Ask } from "./leg.ts";
import type { Saga, SagaRules } from "./saga.ts";

/** A claim lives this long past its last sign of life, then others take the order over. */
export const CLAIM_MS = 15_000;

/** What is written down next of an order, once what happened to it is taken in. Pure. */
export interface PlannedStep {
  readonly saga: Saga;
  /** Goes out once it is committed; null when nothing may be asked now. */
  readonly ask: { readonly leg: number; readonly ask: Ask } | null;
  /** With an ask the claim's end, else when somebody looks again; null for an order at rest. */
  readonly nextAttemptAt: number | null;
}

/** Turning back is a decision, not a wait: it is taken on the spot. */
export function planStep(
  saga: Saga,
  { rules, now, mayAsk }: {
    readonly rules: SagaRules;
    readonly now: number;
    readonly mayAsk: boolean;
  },
): PlannedStep {
  const next = decide(saga, rules, now);
  if (next.kind === "turn_back") {
    const stopped = apply(saga, { kind: "stopped", stop: next.stop }, { rules, now });
    return stepOf(stopped, decide(stopped, rules, now), { rules, now, mayAsk });
  }
  return stepOf(saga, next, { rules, now, mayAsk });
}

function stepOf(
  saga: Saga,
  next: Next,
  { rules, now, mayAsk }: {
    readonly rules: SagaRules;
    readonly now: number;
    readonly mayAsk: boolean;
  },
): PlannedStep {
  if (next.kind !== "ask" || next.notBefore > now || !mayAsk) {
    return { saga, ask: null, nextAttemptAt: timeOf(next, now) };
  }
  const { leg, ask } = next;
  const asked = apply(saga, { kind: "asked", leg, ask }, { rules, now });
  return { saga: asked, ask: { leg, ask }, nextAttemptAt: now + CLAIM_MS };
}

function timeOf(next: Next, now: number): number | null {
  switch (next.kind) {
    case "ask":
      return Math.max(next.notBefore, now);
    case "patient":
      return next.until;
    case "rest":
      return null;
    case "turn_back":
      return now;
    default:
      return next satisfies never;
  }
}
