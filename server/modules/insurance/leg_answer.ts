import type { RegionalProfile } from "../../gateways/insurance/profile.ts";
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
  /** The party has it and is not through yet. */
  | { readonly kind: "pending" }
  | { readonly kind: "absent" }
  | { readonly kind: "refused"; readonly code: string; readonly text: string }
  | { readonly kind: "not_sent"; readonly reason: string }
  | { readonly kind: "unknown"; readonly reason: string };

export const NOTHING_LEFT: LegAnswer = { kind: "done", split: null, reference: null };

type RefusalTexts = Pick<
  RegionalProfile,
  "expiredTokenText" | "closedPeriodText" | "wrongPinText"
>;

/** An outcome that is no success, as a leg's answer; what a region says in words gets a code. */
export function failedAnswer(
  outcome: Exclude<Outcome<unknown>, { kind: "done" }>,
  texts: RefusalTexts,
): LegAnswer {
  if (outcome.kind !== "refused") return outcome;
  return { ...outcome, code: codeOf(outcome.text, texts) ?? outcome.code };
}

function codeOf(text: string, texts: RefusalTexts): string | null {
  if (texts.expiredTokenText.test(text)) return "insurance.token_expired";
  if (texts.closedPeriodText.test(text)) return "insurance.period_closed";
  return texts.wrongPinText.test(text) ? "insurance.wrong_pin" : null;
}
