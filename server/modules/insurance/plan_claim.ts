import type { Transaction } from "kysely";
import { isUnchanged } from "../../platform/tagged_table.ts";
import { copyChoice, notAsChosen, readChoice } from "./choice/read_choice.ts";
import { type ClaimContext, type ClaimDeps, claimKey, type ClaimPlan, newClaim } from "./claim.ts";
import { routeFits } from "./insurance_route.ts";
import type { Ask, LegAnswer } from "./leg_answer.ts";
import type { ReturnContext, ReturnPlan } from "./return_leg.ts";
import { type ClaimRow, findClaimRow, findCoverage, insertClaim, updateClaim } from "./store.ts";
import { CLAIM_TAGGED, type InsuranceTables } from "./tables.ts";

type Tx = Transaction<InsuranceTables>;
type PlanDeps = Pick<ClaimDeps, "tags" | "clock">;

export interface ClaimRequest {
  readonly context: ClaimContext;
  readonly ask: Ask;
  /** Names the settlement before it is asked for. */
  readonly nameSettlement: () => Promise<string>;
}

/** What every adapter commits with an attempt: the claim's row, and the settlement's name. */
export async function planClaim(
  tx: Tx,
  deps: PlanDeps,
  { context, ask, nameSettlement }: ClaimRequest,
): Promise<ClaimPlan> {
  const now = deps.clock.now();
  const { stored = await findClaimRow(tx, claimKey(context)) } = context;
  let claim: ClaimRow = stored ?? { ...newClaim(context, now), tag: null };
  const unchanged = !stored || await isWhole(tx, deps, stored);
  if (!stored && ask === "prepare") claim = await insertClaim(tx, deps.tags, claim);
  const resumes = claim.settle_msgid !== null;
  if (ask === "perform" && unchanged && !resumes && claim.in_scope_fen !== null) {
    const change = { settle_msgid: await nameSettlement(), changed_at: now };
    claim = await updateClaim(tx, deps.tags, { claim, change });
  }
  // Whoever has settled already is bound by it; only what is still to be moved can be refused.
  const asks = (ask === "prepare" || ask === "perform") && !resumes;
  if (context.chosenFor && ask === "prepare") await copyChoice(tx, deps, context);
  const coverage = await findCoverage(tx, context.identificationId);
  const chosen = await readChoice(tx, deps, { key: claimKey(context), coverage, now });
  return {
    ask,
    context,
    claim,
    resumes,
    isUnchanged: unchanged,
    coverage: chosen.coverage,
    payerSealed: chosen.payerSealed,
    notAsChosen: asks ? notAsChosen(chosen, { context, route: claim.route }) : null,
  };
}

/** The claim of another order, to be given back. */
export async function planReturn(
  tx: Tx,
  deps: PlanDeps,
  { context, ask }: { readonly context: ReturnContext; readonly ask: Ask },
): Promise<ReturnPlan> {
  const { original, ...own } = context;
  const claim = await findClaimRow(tx, { order_id: original.orderId, at: original.at });
  if (!claim) return { ask, claim: null };
  const { identification_id: identificationId } = claim;
  const chosen = await readChoice(tx, deps, {
    key: { order_id: claim.order_id, at: claim.at },
    coverage: await findCoverage(tx, identificationId),
    now: deps.clock.now(),
  });
  return {
    ask,
    claim: {
      ask,
      context: { ...own, identificationId },
      claim,
      resumes: false,
      isUnchanged: await isWhole(tx, deps, claim),
      coverage: chosen.coverage,
      payerSealed: null,
      notAsChosen: null,
    },
  };
}

/** Somebody wrote into the books past the platform: a person has to look before money moves. */
export const CHANGED: LegAnswer = { kind: "refused", code: "insurance.record_changed", text: "" };

async function isWhole(tx: Tx, { tags }: PlanDeps, claim: ClaimRow): Promise<boolean> {
  return routeFits(claim) && await isUnchanged(tx, tags, { tagged: CLAIM_TAGGED, row: claim });
}
