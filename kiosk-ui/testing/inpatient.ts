import type { DischargeOffer, DischargeView } from "../../server/modules/inpatient/contract.ts";
import type { Stay } from "../flows/inpatient/step.ts";
import { PATIENT } from "./people.ts";
import { REFUND } from "./refunds.ts";

export const DISCHARGE_ID = "019aa914-9a60-7000-8000-000000000006";

export const STAY: Stay = {
  maskedName: PATIENT.maskedName,
  maskedAdmissionNumber: "ZY2********001",
  ward: "内科一病区",
  bed: "12 床",
  admittedOn: "2026-11-20",
  state: "admitted",
  balanceFen: "-86350",
  topUp: {
    choices: [
      { id: "suggested", amountFen: "286350", suggested: true },
      { id: "preset-50000", amountFen: "50000", suggested: false },
      { id: "preset-100000", amountFen: "100000", suggested: false },
      { id: "preset-200000", amountFen: "200000", suggested: false },
      { id: "preset-500000", amountFen: "500000", suggested: false },
    ],
    typed: { minFen: "10000", maxFen: "2000000" },
  },
  discharge: null,
};

const OFFER: DischargeOffer = {
  dueFen: "110000",
  hereFen: "70000",
  elsewhereFen: "40000",
  parts: [
    { amountFen: "50000", paidOn: "2026-11-21", to: "微信支付" },
    { amountFen: "20000", paidOn: "2026-11-20", to: "支付宝" },
  ],
  bars: [],
  needsApproval: false,
};

export const SETTLED: Stay = {
  ...STAY,
  state: "settled",
  balanceFen: "110000",
  topUp: null,
  discharge: OFFER,
};

export const DISCHARGE: DischargeView = {
  id: DISCHARGE_ID,
  state: "returned",
  dueFen: "110000",
  hereFen: "70000",
  elsewhereFen: "40000",
  refunds: OFFER.parts.map(({ amountFen, to }, place) => ({
    ...REFUND,
    id: `${REFUND.id.slice(0, -1)}${place + 7}`,
    title: "住院预交金充值",
    why: "discharged",
    valueFen: amountFen,
    lines: [],
    parts: [{
      way: "cash",
      amountFen,
      state: "returned",
      to,
      reference: null,
      arrives: "at_once",
    }],
  })),
};
