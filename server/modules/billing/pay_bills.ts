import type { HisClient } from "../../gateways/his/client.ts";
import type { HisBill } from "../../gateways/his/wire.ts";
import { parseChinaTime } from "../../platform/clock.ts";
import { invariant } from "../../platform/errors.ts";
import { parseYuan, sumFen } from "../../platform/money.ts";
import { done, type Outcome, refused } from "../../platform/outcome.ts";
import type { PayableContext, PayableWork, PricedPayable } from "../checkout/payable.ts";
import type { ClaimVisit } from "../insurance/claim_visit.ts";
import { claimLines, visitNumberOf } from "./claim_lines.ts";
import { cancelPostedOrder, findPostedOrder, postOrder } from "./posting.ts";
import { inCheckoutWords } from "./refusals.ts";
import { postedReturns, type ReturningHis } from "./returning.ts";

/** 普通门诊. */
const ORDINARY_OUTPATIENT = "11";

export interface BillingDeps {
  readonly his: Pick<HisClient, "listBills" | "post" | "findPosting" | "cancel"> & ReturningHis;
}

/** Bills as something checkout can have paid: several of them in one settlement (R-BIL-04). */
export function billPayable({ his }: BillingDeps): PayableWork {
  return {
    price: (context) => priceBills(his, context),
    fulfil: (context, notice) =>
      postOrder(his, { context, target: { kind: "bills", billIds: billIdsOf(context) } }, notice),
    findFulfilment: (context) => findPostedOrder(his, context),
    cancelFulfilment: (context) => cancelPostedOrder(his, context),
    // Asking for the price of bills keeps nothing at HIS.
    release: () => Promise.resolve(done(null)),
    ...postedReturns(his),
  };
}

async function priceBills(
  his: BillingDeps["his"],
  context: PayableContext,
): Promise<Outcome<PricedPayable>> {
  const billIds = billIdsOf(context);
  if (new Set(billIds).size !== billIds.length) {
    return refused("checkout.duplicate_bill", "A bill is chosen twice");
  }
  const outcome = await his.listBills({
    institutionCode: context.site.code,
    patientId: context.hisPatientId,
  });
  if (outcome.kind !== "done") return inCheckoutWords(outcome);
  const unpaid = new Map(outcome.value.map((bill) => [bill.billId, bill]));
  const bills = billIds.flatMap((id) => unpaid.get(id) ?? []);
  if (bills.length !== billIds.length) {
    return refused("checkout.bill_changed", "A chosen bill is no longer unpaid");
  }
  const flaw = insuranceFlaw(context, bills);
  if (flaw) return flaw;
  return done({
    title: titleOf(bills),
    total: sumFen(bills.map((bill) => parseYuan(bill.amount))),
    visit: mergedVisit(context.orderId, bills),
    sources: bills.flatMap(({ billId, lines }) =>
      lines.map(({ lineNumber }) => ({ billId, lineNumber }))
    ),
    registration: null,
  });
}

/** What insurance does not take together, or not on this route; paid by oneself it is no matter. */
function insuranceFlaw(
  { settlement, site }: PayableContext,
  bills: readonly HisBill[],
): ReturnType<typeof refused> | null {
  if (settlement !== "insurance") return null;
  if (site.route === "mobile" && bills.some(({ mobilePayable }) => mobilePayable === false)) {
    return refused("checkout.not_mobile_payable", "Mobile insurance payment takes not all bills");
  }
  // One settlement is of one med_type.
  return new Set(bills.map(feeTypeOf)).size > 1
    ? refused("checkout.mixed_fee_types", "The chosen bills are of several fee types")
    : null;
}

function feeTypeOf({ feeType }: HisBill): string {
  return feeType?.code ?? ORDINARY_OUTPATIENT;
}

/** The first bill's department and doctor stand for the visit; every diagnosis is named once. */
function mergedVisit(orderId: string, bills: readonly HisBill[]): ClaimVisit {
  const first = bills[0];
  invariant(first !== undefined, "an order of bills has a bill");
  const charges = bills.map((bill) => ({
    occurredAt: parseChinaTime(bill.issuedAt),
    lines: bill.lines,
  }));
  const diagnoses = new Map(bills.flatMap((bill) => bill.diagnoses).map((one) => [one.code, one]));
  return {
    visitNumber: visitNumberOf(orderId),
    medicalType: feeTypeOf(first),
    department: first.department,
    doctor: { code: first.doctor.code, name: first.doctor.name },
    diagnoses: [...diagnoses.values()],
    startedAt: new Date(Math.min(...charges.map((charge) => charge.occurredAt.getTime()))),
    lines: claimLines(orderId, charges),
  };
}

function titleOf(bills: readonly HisBill[]): string {
  const title = bills[0]?.title ?? "";
  return bills.length === 1 ? title : `${title}等 ${bills.length} 张缴费单`;
}

function billIdsOf({ payable }: PayableContext): string[] {
  invariant(payable.kind === "bills", "billing is asked about bills only");
  return payable.billIds;
}
