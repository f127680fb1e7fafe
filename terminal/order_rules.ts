import type { OrderState } from "../server/modules/checkout/contract.ts";
import type { Problem } from "../server/platform/openapi.ts";
import type { OrderProgress } from "./journal.ts";

/** What came of asking about an order once. */
export type FollowStep = "ended" | "moving" | "attention" | "no_answer";

/** While a patient looks at it. */
const SHOWN_WAIT_MS = 700;
const UNSHOWN_WAIT_MS = 5_000;
const FIRST_SILENCE_WAIT_MS = 1_000;
const SHOWN_SILENCE_WAIT_MS_MAX = 8_000;
const UNSHOWN_SILENCE_WAIT_MS_MAX = 60_000;
/** A person decides about these; the terminal only wants to hear of it some day. */
const ATTENTION_WAIT_MS = 10 * 60_000;
const SHOWN_ATTENTION_WAIT_MS = 10_000;

export function waitMs(
  step: Exclude<FollowStep, "ended">,
  of: { readonly failures: number; readonly shown: boolean },
): number {
  switch (step) {
    case "moving":
      return of.shown ? SHOWN_WAIT_MS : UNSHOWN_WAIT_MS;
    case "attention":
      return of.shown ? SHOWN_ATTENTION_WAIT_MS : ATTENTION_WAIT_MS;
    case "no_answer": {
      const most = of.shown ? SHOWN_SILENCE_WAIT_MS_MAX : UNSHOWN_SILENCE_WAIT_MS_MAX;
      return Math.min(most, FIRST_SILENCE_WAIT_MS * 2 ** Math.min(of.failures - 1, 10));
    }
  }
}

export function progressOf(state: OrderState): OrderProgress {
  switch (state) {
    case "completed":
    case "unwound":
      return "final";
    case "needs_attention":
      return "attention";
    default:
      return "following";
  }
}

/** Statuses that speak of the moment, not of the order. */
const PASSING_STATUSES = [408, 425, 429];
/** Problems of the terminal's own standing (`fleet.not_authenticated` …) say nothing of an order. */
const STANDING = /^(fleet|line)\./;

/** Whether a problem says for sure that this request changed nothing and never will. */
export function isDefinite(problem: Problem): boolean {
  return problem.status >= 400 && problem.status < 500 &&
    !PASSING_STATUSES.includes(problem.status) && problem.retry !== "safe" &&
    !STANDING.test(problem.code);
}
