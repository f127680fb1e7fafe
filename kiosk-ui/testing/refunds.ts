import type { Refundable, RefundView } from "../../server/modules/refund/contract.ts";
import type { PaidOrder } from "../flows/refund/model.ts";
import { ORDER_ID, PATIENT, START_MS } from "./people.ts";

const PAID_AT = new Date(START_MS - 3_600_000).toISOString();

export const REFUND_ID = "019aa914-9a60-7000-8000-000000000005";

export const PAID_ORDER: PaidOrder = {
  orderId: ORDER_ID,
  orderNumber: "A03172",
  title: "门诊费用",
  kind: "bills",
  paidAt: PAID_AT,
  totalFen: "18555",
  refundId: null,
};

export const REFUNDABLE: Refundable = {
  orderId: ORDER_ID,
  orderNumber: "A03172",
  title: "门诊费用",
  kind: "bills",
  paidAt: PAID_AT,
  valueFen: "6580",
  cashFen: "1515",
  insuranceFen: "5065",
  lines: [
    line(0, "苯磺酸氨氯地平片", "3620", "open"),
    line(1, "阿托伐他汀钙片", "2960", "open"),
    line(2, "心电图检查", "4000", "rendered"),
  ],
  wholeOnly: false,
  bars: [],
  needsApproval: false,
};

function line(
  place: number,
  name: string,
  amountFen: string,
  state: "open" | "rendered",
): Refundable["lines"][number] {
  return { place, name, quantity: "2", amountFen, state };
}

export const REFUND: RefundView = {
  id: REFUND_ID,
  number: "R03172",
  orderId: ORDER_ID,
  orderNumber: "A03172",
  title: "门诊费用",
  state: "returned",
  why: "not_wanted",
  askedBy: "patient",
  askedAt: new Date(START_MS).toISOString(),
  endedAt: new Date(START_MS).toISOString(),
  valueFen: "6580",
  lines: [{ name: "阿托伐他汀钙片", quantity: "4", amountFen: "2960" }],
  parts: [
    part("account", "1065", null),
    part("cash", "1515", "微信支付"),
  ],
  keptFen: "0",
  keptCashFen: "0",
  gaveEverything: false,
  reason: null,
  slip: {
    institution: "南城街道社区卫生服务中心",
    terminalNumber: "0317",
    maskedName: PATIENT.maskedName,
    maskedIdNumber: PATIENT.maskedIdNumber,
  },
};

function part(
  way: "account" | "cash",
  amountFen: string,
  to: string | null,
): RefundView["parts"][number] {
  return { way, amountFen, state: "returned", to, reference: null, arrives: "at_once" };
}
