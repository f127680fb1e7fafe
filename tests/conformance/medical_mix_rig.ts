import { SITE, STAGE_TIME } from "../../server/modules/insurance/claim_stage_test.ts";
import type { TenderChannel } from "../../server/modules/payment/channel.ts";
import { medicalMixChannel } from "../../server/modules/payment/channels/medical_mix.ts";
import { newId } from "../../server/platform/ids.ts";
import { testDb } from "../db.ts";
import { openMobileStage } from "./insurance_mobile_rig.ts";
import type { RigStage, Step, TenderRig } from "./tender_rig.ts";

/** The cash part of an order at the centre for mobile payment, after insurance has settled. */
export const MEDICAL_MIX: TenderRig = {
  name: "medical mix, on the phone (R-PAY-09, R-PAY-12)",
  mode: "medical_mix",
  payers: ["waits"],
  lostAnswer: "done",
  does: new Set(),
  open: openWallet,
};

const CALLS: Readonly<Record<Step, string>> = {
  collect: "place",
  query: "query",
  close: "close",
  refund: "refund",
  query_refund: "query_refund",
};

async function openWallet(): Promise<RigStage> {
  const own = await testDb(STAGE_TIME);
  const on = await openMobileStage(own);
  const { faults, deps: { clock } } = on.stage;
  const none: TenderChannel = {
    collect: unused,
    query: unused,
    close: unused,
    refund: unused,
    queryRefund: unused,
  };
  const channel = medicalMixChannel({
    ...on.deps,
    institutionOf: () => Promise.resolve({ name: SITE.name, code: SITE.code, cityId: "441900" }),
  });
  const numberOf = (tradeId: string) => `T${tradeId.replaceAll("-", "")}`;
  return {
    db: own.db,
    clock: { now: () => clock.now(), advance: () => {} },
    faults,
    channels: { aggregate_pay: none, card_host: none, citizen_code: none, medical_mix: channel },
    place: { institutionId: newId(STAGE_TIME), terminalNumber: "0317", merchant: SITE.code },
    async newOrder() {
      const order = await on.newOrder();
      await on.ask(order, "prepare");
      await on.ask(order, "perform");
      return order.orderId;
    },
    present: () => null,
    async patientPays({ tradeId }) {
      const path = `/sandbox/mixes/${numberOf(tradeId)}/pay`;
      await on.sandbox.app.request(path, { method: "POST" });
    },
    lose: (step, kind) => void faults.plan("mobile_insurance", CALLS[step], { kind }),
    wrongAmount: () => {},
    refuseRefund: () =>
      void faults.plan("mobile_insurance", "refund", { kind: "refuse", text: "系统维护" }),
    async books({ tradeId }) {
      const { mixes } = await (await on.sandbox.app.request("/sandbox/orders")).json();
      const mix = mixes.find((one: { outTradeNo: string }) => one.outTradeNo === numberOf(tradeId));
      const isPaid = mix?.status === "SUCCESS" || mix?.status === "REFUND";
      return isPaid
        ? { paid: BigInt(mix.cashFen), refunded: BigInt(mix.refundedFen) }
        : { paid: 0n, refunded: 0n };
    },
    async [Symbol.asyncDispose]() {
      await on[Symbol.asyncDispose]();
      await own[Symbol.asyncDispose]();
    },
  };
}

function unused(): never {
  throw new Error("Cannot ask this channel: the rig has the wallet alone");
}
