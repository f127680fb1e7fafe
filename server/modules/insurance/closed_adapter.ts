import type { InsuranceAdapter, InsuranceErrand } from "./insurance_leg.ts";
import type { LegAnswer } from "./leg_answer.ts";

/** A route that this platform has no line to: nothing is sent, and what was begun waits. */
export function closedAdapter(): InsuranceAdapter {
  const answer: LegAnswer = { kind: "not_sent", reason: "the route is not configured" };
  const errand: InsuranceErrand = { call: () => Promise.resolve(answer) };
  return {
    claim: () => Promise.resolve(errand),
    giveBack: () => Promise.resolve(errand),
  };
}
