import type { Outcome } from "../../platform/outcome.ts";
import type { ClaimDeps } from "./claim.ts";
import {
  findSettlement,
  type FoundSettlement,
  type OpenClaim,
  sendClaimMessage,
} from "./find_settlement.ts";
import { failedAnswer, type LegAnswer, NOTHING_LEFT } from "./leg_answer.ts";
import { updateClaim } from "./store.ts";

/** The transaction that 2601 reverses. */
const REVERSED_INFNO = "2207";

/** 2208 for a settlement whose number is known, else 2601 by the msgid of the lost 2207. */
export async function voidClaim(deps: ClaimDeps, open: OpenClaim): Promise<LegAnswer> {
  const { claim } = open.plan;
  if (claim.settle_msgid === null) return NOTHING_LEFT;
  const outcome = claim.setl_id === null
    ? await reverse(deps, open, claim.settle_msgid)
    : await voidSettlement(deps, open, claim.setl_id);
  // "Already voided" and "not found" have many texts; what stands at the platform has one meaning.
  if (outcome.kind === "refused") {
    return await judgeRefusal(deps, open, failedAnswer(outcome, deps.profile));
  }
  return outcome.kind === "done" ? voided(outcome.value) : outcome;
}

/** After a lost 2208 or 2601. */
export async function findClaimVoid(deps: ClaimDeps, open: OpenClaim): Promise<LegAnswer> {
  const found = await findSettlement(deps, open);
  if (found.kind !== "done") return found;
  if (found.value.state === "voided") return await keepFoundVoid(deps, open);
  // Nothing found of a settlement without number: only 2601's own answer ends it (§1.8).
  return { kind: "absent" };
}

async function judgeRefusal(
  deps: ClaimDeps,
  open: OpenClaim,
  refusal: LegAnswer,
): Promise<LegAnswer> {
  const found: Outcome<FoundSettlement> = await findSettlement(deps, open);
  if (found.kind !== "done") return { kind: "unknown", reason: "void refused, state not known" };
  switch (found.value.state) {
    case "none":
      return NOTHING_LEFT;
    case "voided":
      return await keepFoundVoid(deps, open);
    case "settled":
      return refusal;
    default:
      return found.value satisfies never;
  }
}

async function voidSettlement(
  deps: ClaimDeps,
  open: OpenClaim,
  setlId: string,
): Promise<Outcome<string | null>> {
  const { claim } = open.plan;
  const data = { psn_no: open.person.psnNo, mdtrt_id: claim.mdtrt_id, setl_id: setlId };
  const outcome = await sendClaimMessage(deps, open, {
    infno: "2208",
    input: { data },
    async after(tx, answer) {
      if (answer.kind !== "done") return;
      const now = deps.clock.now();
      const { setl_id: void_setl_id } = answer.value.setlinfo;
      const change = { void_setl_id, voided_at: now, changed_at: now };
      await updateClaim(tx, deps.tags, { claim, change });
    },
  });
  return outcome.kind === "done"
    ? { kind: "done", value: outcome.value.setlinfo.setl_id }
    : outcome;
}

async function reverse(
  deps: ClaimDeps,
  open: OpenClaim,
  omsgid: string,
): Promise<Outcome<string | null>> {
  const outcome = await sendClaimMessage(deps, open, {
    infno: "2601",
    input: { data: { psn_no: open.person.psnNo, omsgid, oinfno: REVERSED_INFNO } },
    async after(tx, answer) {
      if (answer.kind !== "done") return;
      const now = deps.clock.now();
      const change = { voided_at: now, changed_at: now };
      await updateClaim(tx, deps.tags, { claim: open.plan.claim, change });
    },
  });
  return outcome.kind === "done" ? { kind: "done", value: null } : outcome;
}

async function keepFoundVoid(deps: ClaimDeps, open: OpenClaim): Promise<LegAnswer> {
  const now = deps.clock.now();
  const change = { voided_at: now, changed_at: now };
  await deps.db.transaction().execute((tx) =>
    updateClaim(tx, deps.tags, { claim: open.plan.claim, change })
  );
  return voided(null);
}

function voided(voidId: string | null): LegAnswer {
  return { kind: "done", split: null, reference: voidId };
}
