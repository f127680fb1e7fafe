import assert from "node:assert/strict";
import { paymentCode } from "../../sandbox/aggregate_pay/payment_code.ts";
import { orderNumberOf } from "../../server/gateways/aggregate_pay/order_number.ts";
import type { TenderContext } from "../../server/modules/payment/tender_leg.ts";
import type { Doing, RigStage, Step, TenderRig } from "./tender_rig.ts";
import { worldStage } from "./world_stage.ts";

/** Wallets at the partner bank: the terminal shows a code, or scans the patient's. */

const DOES: readonly Doing[] = [
  "refuses_by_hand",
  "slow_refunds",
  "closed_accounts",
  "wrong_amounts",
  "merchant_moves",
];

export const SHOWN_CODE: TenderRig = {
  name: "aggregate pay, shown code (R-PAY-07)",
  mode: "show_code",
  payers: ["waits"],
  lostAnswer: "done",
  does: new Set([...DOES, "notices"]),
  open: () => openBank({ calls: { ...CALLS, collect: "precreate" }, echo: "query" }),
};

export const SCANNED_CODE: TenderRig = {
  name: "aggregate pay, scanned code (R-PAY-07, R-PAY-14)",
  mode: "scan_code",
  payers: ["pays", "insufficient", "waits"],
  lostAnswer: "done",
  does: new Set(DOES),
  open: () => openBank({ calls: { ...CALLS, close: "revoke" }, echo: "micropay" }),
};

const CALLS: Readonly<Record<Step, string>> = {
  collect: "micropay",
  query: "query",
  close: "close",
  refund: "refund",
  query_refund: "query_refund",
};

const STORIES = { pays: "pays", insufficient: "insufficient", waits: "password_waits" } as const;

async function openBank(
  { calls, echo }: { readonly calls: Readonly<Record<Step, string>>; readonly echo: string },
): Promise<RigStage> {
  const { world, ...stage } = await worldStage();
  let serial = 0;
  const order = (tender: TenderContext) =>
    `/aggregate-pay/sandbox/orders/${orderNumberOf(BANK_PREFIX, tender.tradeId)}`;
  return {
    ...stage,
    present: (payer, { mode }) =>
      mode === "show_code"
        ? null
        : { kind: "code", code: paymentCode("WXPAY", STORIES[payer], ++serial) },
    // Of an order that can no longer be paid the phone says so.
    patientPays: async (tender) => void await world.control(`${order(tender)}/pay`, {}),
    patientRefuses: async (tender) => void await world.control(`${order(tender)}/refuse`, {}),
    lose: (step, kind) => void world.faults.plan("aggregate_pay", calls[step], { kind }),
    wrongAmount(where, byFen) {
      const call = where === "echo" ? echo : "pay";
      world.faults.plan("aggregate_pay", call, { kind: "wrong_amount", byFen });
    },
    slowRefund: (ms) =>
      void world.faults.plan("aggregate_pay", "refund", { kind: "slow_refund", ms }),
    closedAccount() {
      world.faults.plan("aggregate_pay", "refund", { kind: "account_closed" });
      return Promise.resolve(() => Promise.resolve());
    },
    refuseRefund: () =>
      void world.faults.plan("aggregate_pay", "refund", { kind: "refuse", text: "系统维护" }),
    async books(tender) {
      const { orders } = await (await world.control("/aggregate-pay/sandbox/orders")).json();
      const number = orderNumberOf(BANK_PREFIX, tender.tradeId);
      const found = orders.find((one: { number: string }) => one.number === number);
      return { paid: BigInt(found?.paidFen ?? 0), refunded: BigInt(found?.refundedFen ?? 0) };
    },
    async notify(tender) {
      assert.equal((await world.control(`${order(tender)}/notify`, {})).status, 200);
      await world.work();
    },
  };
}

/** `aggregate_pay.order_prefix` of the development configuration. */
const BANK_PREFIX = "YKT1";
