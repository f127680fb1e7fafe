import {
  addsUp,
  amountsOf,
  type MobileAmounts,
  type MobileOrder,
  ordClass,
} from "../../../gateways/mobile_insurance/wire.ts";
import { sumFen } from "../../../platform/money.ts";
import { done, type Outcome, unknown } from "../../../platform/outcome.ts";
import type { ClaimShares } from "../claim.ts";
import { visitTotal } from "../claim_inputs.ts";
import { failedAnswer, type LegAnswer } from "../leg_answer.ts";
import { CHANGED } from "../plan_claim.ts";
import { updateProgress } from "../store.ts";
import { askOrder, keyOf } from "./ask_order.ts";
import type { MobileAdapterDeps, OpenMobile } from "./mobile_adapter.ts";
import { placeData, uploadData } from "./mobile_data.ts";
import {
  findMobileOrder,
  insertMobileOrder,
  isMobileOrderWhole,
  updateMobileOrder,
  updateMobileState,
} from "./store.ts";

const UNSOUND = "insurance.unsound_figures";

interface Uploaded {
  readonly payOrdId: string;
  readonly payToken: string;
  readonly mdtrtId: string | null;
}

/** 6201 and 6202: what insurance would pay. May be asked again: our own number names the order. */
export async function prepareMobile(
  deps: MobileAdapterDeps,
  open: OpenMobile,
): Promise<LegAnswer> {
  const before = await findMobileOrder(deps.db, keyOf(open));
  if (before && !await isMobileOrderWhole(deps.db, deps.tags, before)) return CHANGED;
  const uploaded = await upload(deps, open);
  if (uploaded.kind !== "done") return failedAnswer(uploaded, deps.texts);
  const placed = await deps.centre.place(placeData(deps, open, uploaded.value));
  // Refused again, an earlier 6202 may be why.
  const isOpen = placed.kind === "unknown" || (placed.kind === "refused" && before !== null);
  const found = isOpen ? await presettledAnyway(deps, open) : placed;
  const order = found.kind === "unknown" && placed.kind === "refused" ? placed : found;
  if (order.kind !== "done") return failedAnswer(order, deps.texts);
  const amounts = amountsOf(order.value, deps.profile);
  const shares = sharesOf(order.value);
  const total = visitTotal(open.plan.context.visit);
  const isSound = amounts && shares && addsUp(amounts) && amounts.total === total &&
    sumFen(Object.values(shares)) === total;
  if (!isSound) return { kind: "refused", code: UNSOUND, text: "" };
  await keepQuote(deps, open, { amounts, shares, ordStas: order.value.ordStas });
  return { kind: "done", split: { ...amounts, balance: null }, reference: null };
}

/** Also when a row is there: the token of the order may have run out, and the answer is the same. */
async function upload(deps: MobileAdapterDeps, open: OpenMobile): Promise<Outcome<Uploaded>> {
  const key = keyOf(open);
  await deps.db.transaction().execute((tx) =>
    updateProgress(tx, key, { visit_asked: true, changed_at: deps.clock.now() })
  );
  const outcome = await deps.centre.upload(uploadData(deps, open));
  if (outcome.kind !== "done") return outcome;
  const { payOrdId, payToken, extData } = outcome.value;
  const mdtrtId = extData?.mdtrtId ?? null;
  const known = await findMobileOrder(deps.db, key);
  if (known && known.pay_ord_id !== payOrdId) return unknown("6201 made a second order");
  const changed_at = deps.clock.now();
  const pay_token_sealed = await deps.sealer.seal("insurance_mobile_order.pay_token", payToken);
  await deps.db.transaction().execute(async (tx) => {
    await updateProgress(tx, key, { details_asked: true, mdtrt_id: mdtrtId, changed_at });
    await insertMobileOrder(tx, deps.tags, {
      ...key,
      institution_id: open.plan.claim.institution_id,
      pay_ord_id: payOrdId,
      pay_token_sealed,
      ord_stas: 0,
      reported_stas: null,
      revs_token_sealed: null,
      mix_trade_no: null,
      mix_kind: null,
      quoted_fund_fen: null,
      quoted_account_fen: null,
      quoted_other_fen: null,
      quoted_cash_fen: null,
      changed_at,
    });
    await updateMobileState(tx, key, { pay_token_sealed, changed_at });
  });
  return done({ payOrdId, payToken, mdtrtId });
}

/** After a lost 6202: 6301 may have the figures all the same. */
async function presettledAnyway(
  deps: MobileAdapterDeps,
  open: OpenMobile,
): Promise<Outcome<MobileOrder>> {
  const asked = await askOrder(deps, open);
  if (asked.kind !== "done") return asked;
  const { order } = asked.value;
  const isQuoted = order && ordClass(order.ordStas) === "processing" && order.feeSumamt !== null;
  return isQuoted ? done(order) : unknown("6202 is not resolved");
}

function sharesOf({ extData }: MobileOrder): ClaimShares | null {
  const settlement = extData?.preSetl;
  if (
    settlement?.fulamt_ownpay_amt === undefined || settlement.overlmt_selfpay === undefined ||
    settlement.preselfpay_amt === undefined || settlement.inscp_scp_amt === undefined
  ) return null;
  return {
    full_own_pay_fen: settlement.fulamt_ownpay_amt,
    over_limit_fen: settlement.overlmt_selfpay,
    pre_self_pay_fen: settlement.preselfpay_amt,
    in_scope_fen: settlement.inscp_scp_amt,
  };
}

async function keepQuote(
  deps: MobileAdapterDeps,
  open: OpenMobile,
  { amounts, shares, ordStas }: {
    readonly amounts: MobileAmounts;
    readonly shares: ClaimShares;
    readonly ordStas: number;
  },
): Promise<void> {
  const changed_at = deps.clock.now();
  await deps.db.transaction().execute(async (tx) => {
    await updateProgress(tx, keyOf(open), { ...shares, changed_at });
    await updateMobileOrder(tx, deps.tags, {
      key: keyOf(open),
      change: {
        ord_stas: ordStas,
        quoted_fund_fen: amounts.fund,
        quoted_account_fen: amounts.account,
        quoted_other_fen: amounts.other,
        quoted_cash_fen: amounts.cash,
        changed_at,
      },
    });
  });
}
