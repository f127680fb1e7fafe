import type { Outcome } from "../../platform/outcome.ts";
import type { ClaimSplit } from "./claim_visit.ts";

/** What checkout asks of a leg and hears back; checkout is above us, so the words stand here again. */

export type Ask = "prepare" | "perform" | "find" | "close" | "undo" | "find_undo" | "release";

export type LegAnswer =
  | {
    readonly kind: "done";
    readonly split: ClaimSplit | null;
    readonly reference: string | null;
    /** One of the four sum rules is broken: the money has moved all the same. */
    readonly unsound?: boolean;
  }
  | { readonly kind: "absent" }
  | { readonly kind: "refused"; readonly code: string; readonly text: string }
  | { readonly kind: "not_sent"; readonly reason: string }
  | { readonly kind: "unknown"; readonly reason: string };

export const NOTHING_LEFT: LegAnswer = { kind: "done", split: null, reference: null };

/** An outcome that is no success, as a leg's answer; an expired token has a code of its own. */
export function failedAnswer(
  outcome: Exclude<Outcome<unknown>, { kind: "done" }>,
  expiredTokenText: RegExp,
): LegAnswer {
  if (outcome.kind !== "refused" || !expiredTokenText.test(outcome.text)) return outcome;
  return { kind: "refused", code: "insurance.token_expired", text: outcome.text };
}
