import { settle } from "../../testing/manual_timers.ts";
import { orderOf, QUOTE, SELF_PAY_QUOTE } from "../../testing/orders.ts";
import { CARD, INSURED_TWICE, KNOWN, ORDER_ID, PATIENT } from "../../testing/people.ts";
import { no, yes } from "../../testing/scripted_terminal.ts";
import { noPaper, showOrder } from "./told.ts";
import { atOrder, chooseSlot, identified, ordered, toSlots, toWays } from "./ways_there.ts";
import type { Scene, Stage } from "../stage.ts";

export const CONFIRM_SCENES: Readonly<Record<string, Scene>> = {
  "order-preparing": ordered,
  "order-confirm": (stage) => atOrder(stage, orderOf("confirm")),
  "order-confirm-registration": async (stage) => {
    await toSlots(stage);
    await chooseSlot(stage);
    showOrder(stage, orderOf("confirm", { kind: "registration", title: "挂号费" }));
  },
  "order-confirm-self-pay": async (stage) => {
    noPaper(stage);
    await atOrder(stage, orderOf("confirm", { settlement: "self_pay", quote: SELF_PAY_QUOTE }));
  },
  "order-confirm-schemes": async (stage) => {
    await identified(stage, INSURED_TWICE);
    const step = stage.kiosk.step.value;
    if (step.kind === "bills") {
      step.flow.settleBy({ settlement: "insurance", scheme: "410" });
      step.flow.pay();
    }
    await settle();
    showOrder(stage, orderOf("confirm"));
  },
  "order-confirm-pin": (stage) =>
    atOrder(stage, orderOf("confirm", { reason: "insurance.pin_needed" })),
  "order-present-again": toPresent,
  "order-present-stranger": async (stage) => {
    stage.terminal.script({ present: [no("identity.another_person")] });
    await toPresent(stage);
    stage.terminal.emit({ kind: "credential", credential: CARD });
    await settle();
  },
  "order-ways": toWays,
  "order-ways-schemes": async (stage) => {
    await identified(stage, INSURED_TWICE);
    const step = stage.kiosk.step.value;
    if (step.kind === "bills") step.flow.pay();
    await settle();
    showOrder(stage, orderOf("confirm"));
    stage.kiosk.changeOrder();
  },
  "order-changing": async (stage) => {
    await atOrder(stage, orderOf("confirm"));
    stage.terminal.script({ cancel: ["never"] });
    const step = stage.kiosk.step.value;
    if (step.kind === "order") void step.flow.change({ kind: "medium" });
  },
  "identify-again": changedMedium,
  "identify-again-stranger": async (stage) => {
    await changedMedium(stage);
    const patient = { ...PATIENT, maskedName: "李*", maskedIdNumber: "4419**********0099" };
    stage.terminal.script({ identify: [yes({ ...KNOWN, patient })] });
    stage.terminal.emit({ kind: "credential", credential: CARD });
    await settle();
  },
  "order-confirm-token-over": (stage) =>
    atOrder(stage, orderOf("confirm", { reason: "insurance.token_expired" })),
  "order-token-over": (stage) =>
    atOrder(stage, orderOf("returned", { reason: "insurance.token_expired" })),
  "order-confirm-again": async (stage) => {
    await atOrder(stage, orderOf("confirm"));
    stage.terminal.script({
      confirm: [yes({
        id: ORDER_ID,
        view: orderOf("confirm_again", {
          quote: { ...QUOTE, version: 2, fundFen: "11040", cashFen: "4515" },
        }),
      })],
    });
    const step = stage.kiosk.step.value;
    if (step.kind === "order") await step.flow.confirm();
  },
};

async function toPresent(stage: Stage): Promise<void> {
  await atOrder(stage, orderOf("confirm", { reason: "insurance.token_expired" }));
  stage.kiosk.presentAgain();
}

async function changedMedium(stage: Stage): Promise<void> {
  await atOrder(stage, orderOf("confirm"));
  stage.terminal.script({ cancel: [yes({ id: ORDER_ID, view: orderOf("returned") })] });
  const step = stage.kiosk.step.value;
  if (step.kind === "order") await step.flow.change({ kind: "medium" });
}
