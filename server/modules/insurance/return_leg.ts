import type { Transaction } from "kysely";
import { type ClaimContext, type ClaimDeps, type ClaimPlan, openPerson } from "./claim.ts";
import type { OpenClaim } from "./find_settlement.ts";
import { knownReturn, returned } from "./known_answer.ts";
import { type Ask, type LegAnswer, NOTHING_LEFT } from "./leg_answer.ts";
import { planReturn } from "./plan_claim.ts";
import { letVisitGo, releaseClaim } from "./release_claim.ts";
import type { InsuranceTables } from "./tables.ts";
import { findClaimVoid, voidClaim } from "./void_claim.ts";

/** Gives back what insurance paid of another order: the refund's own id, and whose claim it is. */
export interface ReturnContext extends Omit<ClaimContext, "identificationId"> {
  /** The order whose claim is voided; `visit` is that order's visit. */
  readonly original: { readonly orderId: string; readonly at: Date };
}

export interface ReturnPlan {
  readonly ask: Ask;
  /** Null: nothing was ever claimed for that order. */
  readonly claim: ClaimPlan | null;
}

/**
 * A leg as checkout's `LegWork` wants it, over the claim of the original order:
 * `prepare` says what would come back and sends nothing; `perform` voids the whole settlement, once
 * however often it is asked; `find` says whether it is voided; `release` lets the visit go.
 * A void cannot be taken back: `undo` is refused, the kept lines are settled anew instead.
 * Refused codes: `insurance.period_closed` (the centre has cleared that period, a person decides),
 * `insurance.record_changed`, `insurance.person_erased`, `insurance.refused`.
 */
export interface ReturnLeg {
  plan(tx: Transaction<InsuranceTables>, context: ReturnContext, ask: Ask): Promise<ReturnPlan>;
  call(plan: ReturnPlan): Promise<LegAnswer>;
  record(tx: Transaction<InsuranceTables>, plan: ReturnPlan, answer: LegAnswer): Promise<void>;
}

export function returnLeg(deps: ClaimDeps): ReturnLeg {
  return {
    plan: (tx, context, ask) => planReturn(tx, deps, { context, ask }),

    async call(planned) {
      const { claim: plan } = planned;
      const known = knownReturn(planned);
      if (known || plan === null) return known ?? NOTHING_LEFT;
      if (plan.coverage === null) return PERSON_ERASED;
      const person = await openPerson(deps.sealer, plan.coverage);
      return await callReturn(deps, { plan, person });
    },

    /** What the platform answered was committed with the message itself. */
    record() {
      return Promise.resolve();
    },
  };
}

const PERSON_ERASED: LegAnswer = { kind: "refused", code: "insurance.person_erased", text: "" };

async function callReturn(deps: ClaimDeps, open: OpenClaim): Promise<LegAnswer> {
  const { ask, claim } = open.plan;
  if (ask === "release") return await releaseClaim(deps, open);
  const answer = ask === "find" ? await findClaimVoid(deps, open) : await voidClaim(deps, open);
  if (answer.kind !== "done") return answer;
  // A visit left open would hold its number at the centre, and the bill could not be claimed again.
  await letVisitGo(deps, open);
  return returned(claim, answer.reference);
}
