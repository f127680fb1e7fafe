import { createHash } from "node:crypto";
import type { MixOrderRequest } from "../../../gateways/mobile_insurance/wallet_client.ts";
import {
  addsUp,
  amountsOf,
  isInsuranceBack,
  type MobileOrder,
  ordClass,
} from "../../../gateways/mobile_insurance/wire.ts";
import { settledColumns } from "../claim.ts";
import { visitTotal } from "../claim_inputs.ts";
import { settlementName } from "../insurance_route.ts";
import { failedAnswer, type LegAnswer } from "../leg_answer.ts";
import { CHANGED } from "../plan_claim.ts";
import { updateClaim } from "../store.ts";
import { type AskedOrder, askOrder, keyOf } from "./ask_order.ts";
import type { MobileAdapterDeps, OpenMobile } from "./mobile_adapter.ts";
import { insuranceTradeNo, medOrgOrd } from "./mobile_data.ts";
import {
  findMobileOrder,
  isMobileOrderWhole,
  type MobileOrderRow,
  updateMobileOrder,
} from "./store.ts";

/**
 * Places the insurance part at the wallet, which makes the centre settle it. Where the patient paid
 * cash first by a mixed order, the centre has been told already and is only asked.
 */
export async function settleMobile(deps: MobileAdapterDeps, open: OpenMobile): Promise<LegAnswer> {
  const row = await findMobileOrder(deps.db, keyOf(open));
  if (!row || row.quoted_cash_fen === null || open.plan.claim.settle_msgid === null) {
    return { kind: "refused", code: "insurance.not_presettled", text: "No presettlement" };
  }
  if (!await isMobileOrderWhole(deps.db, deps.tags, row)) return CHANGED;
  if (open.plan.resumes || row.mix_kind === "cash_and_insurance") {
    const found = await findMobile(deps, open);
    return found.kind === "absent"
      ? { kind: "unknown", reason: "an earlier placement is not resolved" }
      : found;
  }
  await deps.db.transaction().execute((tx) =>
    updateMobileOrder(tx, deps.tags, {
      key: keyOf(open),
      change: { mix_kind: "insurance_only", changed_at: deps.clock.now() },
    })
  );
  const outcome = await deps.wallet.place(mixOrder(deps, open, row));
  if (outcome.kind === "unknown") return outcome;
  if (outcome.kind === "refused" && !await isUnplaced(deps, open)) {
    return await findPlaced(deps, open);
  }
  if (outcome.kind !== "done") {
    await takeBack(deps, open);
    return failedAnswer(outcome, deps.texts);
  }
  const { mix_trade_no } = outcome.value;
  await deps.db.transaction().execute((tx) =>
    updateMobileOrder(tx, deps.tags, {
      key: keyOf(open),
      change: { mix_trade_no, changed_at: deps.clock.now() },
    })
  );
  return await findMobile(deps, open);
}

/** A no to a number that is taken, or paid, says that an earlier delivery was accepted. */
async function isUnplaced(deps: MobileAdapterDeps, { plan }: OpenMobile): Promise<boolean> {
  const known = await deps.wallet.query(insuranceTradeNo(plan.claim.order_id));
  return known.kind === "done" && (known.value === null || known.value.mix_pay_status === "FAIL");
}

async function findPlaced(deps: MobileAdapterDeps, open: OpenMobile): Promise<LegAnswer> {
  const found = await findMobile(deps, open);
  return found.kind === "absent" ? { kind: "unknown", reason: "placement refused, open" } : found;
}

/** What the centre really did; every ask of the saga's schedule comes here. */
export async function findMobile(deps: MobileAdapterDeps, open: OpenMobile): Promise<LegAnswer> {
  const asked = await askOrder(deps, open);
  if (asked.kind !== "done") return asked;
  const { order } = asked.value;
  if (order === null) return { kind: "absent" };
  switch (ordClass(order.ordStas)) {
    case "settled":
      return await keepSettled(deps, open, order);
    case "refunded":
      // 9 and 10: cash alone went back, insurance stands.
      return isInsuranceBack(order.ordStas)
        ? { kind: "absent" }
        : await keepSettled(deps, open, order);
    case "failed":
      // 16 says that cash could not be taken back either: a person has to look.
      return order.ordStas === 16
        ? { kind: "unknown", reason: "ordStas 16" }
        : { kind: "refused", code: "insurance.refused", text: "医保结算失败" };
    case "candidate":
    case "in_flight":
      return { kind: "pending" };
    case "processing":
      return await wherePlaced(deps, open, asked.value);
  }
}

