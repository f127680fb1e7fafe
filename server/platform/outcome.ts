/**
 * What came of a call to an outside party. A lost answer is `unknown`, never a failure:
 * the party may have done what was asked.
 */
export type Outcome<Value> =
  | { readonly kind: "done"; readonly value: Value }
  /** The party's definite no; nothing was changed there. */
  | { readonly kind: "refused"; readonly code: string; readonly text: string }
  /** The call certainly did not leave (connection refused, circuit open). */
  | { readonly kind: "not_sent"; readonly reason: string }
  | { readonly kind: "unknown"; readonly reason: string };

export function done<Value>(value: Value): Outcome<Value> {
  return { kind: "done", value };
}

export function refused(code: string, text: string): Outcome<never> {
  return { kind: "refused", code, text };
}

export function unknown(reason: string): Outcome<never> {
  return { kind: "unknown", reason };
}

export function notSent(reason: string): Outcome<never> {
  return { kind: "not_sent", reason };
}

/** Carries a value on through a pure change; everything but `done` passes as it is. */
export function mapDone<From, To>(
  outcome: Outcome<From>,
  change: (value: From) => To,
): Outcome<To> {
  return outcome.kind === "done" ? done(change(outcome.value)) : outcome;
}
