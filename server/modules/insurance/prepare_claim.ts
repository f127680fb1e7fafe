import { brokenSums } from "../../gateways/insurance/sums.ts";
import { ALL_BATCHES, type FeeResult, type Settlement } from "../../gateways/insurance/wire.ts";
import { done, type Outcome, refused } from "../../platform/outcome.ts";
import { sumFen } from "../../platform/money.ts";
import { keepRelativePart } from "./choice/relative_part.ts";
import { addShares, type ClaimDeps, claimKey, type ClaimShares, splitOf } from "./claim.ts";
import {
  feeInputs,
  presettleInput,
  type RegisteredVisit,
  registerInput,
  visitInfoInput,
  visitTotal,
} from "./claim_inputs.ts";
import { findLostVisit, type OpenClaim, sendClaimMessage } from "./find_settlement.ts";
import { failedAnswer, type LegAnswer } from "./leg_answer.ts";
import { endTalk, newTalk } from "./send_message.ts";
import { updateProgress } from "./store.ts";

const UNSOUND = "insurance.unsound_figures";

/** 2201, 2203, 2204, 2206: the patient hears what insurance would pay. May be asked again. */
export async function prepareClaim(deps: ClaimDeps, open: OpenClaim): Promise<LegAnswer> {
  const talk = newTalk();
  try {
    return await quoteClaim(deps, { ...open, talk });
  } finally {
    await endTalk(deps, talk);
  }
}

async function quoteClaim(deps: ClaimDeps, open: OpenClaim): Promise<LegAnswer> {
  const quote = await presettle(deps, open);
  if (quote.kind !== "done") return failedAnswer(quote, deps.profile);
  const broken = brokenIn(quote.value, deps, open);
  if (broken !== null) return unsound(broken);
  return { kind: "done", split: splitOf(quote.value, deps.profile), reference: null };
}

/** What does not add up; null for a sound quote of this visit. */
function brokenIn(
  settlement: Settlement,
  { profile }: Pick<ClaimDeps, "profile">,
  { plan }: OpenClaim,
): string | null {
  const broken = brokenSums(settlement, profile);
  if (broken.length > 0) return broken.join(", ");
  return settlement.medfee_sumamt === visitTotal(plan.context.visit) ? null : "total";
}

async function presettle(deps: ClaimDeps, open: OpenClaim): Promise<Outcome<Settlement>> {
  const registered = await registerVisit(deps, open);
  if (registered.kind !== "done") return registered;
  const visit: RegisteredVisit = {
    person: open.person,
    visit: open.plan.context.visit,
    mdtrtId: registered.value,
    batchNumber: open.plan.claim.batch_number,
  };
  const input = visitInfoInput(visit, deps.profile);
  const described = await sendClaimMessage(deps, open, {
    infno: "2203",
    input,
    isFollowed: true,
  });
  if (described.kind !== "done") return described;
  const uploaded = await uploadFees(deps, open, visit);
  if (uploaded.kind !== "done") return uploaded;
  const quote = await sendClaimMessage(deps, open, {
    infno: "2206",
    input: presettleInput(visit, deps.profile),
    async after(tx, answer) {
      if (answer.kind !== "done" || brokenIn(answer.value.setlinfo, deps, open) !== null) return;
      await keepRelativePart(tx, deps, { plan: open.plan, settlement: answer.value.setlinfo });
    },
  });
  return quote.kind === "done" ? done(quote.value.setlinfo) : quote;
}

/** 2201 once; an earlier one without an answer is looked for first, by our number of the visit. */
async function registerVisit(deps: ClaimDeps, open: OpenClaim): Promise<Outcome<string>> {
  const { claim, context } = open.plan;
  if (claim.mdtrt_id !== null) return done(claim.mdtrt_id);
  const key = claimKey(context);
  if (claim.visit_asked) {
    const lost = await findLostVisit(deps, open);
    if (lost.kind !== "done") return lost;
    if (lost.value !== null) {
      const mdtrt_id = lost.value;
      await deps.db.transaction().execute((tx) =>
        updateProgress(tx, key, { mdtrt_id, changed_at: deps.clock.now() })
      );
      return done(mdtrt_id);
    }
  }
  const outcome = await sendClaimMessage(deps, open, {
    infno: "2201",
    input: registerInput(open.person, context.visit),
    isFollowed: true,
    before: (tx) => updateProgress(tx, key, { visit_asked: true, changed_at: deps.clock.now() }),
    async after(tx, answer) {
      if (answer.kind !== "done") return;
      const { mdtrt_id } = answer.value.data;
      await updateProgress(tx, key, { mdtrt_id, changed_at: deps.clock.now() });
    },
  });
  return outcome.kind === "done" ? done(outcome.value.data.mdtrt_id) : outcome;
}

async function uploadFees(
  deps: ClaimDeps,
  open: OpenClaim,
  visit: RegisteredVisit,
): Promise<Outcome<ClaimShares>> {
  const cleared = await clearFees(deps, open, visit);
  if (cleared.kind !== "done") return cleared;
  const key = claimKey(open.plan.context);
  const results: FeeResult[] = [];
  for (const input of feeInputs(visit)) {
    const earlier = [...results];
    const outcome = await sendClaimMessage(deps, open, {
      infno: "2204",
      input,
      isFollowed: true,
      before: (tx) =>
        updateProgress(tx, key, { details_asked: true, changed_at: deps.clock.now() }),
      async after(tx, answer) {
        if (answer.kind !== "done") return;
        const shares = wholeShares([...earlier, ...answer.value.result], visit);
        if (shares) await updateProgress(tx, key, { ...shares, changed_at: deps.clock.now() });
      },
    });
    if (outcome.kind !== "done") return outcome;
    results.push(...outcome.value.result);
  }
  const shares = wholeShares(results, visit);
  return shares ? done(shares) : refused(UNSOUND, "fee lines do not add up to the visit");
}

/** Lines of an attempt that was cut short are taken back, so that none stands twice. */
async function clearFees(
  deps: ClaimDeps,
  open: OpenClaim,
  visit: RegisteredVisit,
): Promise<Outcome<unknown>> {
  if (!open.plan.claim.details_asked) return done(null);
  const data = { psn_no: visit.person.psnNo, mdtrt_id: visit.mdtrtId, chrg_bchno: ALL_BATCHES };
  return await sendClaimMessage(deps, open, {
    infno: "2205",
    input: { data },
    isFollowed: true,
  });
}

/** Null until every line is answered, and when they do not add up to the visit. */
function wholeShares(results: readonly FeeResult[], visit: RegisteredVisit): ClaimShares | null {
  const total = visitTotal(visit.visit);
  const shares = addShares(results);
  const isWhole = results.length === visit.visit.lines.length &&
    sumFen(results.map((line) => line.det_item_fee_sumamt)) === total &&
    sumFen(Object.values(shares)) === total;
  return isWhole ? shares : null;
}

function unsound(what: string): LegAnswer {
  return { kind: "refused", code: UNSOUND, text: `Figures do not add up: ${what}` };
}