/** The centre has not begun: was it ever told to? */
async function wherePlaced(
  deps: MobileAdapterDeps,
  open: OpenMobile,
  { row }: AskedOrder,
): Promise<LegAnswer> {
  if (row === null || row.mix_kind === null) return { kind: "absent" };
  if (row.mix_kind === "cash_and_insurance") return { kind: "pending" };
  const outcome = await deps.wallet.query(insuranceTradeNo(open.plan.claim.order_id));
  if (outcome.kind === "refused") return { kind: "unknown", reason: "wallet refused to tell" };
  if (outcome.kind !== "done") return outcome;
  if (outcome.value === null) return { kind: "absent" };
  return outcome.value.mix_pay_status === "FAIL"
    ? { kind: "refused", code: "insurance.refused", text: "医保支付失败" }
    : { kind: "pending" };
}

async function keepSettled(
  deps: MobileAdapterDeps,
  open: OpenMobile,
  order: MobileOrder,
): Promise<LegAnswer> {
  const amounts = amountsOf(order, deps.profile);
  // Without amounts nobody knows what moved; what was quoted is no answer to that.
  if (amounts === null) return { kind: "pending" };
  const { claim, context } = open.plan;
  const split = { ...amounts, balance: order.extData?.preSetl?.balc ?? null };
  const reference = order.hiDocSn ?? order.payOrdId;
  const change = {
    settle_msgid: settlementName("mobile", claim.order_id),
    setl_id: reference,
    ...settledColumns(split),
    changed_at: deps.clock.now(),
  };
  await deps.db.transaction().execute((tx) => updateClaim(tx, deps.tags, { claim, change }));
  const isUnsound = !addsUp(amounts) || amounts.total !== visitTotal(context.visit);
  return { kind: "done", split, reference, ...(isUnsound && { unsound: true }) };
}

/** A definite no of the wallet: nothing was placed. */
async function takeBack(deps: MobileAdapterDeps, open: OpenMobile): Promise<void> {
  const { claim } = open.plan;
  const changed_at = deps.clock.now();
  await deps.db.transaction().execute(async (tx) => {
    await updateClaim(tx, deps.tags, { claim, change: { settle_msgid: null, changed_at } });
    await updateMobileOrder(tx, deps.tags, {
      key: keyOf(open),
      change: { mix_kind: null, changed_at },
    });
  });
}

function mixOrder(
  deps: MobileAdapterDeps,
  open: OpenMobile,
  row: MobileOrderRow,
): MixOrderRequest {
  const { claim, context: { site, visit } } = open.plan;
  return {
    mixPayType: "INSURANCE_ONLY",
    outTradeNo: insuranceTradeNo(claim.order_id),
    serialNo: medOrgOrd(claim.order_id),
    payOrderId: row.pay_ord_id,
    payAuthNo: open.insured.certificateNumber,
    payer: { name: open.name, idDigest: digestOf(open.idNumber) },
    institution: { name: site.name, code: site.code, cityId: site.admdvs },
    createdAt: deps.clock.now().toISOString(),
    totalFen: visitTotal(visit),
    fundFen: row.quoted_fund_fen ?? 0n,
    accountFen: row.quoted_account_fen ?? 0n,
    otherFen: row.quoted_other_fen ?? 0n,
    cashFen: row.quoted_cash_fen ?? 0n,
  };
}

/** The wallet wants a digest of the ID number; its service provider encrypts it on. */
export function digestOf(idNumber: string): string {
  return createHash("sha256").update(idNumber).digest("hex");
}
