import assert from "node:assert/strict";
import { paymentCode } from "../../sandbox/aggregate_pay/payment_code.ts";
import { orderNumberOf } from "../../server/gateways/aggregate_pay/order_number.ts";
import type { TenderContext } from "../../server/modules/payment/tender_leg.ts";
import type { World } from "../world.ts";
import type { Step, TenderRig } from "./tender_rig.ts";

/** Wallets at the partner bank: the terminal shows a code, or scans the patient's. */

const shared = {
  lostAnswer: "done",
  wrongAmount(world, where, byFen) {
    const call = where === "echo" ? this.mode === "show_code" ? "query" : "micropay" : "pay";
    world.faults.plan("aggregate_pay", call, { kind: "wrong_amount", byFen });
  },
  slowRefund(world, ms) {
    world.faults.plan("aggregate_pay", "refund", { kind: "slow_refund", ms });
  },
  closedAccount(world) {
    world.faults.plan("aggregate_pay", "refund", { kind: "account_closed" });
  },
  refuseRefund(world) {
    world.faults.plan("aggregate_pay", "refund", { kind: "refuse", text: "系统维护" });
  },
  async books(world, context) {
    const reply = await world.control("/aggregate-pay/sandbox/orders");
    const { orders } = await reply.json();
    const number = numberOf(context);
    const order = orders.find((one: { number: string }) => one.number === number);
    return { paid: BigInt(order?.paidFen ?? 0), refunded: BigInt(order?.refundedFen ?? 0) };
  },
  async patientPays(world, context) {
    // Of an order that can no longer be paid the phone says so.
    await world.control(`/aggregate-pay/sandbox/orders/${numberOf(context)}/pay`, {});
  },
  async patientRefuses(world, context) {
    await world.control(`/aggregate-pay/sandbox/orders/${numberOf(context)}/refuse`, {});
  },
} satisfies Partial<TenderRig> & ThisType<TenderRig>;

export const SHOWN_CODE: TenderRig = {
  ...shared,
  name: "aggregate pay, shown code (R-PAY-07)",
  mode: "show_code",
  payers: ["waits"],
  present: () => null,
  lose: (world, step, what) => loseAt(world, { ...CALLS, collect: "precreate" }[step], what),
  async notify(world, context) {
    const path = `/aggregate-pay/sandbox/orders/${numberOf(context)}/notify`;
    assert.equal((await world.control(path, {})).status, 200);
    await world.work();
  },
};

let serial = 0;

export const SCANNED_CODE: TenderRig = {
  ...shared,
  name: "aggregate pay, scanned code (R-PAY-07, R-PAY-14)",
  mode: "scan_code",
  payers: ["pays", "insufficient", "waits"],
  present: (_world, payer) => ({
    kind: "code",
    code: paymentCode("WXPAY", STORIES[payer], ++serial),
  }),
  lose: (world, step, what) => loseAt(world, { ...CALLS, close: "revoke" }[step], what),
};

const STORIES = { pays: "pays", insufficient: "insufficient", waits: "password_waits" } as const;

const CALLS: Readonly<Record<Step, string>> = {
  collect: "micropay",
  query: "query",
  close: "close",
  refund: "refund",
  query_refund: "query_refund",
};

function loseAt(world: World, call: string, kind: "lose_request" | "lose_answer"): void {
  world.faults.plan("aggregate_pay", call, { kind });
}

function numberOf(context: TenderContext): string {
  return orderNumberOf(BANK_PREFIX, context.tradeId);
}

/** `aggregate_pay.order_prefix` of the development configuration. */
const BANK_PREFIX = "YKT1";
