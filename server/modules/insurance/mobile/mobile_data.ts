import { CITY_COORDINATES } from "../../../gateways/mobile_insurance/profile.ts";
import { chinaTime } from "../../../platform/clock.ts";
import { formatYuan } from "../../../platform/money.ts";
import { batchNumber } from "../claim.ts";
import { visitTotal } from "../claim_inputs.ts";
import type { ClaimLine, ClaimVisit } from "../claim_visit.ts";
import type { MobileAdapterDeps, OpenMobile } from "./mobile_adapter.ts";
import type { MobileOrderRow } from "./store.ts";

/** The `data` of a mobile order's messages, with the standard's spellings. */

type Data = Readonly<Record<string, unknown>>;

/** medOrgOrd, and the wallet's serial_no: our order id, so that a report finds its order again. */
export function medOrgOrd(orderId: string): string {
  return orderId.replaceAll("-", "").toUpperCase();
}

/** Null for text that is none of ours. */
export function orderIdOf(number: string): string | null {
  const match = /^([0-9A-F]{8})([0-9A-F]{4})([0-9A-F]{4})([0-9A-F]{4})([0-9A-F]{12})$/.exec(number);
  return match && match.slice(1).join("-").toLowerCase();
}

/** out_trade_no of the order at the wallet that pays the insurance part alone. */
export function insuranceTradeNo(orderId: string): string {
  return `I${medOrgOrd(orderId)}`;
}

/** appRefdSn: a claim is given back whole, so it has one refund. */
export function refundNumber(orderId: string): string {
  return `RF${medOrgOrd(orderId)}`;
}

/**
 * 6201. How much of each line is covered the centre says itself (nhsa.md §7.7): all of it is
 * declared in scope, which keeps the sum the centre checks.
 */
export function uploadData({ profile }: MobileAdapterDeps, open: OpenMobile): Data {
  const { plan: { claim, context }, insured } = open;
  const { visit, site } = context;
  const total = formatYuan(visitTotal(visit));
  const doctor = { atddrNo: visit.doctor.code, drName: visit.doctor.name };
  const department = {
    deptCode: visit.department.code,
    deptName: visit.department.name,
    caty: visit.department.category,
  };
  return {
    ...orderPerson(profile, open),
    orgCodg: site.code,
    orgId: site.code,
    medOrgOrd: medOrgOrd(claim.order_id),
    psnNo: insured.psnNo,
    insutype: insured.insutype,
    medType: visit.medicalType,
    feeType: profile.feeType,
    begntime: chinaTime(visit.startedAt),
    ecToken: insured.certificateNumber,
    mdtrtCertType: insured.certificateType,
    insuplcAdmdvs: insured.insuplc,
    iptOtpNo: visit.visitNumber,
    ...doctor,
    ...department,
    medfeeSumamt: total,
    acctUsedFlag: "1",
    psnSetlway: "01",
    chrgBchno: batchNumber(claim.order_id),
    pubHospRfomFlag: "0",
    fulamtOwnpayAmt: "0.00",
    overlmtSelfpay: "0.00",
    preselfpayAmt: "0.00",
    inscpScpAmt: total,
    uldLatlnt: CITY_COORDINATES,
    diseinfoList: diagnosesOf(visit),
    feedetailList: visit.lines.map((line) => feeOf(visit, line)),
  };
}

/** 6202 */
export function placeData(
  { profile }: MobileAdapterDeps,
  open: OpenMobile,
  order: { readonly payOrdId: string; readonly payToken: string; readonly mdtrtId: string | null },
): Data {
  const { claim, context } = open.plan;
  return {
    payAuthNo: open.insured.certificateNumber,
    payOrdId: order.payOrdId,
    payToken: order.payToken,
    orgCodg: context.site.code,
    orgBizSer: medOrgOrd(claim.order_id),
    chrgBchno: batchNumber(claim.order_id),
    feeType: profile.feeType,
    mdtrtId: order.mdtrtId,
    acctUsedFlag: "1",
    extData: {},
  };
}

/** 6301 and 6401; by our own number alone while the centre's is not known. */
export function orderData(
  { profile }: MobileAdapterDeps,
  open: OpenMobile,
  order: { readonly payOrdId: string; readonly payToken: string } | null,
): Data {
  return {
    ...orderPerson(profile, open),
    payOrdId: order?.payOrdId ?? "",
    payToken: order?.payToken ?? "",
    orgCodg: open.plan.context.site.code,
    medOrgOrd: medOrgOrd(open.plan.claim.order_id),
  };
}

/** What insurance paid and has to give back, to the fen. */
export interface MovedByInsurance {
  readonly fund: bigint;
  readonly account: bigint;
  readonly other: bigint;
}

/** 6203 of the insurance part, `HI`: no cash goes with it. */
export function refundData(
  { clock, profile }: MobileAdapterDeps,
  open: OpenMobile,
  { row, revsToken, moved }: {
    readonly row: MobileOrderRow;
    readonly revsToken: string | null;
    readonly moved: MovedByInsurance;
  },
): Data {
  const { claim } = open.plan;
  const { fund, account } = moved;
  const isByToken = profile.refundBy === "revs_token" && revsToken !== null;
  return {
    payOrdId: row.pay_ord_id,
    appRefdSn: refundNumber(claim.order_id),
    appRefdTime: chinaTime(clock.now()).replace(/\D/g, ""),
    totlRefdAmt: formatYuan(fund + account),
    psnAcctRefdAmt: formatYuan(account),
    fundRefdAmt: formatYuan(fund),
    cashRefdAmt: "0.00",
    ...(isByToken ? { payAuthNo: revsToken } : { ecToken: open.insured.certificateNumber }),
    refdType: "HI",
    expContent: {},
  };
}

function orderPerson(profile: MobileAdapterDeps["profile"], open: OpenMobile): Data {
  return { idNo: open.idNumber, userName: open.name, idType: profile.idType };
}

function diagnosesOf(visit: ClaimVisit): readonly Data[] {
  return visit.diagnoses.map((diagnosis, index) => ({
    diagType: "1",
    diagSrtNo: String(index + 1),
    diagCode: diagnosis.code,
    diagName: diagnosis.name,
    diagDept: visit.department.name,
    diseDorNo: visit.doctor.code,
    diseDorName: visit.doctor.name,
    diagTime: chinaTime(visit.startedAt),
    valiFlag: "1",
  }));
}

function feeOf(visit: ClaimVisit, line: ClaimLine): Data {
  return {
    feedetlSn: line.lineNumber,
    medinsListCodg: line.itemCode,
    medListCodg: line.catalogueCode,
    detItemFeeSumamt: formatYuan(line.amountFen),
    cnt: line.quantity,
    pric: line.priceYuan,
    feeOcurTime: chinaTime(line.occurredAt),
    rxCircFlag: "0",
    hospApprFlag: "1",
    bilgDeptCodg: visit.department.code,
    bilgDeptName: visit.department.name,
    bilgDrCodg: visit.doctor.code,
    bilgDrName: visit.doctor.name,
  };
}
