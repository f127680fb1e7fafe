import type { Outcome } from "../../../platform/outcome.ts";
import type { ClaimPlan } from "../claim.ts";
import { type LegAnswer, NOTHING_LEFT } from "../leg_answer.ts";
import { CHANGED } from "../plan_claim.ts";
import { updateClaim } from "../store.ts";
import { claimPlace, failed, findHisClaim } from "./claim_with_his.ts";
import type { HisAdapterDeps } from "./his_adapter.ts";

/** Of a settlement that never arrived HIS keeps a mark, so that it is refused should it still do. */
export async function voidHisClaim(deps: HisAdapterDeps, plan: ClaimPlan): Promise<LegAnswer> {
  const outcome = await deps.his.voidClaim(claimPlace(plan));
  if (outcome.kind === "done") return await keepVoid(deps, plan, outcome.value.voidId);
  return outcome.kind === "refused"
    ? await judgeRefusal(deps, plan, failed(outcome))
    : failed(outcome);
}

/** An earlier void may have gone through before this one was refused. */
async function judgeRefusal(
  deps: HisAdapterDeps,
  plan: ClaimPlan,
  refusal: LegAnswer,
): Promise<LegAnswer> {
  const found = await deps.his.findClaim(claimPlace(plan));
  if (found.kind !== "done") return { kind: "unknown", reason: "void refused, state not known" };
  if (found.value.state === "voided") return await keepVoid(deps, plan, found.value.voidId);
  return found.value.state === "settled"
    ? refusal
    // Without HIS's mark a late settle_claim could still be taken.
    : { kind: "unknown", reason: `void refused of a claim that is ${found.value.state}` };
}

/** After a lost void. */
export async function findHisVoid(deps: HisAdapterDeps, plan: ClaimPlan): Promise<LegAnswer> {
  const outcome = await deps.his.findClaim(claimPlace(plan));
  if (outcome.kind === "refused") return { kind: "unknown", reason: "find_claim refused" };
  if (outcome.kind !== "done") return outcome;
  if (outcome.value.state !== "voided") return { kind: "absent" };
  return await keepVoid(deps, plan, outcome.value.voidId);
}

/**
 * Lets the visit at the centre go; a no means that nothing is left, once nothing stands. What
 * stands was never meant to be kept and is voided; refused, a person has to see to it.
 */
export async function releaseHisClaim(deps: HisAdapterDeps, plan: ClaimPlan): Promise<LegAnswer> {
  const { claim, isUnchanged } = plan;
  if (!claim.visit_asked) return NOTHING_LEFT;
  const first = await deps.his.releaseClaim(claimPlace(plan));
  if (first.kind !== "refused") return released(first);
  // Voided by its number, at the centre or as two persons state.
  if (claim.void_setl_id !== null) return NOTHING_LEFT;
  const found = await findHisClaim(deps, plan);
  if (found.kind !== "done") return found.kind === "absent" ? NOTHING_LEFT : found;
  if (!isUnchanged) return CHANGED;
  const voided = await voidHisClaim(deps, plan);
  if (voided.kind !== "done") return voided;
  return released(await deps.his.releaseClaim(claimPlace(plan)));
}

function released(outcome: Outcome<unknown>): LegAnswer {
  return outcome.kind === "done" || outcome.kind === "refused" ? NOTHING_LEFT : outcome;
}

async function keepVoid(
  deps: HisAdapterDeps,
  { claim }: ClaimPlan,
  voidId: string | null,
): Promise<LegAnswer> {
  const now = deps.clock.now();
  const change = { void_setl_id: voidId, voided_at: now, changed_at: now };
  await deps.db.transaction().execute((tx) => updateClaim(tx, deps.tags, { claim, change }));
  return { kind: "done", split: null, reference: voidId };
}
