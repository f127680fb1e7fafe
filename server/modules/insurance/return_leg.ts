import type { Transaction } from "kysely";
import { asFen } from "../../platform/money.ts";
import { type ClaimContext, type ClaimDeps, type ClaimPlan, openPerson } from "./claim.ts";
import type { ClaimSplit } from "./claim_visit.ts";
import type { OpenClaim } from "./find_settlement.ts";
import { type Ask, type LegAnswer, NOTHING_LEFT } from "./leg_answer.ts";
import { CHANGED, planReturn } from "./plan_claim.ts";
import { releaseClaim } from "./release_claim.ts";
import type { ClaimRow } from "./store.ts";
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

    async call({ ask, claim: plan }) {
      if (plan === null || plan.claim.settle_msgid === null) return NOTHING_LEFT;
      const known = knownAnswer(ask, plan);
      if (known) return known;
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
const FINAL: LegAnswer = { kind: "refused", code: "insurance.return_final", text: "" };
const CANNOT_CLOSE: LegAnswer = { kind: "refused", code: "insurance.cannot_close", text: "" };

/** What needs no call; null otherwise. */
function knownAnswer(ask: Ask, plan: ClaimPlan): LegAnswer | null {
  if (ask === "undo" || ask === "find_undo") return FINAL;
  if (ask === "close") return CANNOT_CLOSE;
  if (!plan.isUnchanged) return CHANGED;
  if (ask === "prepare") return returned(plan.claim, null);
  const isVoided = plan.claim.voided_at !== null && ask !== "release";
  return isVoided ? returned(plan.claim, plan.claim.void_setl_id) : null;
}

async function callReturn(deps: ClaimDeps, open: OpenClaim): Promise<LegAnswer> {
  const { ask, claim } = open.plan;
  if (ask === "release") return await releaseClaim(deps, open);
  const answer = ask === "find" ? await findClaimVoid(deps, open) : await voidClaim(deps, open);
  if (answer.kind !== "done") return answer;
  // A visit left open would hold its number at the centre, and the bill could not be claimed again.
  await releaseClaim(deps, open);
  return { ...answer, split: returned(claim, null).split };
}

/** What comes back: all the settlement moved. */
function returned(
  claim: ClaimRow,
  reference: string | null,
): Extract<LegAnswer, { kind: "done" }> {
  return { kind: "done", split: splitOfRow(claim), reference };
}

function splitOfRow(claim: ClaimRow): ClaimSplit | null {
  if (claim.setl_id === null) return null;
  return {
    total: asFen(claim.total_fen ?? 0n),
    fund: asFen(claim.fund_fen ?? 0n),
    account: asFen(claim.account_fen ?? 0n),
    other: asFen(claim.other_fen ?? 0n),
    cash: asFen(claim.cash_fen ?? 0n),
    balance: null,
  };
}
