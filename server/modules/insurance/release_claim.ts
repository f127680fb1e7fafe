import { ALL_BATCHES } from "../../gateways/insurance/wire.ts";
import type { ClaimDeps } from "./claim.ts";
import {
  findLostVisit,
  findSettlement,
  type OpenClaim,
  sendClaimMessage,
} from "./find_settlement.ts";
import { type LegAnswer, NOTHING_LEFT } from "./leg_answer.ts";

/**
 * 2205 and 2202 as far as they apply; a refusal means there is nothing left to let go of, once
 * nothing is found to stand.
 */
export async function releaseClaim(deps: ClaimDeps, open: OpenClaim): Promise<LegAnswer> {
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
  return cancelled.kind === "refused" ? await checkNothingStands(deps, open) : NOTHING_LEFT;
}

/** A visit that cannot be cancelled may have been settled by a 2207 that came in late. */
async function checkNothingStands(deps: ClaimDeps, open: OpenClaim): Promise<LegAnswer> {
  const found = await findSettlement(deps, open);
  if (found.kind !== "done") return found;
  return found.value.state === "settled"
    ? { kind: "unknown", reason: "2202 refused: a settlement stands" }
    : NOTHING_LEFT;
}
