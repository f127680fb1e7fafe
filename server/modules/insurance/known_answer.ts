import { asFen } from "../../platform/money.ts";
import type { ClaimPlan } from "./claim.ts";
import type { ClaimSplit } from "./claim_visit.ts";
import { type LegAnswer, NOTHING_LEFT } from "./leg_answer.ts";
import { CHANGED } from "./plan_claim.ts";
import type { ReturnPlan } from "./return_leg.ts";
import type { ClaimRow } from "./store.ts";

/** What a return answers without a call, and what comes back by it; the same on every route. */

const FINAL: LegAnswer = { kind: "refused", code: "insurance.return_final", text: "" };
const CANNOT_CLOSE: LegAnswer = { kind: "refused", code: "insurance.cannot_close", text: "" };

/** Null: the party must be asked about the claim. */
export function knownReturn({ ask, claim: plan }: ReturnPlan): LegAnswer | null {
  if (plan === null || plan.claim.settle_msgid === null) return NOTHING_LEFT;
  if (ask === "undo" || ask === "find_undo") return FINAL;
  if (ask === "close") return CANNOT_CLOSE;
  if (!plan.isUnchanged) return CHANGED;
  if (ask === "prepare") return returned(plan.claim, null);
  const isVoided = plan.claim.voided_at !== null && ask !== "release";
  return isVoided ? returned(plan.claim, plan.claim.void_setl_id) : null;
}

/** Of a claim: moving on a changed record and closing are refused on every route. */
export function knownClaim({ ask, isUnchanged, notAsChosen }: ClaimPlan): LegAnswer | null {
  // No party knows a closing: a settlement is voided, a visit released.
  if (ask === "close") return CANNOT_CLOSE;
  return !isUnchanged && (ask === "perform" || ask === "undo") ? CHANGED : notAsChosen;
}

/** What comes back: all the settlement moved. */
export function returned(claim: ClaimRow, reference: string | null): LegAnswer {
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
