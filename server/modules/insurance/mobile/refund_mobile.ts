import {
  amountsOf,
  isInsuranceBack,
  type MobileOrder,
  ordClass,
} from "../../../gateways/mobile_insurance/wire.ts";
import { chinaTime } from "../../../platform/clock.ts";
import { failedAnswer, type LegAnswer, NOTHING_LEFT } from "../leg_answer.ts";
import { CHANGED } from "../plan_claim.ts";
import { updateClaim } from "../store.ts";
import { type AskedOrder, askOrder, keyOf } from "./ask_order.ts";
import type { MobileAdapterDeps, OpenMobile } from "./mobile_adapter.ts";
import { type MovedByInsurance, refundData, refundNumber } from "./mobile_data.ts";
import { releaseMobile } from "./release_mobile.ts";
import { findMobileOrder, isMobileOrderWhole, type MobileOrderRow } from "./store.ts";

/** 6203 of the insurance part for what was settled; what never was is let go of. */
export async function refundMobile(deps: MobileAdapterDeps, open: OpenMobile): Promise<LegAnswer> {
  if (open.plan.claim.settle_msgid === null) return NOTHING_LEFT;
  const row = await findMobileOrder(deps.db, keyOf(open));
  if (row && !await isMobileOrderWhole(deps.db, deps.tags, row)) return CHANGED;
  const asked = await askOrder(deps, open);
  if (asked.kind !== "done") return asked;
  const { order } = asked.value;
  if (order === null || row === null) return NOTHING_LEFT;
  if (isInsuranceBack(order.ordStas)) return await keepVoid(deps, open);
  switch (ordClass(order.ordStas)) {
    case "settled":
    case "refunded":
      return await refund(deps, open, { row, moved: movedOf(deps, open, order) });
    case "processing":
      return await releaseMobile(deps, open);
    case "failed":
      return order.ordStas === 16 ? { kind: "unknown", reason: "ordStas 16" } : NOTHING_LEFT;
    case "candidate":
    case "in_flight":
      return { kind: "unknown", reason: `ordStas ${order.ordStas}` };
  }
}

/** As the centre says now, else as it said when it was settled; null: nobody knows. */
function movedOf(
  { profile }: MobileAdapterDeps,
  { plan: { claim } }: OpenMobile,
  order: MobileOrder,
): MovedByInsurance | null {
  const amounts = amountsOf(order, profile);
  if (amounts !== null) return amounts;
  if (claim.setl_id === null) return null;
  return {
    fund: claim.fund_fen ?? 0n,
    account: claim.account_fen ?? 0n,
    other: claim.other_fen ?? 0n,
  };
}

/** After `EXP` or a lost 6203. */
export async function findMobileVoid(
  deps: MobileAdapterDeps,
  open: OpenMobile,
): Promise<LegAnswer> {
  const asked = await askOrder(deps, open);
  return asked.kind === "done" ? await voidFound(deps, open, asked.value) : asked;
}

async function voidFound(
  deps: MobileAdapterDeps,
  open: OpenMobile,
  { order }: AskedOrder,
): Promise<LegAnswer> {
  if (order === null) return { kind: "absent" };
  if (isInsuranceBack(order.ordStas)) return await keepVoid(deps, open);
  const isOpen = ["candidate", "in_flight"].includes(ordClass(order.ordStas));
  return isOpen ? { kind: "unknown", reason: `ordStas ${order.ordStas}` } : { kind: "absent" };
}

async function refund(
  deps: MobileAdapterDeps,
  open: OpenMobile,
  { row, moved }: { readonly row: MobileOrderRow; readonly moved: MovedByInsurance | null },
): Promise<LegAnswer> {
  if (moved === null) return { kind: "unknown", reason: "settled, by which figures is not known" };
  const revsToken = row.revs_token_sealed === null
    ? null
    : await deps.sealer.open("insurance_mobile_order.revs_token", row.revs_token_sealed);
  const outcome = await deps.centre.refund(refundData(deps, open, { row, revsToken, moved }));
  if (outcome.kind === "done") {
    const answer = await keepVoid(deps, open);
    await tellWallet(deps, open, { row, moved });
    return answer;
  }
  if (outcome.kind !== "refused") return outcome;
  const asked = await askOrder(deps, open);
  if (asked.kind !== "done") return { kind: "unknown", reason: "6203 refused, state not known" };
  const found = await voidFound(deps, open, asked.value);
  return found.kind === "absent" ? failedAnswer(outcome, deps.texts) : found;
}

/** The wallet shows what went back; money does not depend on it. */
async function tellWallet(
  deps: MobileAdapterDeps,
  { plan: { claim } }: OpenMobile,
  { row, moved }: { readonly row: MobileOrderRow; readonly moved: MovedByInsurance },
): Promise<void> {
  if (row.mix_trade_no === null || row.mix_kind !== "insurance_only") return;
  await deps.wallet.reportRefund(row.mix_trade_no, {
    outRefundNo: refundNumber(claim.order_id),
    refundTime: chinaTime(deps.clock.now()),
    fundFen: moved.fund,
    accountFen: moved.account,
    otherFen: moved.other,
  });
}

async function keepVoid(deps: MobileAdapterDeps, open: OpenMobile): Promise<LegAnswer> {
  const { claim } = open.plan;
  const now = deps.clock.now();
  const void_setl_id = refundNumber(claim.order_id);
  const change = { void_setl_id, voided_at: now, changed_at: now };
  await deps.db.transaction().execute((tx) => updateClaim(tx, deps.tags, { claim, change }));
  return { kind: "done", split: null, reference: void_setl_id };
}
