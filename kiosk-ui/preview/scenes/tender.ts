import type { CardPaymentStep } from "../../../terminal/contract.ts";
import { settle } from "../../testing/manual_timers.ts";
import { orderOf, WAITING_TENDER } from "../../testing/orders.ts";
import { ORDER_ID, START_MS } from "../../testing/people.ts";
import { forPhones, padIs, showOrder, withCards } from "./told.ts";
import { atOrder } from "./ways_there.ts";
import type { Scene, Stage } from "../stage.ts";

export const TENDER_SCENES: Readonly<Record<string, Scene>> = {
  "order-tender": (stage) => atOrder(stage, orderOf("choose_tender")),
  "order-tender-phone": async (stage) => {
    forPhones(stage);
    await atOrder(stage, orderOf("choose_tender"));
  },
  "order-tender-refused": (stage) =>
    atOrder(
      stage,
      orderOf("choose_tender", { tender: { ...WAITING_TENDER, state: "refused" } }),
    ),
  "order-scan": async (stage) => {
    await atOrder(stage, orderOf("choose_tender"));
    const step = stage.kiosk.step.value;
    if (step.kind === "order") step.flow.scanCode();
  },
  "order-scan-down": async (stage) => {
    await atOrder(stage, orderOf("choose_tender"));
    const step = stage.kiosk.step.value;
    if (step.kind === "order") step.flow.scanCode();
    stage.terminal.emit({
      kind: "device",
      status: { device: "scanner", state: "offline", mediaPresent: false },
    });
  },
  "order-tender-all": async (stage) => {
    withCards(stage);
    await atOrder(stage, orderOf("choose_tender"));
  },
  "order-tender-pad-down": async (stage) => {
    withCards(stage);
    padIs(stage, "tampered");
    await atOrder(stage, orderOf("choose_tender"));
  },
  "order-tender-card-declined": async (stage) => {
    withCards(stage);
    const tender = { ...WAITING_TENDER, mode: "card", state: "refused" } as const;
    const view = orderOf("choose_tender", { tender: { ...tender, refusal: "payment.pin_wrong" } });
    await atOrder(stage, view);
  },
  "order-card-insert": (stage) => atCard(stage, { kind: "waiting_card", until: CARD_UNTIL }),
  "order-card-reading": (stage) => atCard(stage, { kind: "reading" }),
  "order-card-pin": (stage) =>
    atCard(stage, { kind: "pin", digits: 4, until: CARD_UNTIL, skippable: false }),
  "order-card-pin-skippable": (stage) =>
    atCard(stage, { kind: "pin", digits: 0, until: CARD_UNTIL, skippable: true }),
  "order-card-sending": (stage) => atCard(stage, { kind: "sending" }),
  "order-one-code": toOneCode,
  "order-one-code-paying": async (stage) => {
    await toOneCode(stage);
    showOrder(stage, orderOf("pay", { tender: WAITING_TENDER }));
  },
  "order-one-code-refused": async (stage) => {
    await toOneCode(stage);
    showOrder(stage, orderOf("choose_tender", { tender: { ...WAITING_TENDER, state: "refused" } }));
  },
  "order-pay": (stage) => atOrder(stage, orderOf("pay", { tender: WAITING_TENDER })),
  "order-pay-password": (stage) =>
    atOrder(
      stage,
      orderOf("pay", { tender: { ...WAITING_TENDER, mode: "scan_code", state: "password" } }),
    ),
};

async function toOneCode(stage: Stage): Promise<void> {
  forPhones(stage);
  await atOrder(stage, orderOf("choose_tender"));
  const step = stage.kiosk.step.value;
  if (step.kind === "order") await step.flow.showOneCode();
}

const CARD_UNTIL = START_MS + 60_000;

async function atCard(stage: Stage, at: CardPaymentStep): Promise<void> {
  withCards(stage);
  await atOrder(stage, orderOf("choose_tender"));
  const step = stage.kiosk.step.value;
  if (step.kind === "order") await step.flow.payByCard();
  stage.terminal.emit({ kind: "card_payment", orderId: ORDER_ID, step: at });
  await settle();
}
