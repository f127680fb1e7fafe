import type { OrderView, Quote, Receipt } from "../../server/modules/checkout/contract.ts";
import { ORDER_ID, PATIENT, START_MS } from "./people.ts";

export const QUOTE: Quote = {
  version: 1,
  totalFen: "18555",
  fundFen: "12040",
  accountFen: "3000",
  otherFen: "0",
  cashFen: "3515",
  accountBalanceFen: "123080",
};

export const SELF_PAY_QUOTE: Quote = {
  ...QUOTE,
  fundFen: "0",
  accountFen: "0",
  cashFen: "18555",
  accountBalanceFen: null,
};

export function orderOf(stage: OrderView["stage"], change: Partial<OrderView> = {}): OrderView {
  return {
    id: ORDER_ID,
    number: "A03172",
    state: "presettled",
    stage,
    kind: "bills",
    title: "门诊费用",
    settlement: "insurance",
    quote: stage === "preparing" ? null : QUOTE,
    tender: null,
    deadline: null,
    reason: null,
    cancellable: stage === "confirm" || stage === "choose_tender" || stage === "preparing",
    receipt: null,
    ...change,
  };
}

export const GIVEN_BACK: NonNullable<OrderView["refunds"]>[number] = {
  id: ORDER_ID,
  state: "returned",
  fundFen: "1000",
  accountFen: "0",
  cashFen: "500",
  at: new Date(START_MS).toISOString(),
};

/** Waiting for the patient's phone to read the code on the screen. */
export const WAITING_TENDER: NonNullable<OrderView["tender"]> = {
  mode: "show_code",
  state: "waiting_for_patient",
  codeText: "https://pay.example/q/019aa9149a6070008000000000000002",
  expiresAt: new Date(START_MS + 120_000).toISOString(),
  refusal: null,
};

export const RECEIPT: Receipt = {
  orderNumber: "A03172",
  receiptNumber: "S20261122000317",
  institution: "南城街道社区卫生服务中心",
  terminalNumber: "0317",
  maskedName: PATIENT.maskedName,
  maskedIdNumber: PATIENT.maskedIdNumber,
  title: "门诊费用",
  lines: [
    { name: "苯磺酸氨氯地平片", quantity: "2", amountFen: "3620" },
    { name: "阿托伐他汀钙片", quantity: "4", amountFen: "2960" },
  ],
  quote: QUOTE,
  tender: "微信支付",
  tenderReference: "4200001234202611220001",
  insuranceReference: "441900A000001",
  registration: null,
  guidance: ["一楼西药房 3 号窗口取药"],
  paidAt: new Date(START_MS).toISOString(),
};

export const VISIT_RECEIPT: Receipt = {
  ...RECEIPT,
  title: "挂号费",
  registration: {
    department: "全科门诊",
    doctor: "李文慧",
    day: "11月22日",
    time: "上午 09:30",
    number: 9,
    location: "一楼 101 诊室",
  },
  guidance: ["请于2026-11-22 09:30前到一楼东侧全科医学科2诊室候诊", "就诊序号 9 号"],
};
