import assert from "node:assert/strict";
import type { Outcome } from "../server/platform/outcome.ts";

/** The value of a call that must have been done. */
export function valueOf<Value>(outcome: Outcome<Value>): Value {
  if (outcome.kind === "done") return outcome.value;
  assert.fail(`expected done, got ${codeOf(outcome)}`);
}

/** A refusal's code; of anything else its kind. */
export function codeOf(outcome: Outcome<unknown>): string {
  return outcome.kind === "refused" ? outcome.code : outcome.kind;
}
