import { ALL_BATCHES } from "../../gateways/insurance/wire.ts";
import type { ClaimDeps } from "./claim.ts";
import { findLostVisit, type OpenClaim, sendClaimMessage } from "./find_settlement.ts";
import { type LegAnswer, NOTHING_LEFT } from "./leg_answer.ts";
import { CHANGED } from "./plan_claim.ts";
import { findClaimSettlement } from "./settle_claim.ts";
import { findClaimRow } from "./store.ts";
import { findClaimVoid, voidClaim } from "./void_claim.ts";

/**
 * 2205 and 2202 as far as they apply; a refusal means there is nothing left to let go of, once
 * nothing is found to stand. A settlement that stands was never meant to be kept: it is voided and
 * the visit let go again. Refused where the centre surely refuses that: a person has to see to it.
 */
export async function releaseClaim(deps: ClaimDeps, open: OpenClaim): Promise<LegAnswer> {
  const first = await letVisitGo(deps, open);
  if (first === NOTHING_LEFT) return await keepVoid(deps, open);
  if (first !== "refused") return first;
  const standing = await findStanding(deps, open);
  if (standing.kind !== "stands") return standing.answer;
  const voided = await voidClaim(deps, standing.open);
  if (voided.kind !== "done") return voided;
  const again = await letVisitGo(deps, standing.open);
  // Voided, and its visit cannot be cancelled: nothing is left of it.
  return again === "refused" ? NOTHING_LEFT : again;
}

/** The answer of an earlier void may have been lost: the books have it before the visit is let go. */
async function keepVoid(deps: ClaimDeps, open: OpenClaim): Promise<LegAnswer> {
  const { setl_id, voided_at } = open.plan.claim;
  if (setl_id === null || voided_at !== null) return NOTHING_LEFT;
  const found = await findClaimVoid(deps, open);
  return found.kind === "absent" ? NOTHING_LEFT : found;
}

/** "refused": it is gone, or something stands on it. */
export async function letVisitGo(deps: ClaimDeps, open: OpenClaim): Promise<LegAnswer | "refused"> {
  const { claim } = open.plan;
  if (!claim.visit_asked) return NOTHING_LEFT;
  let mdtrtId = claim.mdtrt_id;
  if (mdtrtId === null) {
    const lost = await findLostVisit(deps, open);
    if (lost.kind !== "done") return lost;
    mdtrtId = lost.value;
  }
  if (mdtrtId === null) return NOTHING_LEFT;
  const visit = { psn_no: open.person.psnNo, mdtrt_id: mdtrtId };
  if (claim.details_asked) {
    const data = { ...visit, chrg_bchno: ALL_BATCHES };
    const cleared = await sendClaimMessage(deps, open, { infno: "2205", input: { data } });
    if (cleared.kind === "unknown" || cleared.kind === "not_sent") return cleared;
  }
  const data = { ...visit, ipt_otp_no: claim.visit_number };
  const cancelled = await sendClaimMessage(deps, open, { infno: "2202", input: { data } });
  if (cancelled.kind === "unknown" || cancelled.kind === "not_sent") return cancelled;
  return cancelled.kind === "refused" ? "refused" : NOTHING_LEFT;
}

type Standing =
  | { readonly kind: "stands"; readonly open: OpenClaim }
  | { readonly kind: "answered"; readonly answer: LegAnswer };

/** A visit that cannot be cancelled may have been settled by a 2207 that came in late. */
async function findStanding(deps: ClaimDeps, open: OpenClaim): Promise<Standing> {
  const { claim, isUnchanged } = open.plan;
  // Voided by its number, at the centre or as two persons state.
  if (claim.void_setl_id !== null) return { kind: "answered", answer: NOTHING_LEFT };
  const found = await findClaimSettlement(deps, open);
  if (found.kind === "absent") return { kind: "answered", answer: await keepVoid(deps, open) };
  if (found.kind !== "done") return { kind: "answered", answer: found };
  // As it was found, it is in the books by now.
  const key = { order_id: claim.order_id, at: claim.at };
  const kept = await findClaimRow(deps.db, key);
  if (!isUnchanged || kept === null) return { kind: "answered", answer: CHANGED };
  return { kind: "stands", open: { ...open, plan: { ...open.plan, claim: kept } } };
}
