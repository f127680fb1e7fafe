import type { RefundView } from "../../../server/modules/refund/contract.ts";
import type { RefundFlow } from "../../flows/refund/model.ts";
import { settle } from "../../testing/manual_timers.ts";
import { CARD, ORDER_ID } from "../../testing/people.ts";
import { REFUND, REFUNDABLE } from "../../testing/refunds.ts";
import { yes } from "../../testing/scripted_terminal.ts";
import type { Scene, Stage } from "../stage.ts";

export const REFUND_SCENES: Readonly<Record<string, Scene>> = {
  "refund-list": refunding,
  "refund-empty": (stage) => {
    stage.terminal.script({ refundables: [yes({ orders: [] })] });
    return refunding(stage);
  },
  "refund-barred": async (stage) => {
    stage.terminal.script({ refundable: [yes({ ...REFUNDABLE, bars: ["rendered"] })] });
    await openRefund(stage);
  },
  "refund-choose": openRefund,
  "refund-why": async (stage) => {
    await openRefund(stage);
    refundFlow(stage)?.next();
  },
  "refund-confirm": toRefundConfirm,
  "refund-returning": (stage) => confirmRefund(stage, { ...REFUND, state: "returning" }),
  "refund-returned": (stage) => confirmRefund(stage, REFUND),
  "refund-refused": (stage) => confirmRefund(stage, { ...REFUND, state: "refused", parts: [] }),
  "refund-asked": (stage) => confirmRefund(stage, { ...REFUND, state: "asked", parts: [] }),
  "refund-everything": (stage) => confirmRefund(stage, { ...REFUND, gaveEverything: true }),
  "refund-registration": (stage) => {
    stage.terminal.script({ refundable: [yes({ ...REFUNDABLE, kind: "registration" })] });
    return toRefundConfirm(stage);
  },
  "refund-attention": (stage) =>
    confirmRefund(stage, { ...REFUND, state: "needs_attention", parts: [] }),
};

async function refunding(stage: Stage): Promise<void> {
  stage.terminal.emit({ kind: "credential", credential: CARD });
  await settle();
  stage.kiosk.refunds();
  await settle();
}

function refundFlow({ kiosk }: Stage): RefundFlow | null {
  const step = kiosk.step.value;
  return step.kind === "refund" ? step.flow : null;
}

async function openRefund(stage: Stage): Promise<void> {
  await refunding(stage);
  await refundFlow(stage)?.open(ORDER_ID);
}

async function toRefundConfirm(stage: Stage): Promise<void> {
  await openRefund(stage);
  refundFlow(stage)?.next();
  refundFlow(stage)?.because("not_wanted");
}

async function confirmRefund(stage: Stage, view: RefundView): Promise<void> {
  stage.terminal.script({ requestRefund: [yes({ id: view.id, view })] });
  await toRefundConfirm(stage);
  await refundFlow(stage)?.confirm();
  await settle();
}
