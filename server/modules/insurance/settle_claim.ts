import { asksPin } from "../../gateways/insurance/profile.ts";
import { brokenSums } from "../../gateways/insurance/sums.ts";
import type { Settlement } from "../../gateways/insurance/wire.ts";
import type { Transaction } from "kysely";
import { keepRelativePart } from "./choice/relative_part.ts";
import { type ClaimDeps, type ClaimShares, settledColumns, splitOf } from "./claim.ts";
import { settleInput } from "./claim_inputs.ts";
import { findSettlement, type OpenClaim, sendClaimMessage } from "./find_settlement.ts";
import { failedAnswer, type LegAnswer } from "./leg_answer.ts";
import { type ClaimRow, findSettleMessageId, updateClaim } from "./store.ts";
import type { InsuranceTables } from "./tables.ts";

/**
 * 2207 under the msgid that the attempt committed. Figures that do not add up are still done: the
 * money has moved, and checkout, which compares the sums, turns the order back.
 */
export async function settleClaim(deps: ClaimDeps, open: OpenClaim): Promise<LegAnswer> {
  const { claim, context } = open.plan;
  if (open.plan.resumes) return await resumeSettlement(deps, open);
  const shares = sharesOf(claim);
  if (claim.mdtrt_id === null || claim.settle_msgid === null || shares === null) {
    return { kind: "refused", code: "insurance.not_presettled", text: "No presettlement" };
  }
  if (asksPin(deps.profile, open.person.insuplc) && context.pin === undefined) {
    const change = { settle_msgid: null, changed_at: deps.clock.now() };
    await deps.db.transaction().execute((tx) => updateClaim(tx, deps.tags, { claim, change }));
    return { kind: "refused", code: "insurance.pin_needed", text: "请输入医保密码" };
  }
  const visit = {
    person: open.person,
    visit: context.visit,
    mdtrtId: claim.mdtrt_id,
    batchNumber: claim.batch_number,
  };
  const isRepeated = ({ text }: { readonly text: string }) => deps.profile.repeatedText.test(text);
  const outcome = await sendClaimMessage(deps, open, {
    infno: "2207",
    input: settleInput(visit, deps.profile, shares),
    msgid: claim.settle_msgid,
    ...(context.pin !== undefined && { pin: context.pin }),
    async after(tx, answer) {
      if (answer.kind === "done") await keepSettlement(deps, { tx, open }, answer.value.setlinfo);
      if (answer.kind === "not_sent" || (answer.kind === "refused" && !isRepeated(answer))) {
        const changed_at = deps.clock.now();
        await updateClaim(tx, deps.tags, { claim, change: { settle_msgid: null, changed_at } });
      }
    },
  });
  // A gateway that delivers twice says so of the second one: what the first did has to be found.
  if (outcome.kind === "refused" && isRepeated(outcome)) return await resumeSettlement(deps, open);
  if (outcome.kind !== "done") return failedAnswer(outcome, deps.profile);
  const { setlinfo } = outcome.value;
  // Settled, but under no number: 5203 has to tell which.
  if (setlinfo.setl_id === null) return { kind: "unknown", reason: "2207 without setl_id" };
  return settled(deps, setlinfo, setlinfo.setl_id);
}

/** An order never has two 2207 under way: an earlier one is looked for, not sent again. */
async function resumeSettlement(deps: ClaimDeps, open: OpenClaim): Promise<LegAnswer> {
  const found = await findClaimSettlement(deps, open);
  return found.kind === "absent"
    ? { kind: "unknown", reason: "an earlier 2207 is not resolved" }
    : found;
}

/** After a lost 2207: what the platform really did. */
export async function findClaimSettlement(deps: ClaimDeps, open: OpenClaim): Promise<LegAnswer> {
  const found = await findSettlement(deps, open);
  if (found.kind !== "done") return found;
  if (found.value.state !== "settled") return { kind: "absent" };
  const { id, settlement } = found.value;
  const { claim } = open.plan;
  const settle_msgid = claim.settle_msgid ?? await findSettleMessageId(deps.db, claim);
  if (settle_msgid === null) return SETTLED_BY_OTHERS;
  await deps.db.transaction().execute((tx) =>
    keepSettlement(deps, { tx, open, settle_msgid }, { ...settlement, setl_id: id })
  );
  return settled(deps, settlement, id);
}

/** No 2207 of ours was ever sent for it. */
const SETTLED_BY_OTHERS: LegAnswer = {
  kind: "refused",
  code: "insurance.settled_by_others",
  text: "",
};

function settled(deps: ClaimDeps, settlement: Settlement, reference: string): LegAnswer {
  const isUnsound = brokenSums(settlement, deps.profile).length > 0;
  const split = splitOf(settlement, deps.profile);
  return { kind: "done", split, reference, ...(isUnsound && { unsound: true }) };
}

async function keepSettlement(
  deps: ClaimDeps,
  at: {
    readonly tx: Transaction<InsuranceTables>;
    readonly open: OpenClaim;
    /** A first no may have cleared it, before a lost call arrived after all. */
    readonly settle_msgid?: string;
  },
  settlement: Settlement,
): Promise<void> {
  if (settlement.setl_id === null) return;
  const change = {
    ...(at.settle_msgid !== undefined && { settle_msgid: at.settle_msgid }),
    setl_id: settlement.setl_id,
    ...settledColumns(splitOf(settlement, deps.profile)),
    changed_at: deps.clock.now(),
  };
  await updateClaim(at.tx, deps.tags, { claim: at.open.plan.claim, change });
  await keepRelativePart(at.tx, deps, { plan: at.open.plan, settlement });
}

function sharesOf(claim: ClaimRow): ClaimShares | null {
  const { full_own_pay_fen, over_limit_fen, pre_self_pay_fen, in_scope_fen } = claim;
  if (
    full_own_pay_fen === null || over_limit_fen === null || pre_self_pay_fen === null ||
    in_scope_fen === null
  ) return null;
  return { full_own_pay_fen, over_limit_fen, pre_self_pay_fen, in_scope_fen };
}
