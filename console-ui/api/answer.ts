/** Why the platform did not do it (problem+json), or why nobody knows whether it did. */
export interface Refusal {
  /** Stable, reads `module.reason`; its Chinese stands in i18n/problems.ts. */
  readonly code: string;
  /** For whoever looks into the platform's log; null when nothing was answered. */
  readonly traceId: string | null;
  /** As the code defines it. */
  readonly detail: string | null;
}

export type Answer<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly refusal: Refusal };

/** Cut off, too late or not ours. */
export const NO_ANSWER = "console.no_answer";
/** The same of a write: it may have been done or not, which is never taken for a failure. */
export const OUTCOME_UNKNOWN = "console.outcome_unknown";

/** Of the console's own finding, without an answer of the platform. */
export function refusalOf(code: string): Refusal {
  return { code, traceId: null, detail: null };
}

export const SIGNED_OUT = "access.not_authenticated";
export const CONFIRMATION_NEEDED = "access.reauthentication_needed";
/** What a form was filled with is not what the platform holds any more. */
export const CHANGED_MEANWHILE = "access.changed_meanwhile";
