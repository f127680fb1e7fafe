import type { RelativesFlow } from "../../flows/relatives/model.ts";
import { settle } from "../../testing/manual_timers.ts";
import { orderOf, QUOTE } from "../../testing/orders.ts";
import { CARD, ORDER_ID, RELATIVES } from "../../testing/people.ts";
import { no, yes } from "../../testing/scripted_terminal.ts";
import { showOrder } from "./told.ts";
import { toWays } from "./ways_there.ts";
import type { Scene, Stage } from "../stage.ts";

export const RELATIVES_SCENES: Readonly<Record<string, Scene>> = {
  "order-confirm-relative": async (stage) => {
    stage.terminal.script({ cancel: [yes({ id: ORDER_ID, view: orderOf("returned") })] });
    await toRelatives(stage);
    const step = stage.kiosk.step.value;
    if (step.kind === "relatives") step.flow.choose(RELATIVES[0]);
    await settle();
    showOrder(stage, orderOf("confirm", { quote: { ...QUOTE, relativeFen: "1000" } }));
    await settle();
  },
  "relatives-list": toRelatives,
  "relatives-withdraw": async (stage) => {
    await toRelatives(stage);
    relativesFlow(stage)?.askWithdraw(RELATIVES[0]);
  },
  "relatives-refused": async (stage) => {
    stage.terminal.script({ relatives: [no("insurance.relative_not_taken")] });
    await toRelatives(stage);
  },
  "relatives-loading": async (stage) => {
    stage.terminal.script({ relatives: ["never"] });
    await toRelatives(stage);
  },
  "relatives-notice": toNotice,
  "relatives-relation": async (stage) => {
    await toNotice(stage);
    relativesFlow(stage)?.agree();
  },
  "relatives-days": async (stage) => {
    await toNotice(stage);
    relativesFlow(stage)?.isOf("child");
  },
  "relatives-medium": toRelativesMedium,
  "relatives-medium-refused": async (stage) => {
    stage.terminal.script({ giveConsent: [no("insurance.relative_is_patient")] });
    await toRelativesMedium(stage);
    stage.terminal.emit({ kind: "credential", credential: CARD });
    await settle();
  },
};

async function toRelatives(stage: Stage): Promise<void> {
  await toWays(stage);
  void relativesFlow(stage)?.load();
  await settle();
}

function relativesFlow({ kiosk }: Stage): RelativesFlow | null {
  const step = kiosk.step.value;
  return step.kind === "relatives" ? step.flow : null;
}

async function toNotice(stage: Stage): Promise<void> {
  await toRelatives(stage);
  relativesFlow(stage)?.add();
}

async function toRelativesMedium(stage: Stage): Promise<void> {
  await toNotice(stage);
  relativesFlow(stage)?.isOf("child");
  relativesFlow(stage)?.holds(30);
}
