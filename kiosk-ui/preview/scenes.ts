import type { IdentifyReply } from "../../server/modules/identity/contract.ts";
import type { OrderView } from "../../server/modules/checkout/contract.ts";
import type { CardPaymentStep, NoFaceReason, ReadFailure } from "../../terminal/contract.ts";
import type { RefundView } from "../../server/modules/refund/contract.ts";
import type { RelativesFlow } from "../flows/relatives/model.ts";
import type { RefundFlow } from "../flows/refund/model.ts";
import type { KioskModelInstance } from "../flows/kiosk/model.ts";
import type { ManualTimers } from "../testing/manual_timers.ts";
import { settle } from "../testing/manual_timers.ts";
import {
  GIVEN_BACK,
  orderOf,
  QUOTE,
  RECEIPT,
  SELF_PAY_QUOTE,
  VISIT_RECEIPT,
  WAITING_TENDER,
} from "../testing/orders.ts";
import {
  billOf,
  CARD,
  DEPARTMENTS,
  DEVICES,
  HABIT,
  ID_CARD,
  INSURED_TWICE,
  KNOWN,
  ORDER_ID,
  PATIENT,
  RELATIVES,
  SCHEDULES,
  SESSION_ID,
  SETTINGS,
  SLOTS,
  START_MS,
} from "../testing/people.ts";
import { PAID_ORDER, REFUND, REFUNDABLE } from "../testing/refunds.ts";
import { no, type Script, type ScriptedTerminal, yes } from "../testing/scripted_terminal.ts";

export interface Stage {
  readonly kiosk: KioskModelInstance;
  readonly terminal: ScriptedTerminal;
  readonly timers: ManualTimers;
}

export type Scene = (stage: Stage) => Promise<void> | void;

/** A terminal where everything works. */
export const GOOD_TERMINAL: Script = {
  // Later answers are stale: their time stands still and must not set the clock back.
  settings: [yes({ settings: SETTINGS, stale: false }), yes({ settings: SETTINGS, stale: true })],
  identify: [yes(KNOWN)],
  bills: [yes({ bills: [billOf(0), billOf(1, "检验检查"), billOf(2, "中医理疗")] })],
  departments: [yes({ departments: [...DEPARTMENTS], habit: HABIT })],
  schedules: [yes({ schedules: [...SCHEDULES] })],
  slots: [yes({ slots: [...SLOTS] })],
  createOrder: [yes({ id: ORDER_ID, view: null })],
  order: ["never"],
  print: [yes({ kind: "printed" })],
  relatives: [yes({ relatives: [...RELATIVES] })],
  payLink: [yes({
    url: "https://pay.example/m/pay/019aa9149a6070008000000000000002",
    expiresAt: new Date(START_MS + 120_000).toISOString(),
  })],
  refundables: [yes({ orders: [PAID_ORDER] })],
  refundable: [yes(REFUNDABLE)],
  refund: ["never"],
  printRefund: [yes({ kind: "printed" })],
  callStaff: [yes({ number: "12" })],
};

/** Every screen there is, reached the way a patient reaches it. */
export const SCENES: Readonly<Record<string, Scene>> = {
  "home": () => {},
  "home-offline": ({ terminal }) => terminal.emit({ kind: "platform", connection: "unreachable" }),
  "home-connecting": ({ terminal }) =>
    terminal.emit({ kind: "platform", connection: "connecting" }),
  "home-closed": ({ terminal }) =>
    terminal.emit({
      kind: "settings",
      settings: {
        ...SETTINGS,
        services: [
          { service: "pay", open: true, reason: null },
          { service: "register", open: false, reason: "outside_hours" },
        ],
      },
    }),
  "home-power-low": ({ terminal }) =>
    terminal.emit({
      kind: "device",
      status: { device: "ups", state: "battery_low", mediaPresent: false },
    }),
  "attract": ({ timers }) => timers.advance(95_000),
  "suspended": ({ terminal }) =>
    terminal.emit({
      kind: "settings",
      settings: { ...SETTINGS, terminal: { number: "0317", suspended: true } },
    }),
  "suspended-refused": ({ terminal }) => terminal.emit({ kind: "platform", connection: "refused" }),
  "identify": ({ kiosk }) => kiosk.choose("pay"),
  "identify-scanner-down": ({ kiosk, terminal }) => {
    terminal.emit({
      kind: "device",
      status: { device: "scanner", state: "offline", mediaPresent: false },
    });
    kiosk.choose("pay");
  },
  "identify-guide": ({ kiosk }) => {
    kiosk.choose("pay");
    const { step } = kiosk;
    if (step.value.kind === "identify") step.value.flow.showWay("card");
  },
  "identify-reading": (stage) => identified(stage, "never"),
  "identify-removed": (stage) => readFailed(stage, "removed_too_early"),
  "identify-device-failed": (stage) => readFailed(stage, "device_failed"),
  "identify-wrong-way": (stage) => readFailed(stage, "wrong_way_round"),
  "identify-unknown-card": (stage) =>
    identified(stage, { kind: "not_recognised", reason: "unknown_card" }),
  "identify-unavailable": (stage) => identified(stage, { kind: "unavailable", party: "his" }),
  "identify-no-record": (stage) =>
    identified(stage, { kind: "no_record", id: SESSION_ID, patient: PATIENT, canCreate: false }),
  "identify-face": (stage) => {
    withCamera(stage);
    stage.kiosk.choose("pay");
  },
  "identify-face-number": async (stage) => {
    await toFaceNumber(stage, "03");
  },
  "identify-face-reading": async (stage) => {
    stage.terminal.script({ identifyByFace: ["never"] });
    await toFaceNumber(stage, "0312");
    await showFace(stage);
  },
  "identify-face-nobody": (stage) => faceFailed(stage, "nobody"),
  "identify-face-mismatch": (stage) => faceFailed(stage, "mismatch"),
  "identify-code-activating": ({ kiosk }) => {
    kiosk.choose("pay");
    const { step } = kiosk;
    if (step.value.kind === "identify") step.value.flow.showWay("code");
  },
  "profile": newPatient,
  "profile-entering": async (stage) => {
    await newPatient(stage);
    typePhone(stage, "1380013");
  },
  "profile-confirming": async (stage) => {
    await newPatient(stage);
    typePhone(stage, "13800138000");
    const step = stage.kiosk.step.value;
    if (step.kind === "profile") step.flow.check();
  },
  "coverage-unavailable": (stage) =>
    identified(stage, { ...KNOWN, insurance: { status: "unavailable" } }),
  "coverage-not-covered": (stage) =>
    identified(stage, { ...KNOWN, insurance: { status: "not_covered" } }),
  "services": async (stage) => {
    stage.terminal.emit({ kind: "credential", credential: CARD });
    await settle();
  },
  "bills": (stage) => identified(stage, KNOWN),
  "bills-many": (stage) => {
    const bills = Array.from({ length: 23 }, (_, index) => billOf(index));
    stage.terminal.script({ bills: [yes({ bills })] });
    return identified(stage, KNOWN);
  },
  "bills-loading": (stage) => {
    stage.terminal.script({ bills: ["never"] });
    return identified(stage, KNOWN);
  },
  "bills-empty": (stage) => {
    stage.terminal.script({ bills: [yes({ bills: [] })] });
    return identified(stage, KNOWN);
  },
  "bills-refused": (stage) => {
    stage.terminal.script({ bills: [no("billing.his_unavailable")] });
    return identified(stage, KNOWN);
  },
  "bills-detail": async (stage) => {
    await identified(stage, KNOWN);
    const step = stage.kiosk.step.value;
    if (step.kind === "bills") step.flow.open("B0");
  },
  "register": registering,
  "register-schedules": async (stage) => {
    await registering(stage);
    await toSchedules(stage);
  },
  "register-slots": toSlots,
  "register-slot-taken": async (stage) => {
    await toSlots(stage);
    await chooseSlot(stage);
    showOrder(stage, orderOf("returned", { kind: "registration", reason: "checkout.slot_taken" }));
    stage.kiosk.anotherSlot();
    await settle();
  },
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
  "refund-attention": (stage) =>
    confirmRefund(stage, { ...REFUND, state: "needs_attention", parts: [] }),
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
  "bills-schemes": (stage) => identified(stage, INSURED_TWICE),
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
  "order-confirm-relative": async (stage) => {
    stage.terminal.script({ cancel: [yes({ id: ORDER_ID, view: orderOf("returned") })] });
    await toRelatives(stage);
    const step = stage.kiosk.step.value;
    if (step.kind === "relatives") step.flow.choose(RELATIVES[0]);
    await settle();
    showOrder(stage, orderOf("confirm", { quote: { ...QUOTE, relativeFen: "1000" } }));
    await settle();
  },
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
  "order-tender": (stage) => atOrder(stage, orderOf("choose_tender")),
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
  "order-working": (stage) => atOrder(stage, orderOf("working")),
  "order-unknown": (stage) => atOrder(stage, orderOf("unknown")),
  "order-completed": (stage) => atOrder(stage, orderOf("completed", { receipt: RECEIPT })),
  "order-completed-refunds": (stage) =>
    atOrder(
      stage,
      orderOf("completed", {
        receipt: { ...RECEIPT, quote: { ...QUOTE, relativeFen: "1000" } },
        refunds: [GIVEN_BACK, { ...GIVEN_BACK, id: SESSION_ID, state: "returning" }],
      }),
    ),
  "order-completed-visit": async (stage) => {
    await toSlots(stage);
    await chooseSlot(stage);
    cardIn(stage);
    showOrder(stage, orderOf("completed", { kind: "registration", receipt: VISIT_RECEIPT }));
    await settle();
  },
  "order-completed-no-paper": async (stage) => {
    noPaper(stage);
    stage.terminal.script({ print: [yes({ kind: "not_printed", reason: "paper_out" })] });
    await atOrder(stage, orderOf("completed", { receipt: RECEIPT }));
  },
  "order-returning": (stage) => atOrder(stage, orderOf("returning")),
  "order-returned": (stage) =>
    atOrder(stage, orderOf("returned", { reason: "checkout.insurance_refused" })),
  "order-returned-paid": (stage) =>
    atOrder(
      stage,
      orderOf("returned", {
        reason: "checkout.his_refused",
        tender: { ...WAITING_TENDER, state: "paid" },
      }),
    ),
  "order-slot-taken": async (stage) => {
    await toSlots(stage);
    await chooseSlot(stage);
    showOrder(stage, orderOf("returned", { kind: "registration", reason: "checkout.slot_taken" }));
  },
  "order-attention": (stage) => atOrder(stage, orderOf("attention")),
  "order-refused": async (stage) => {
    stage.terminal.script({ createOrder: [no("billing.bill_changed")] });
    await ordered(stage);
  },
  "farewell": async (stage) => {
    await atOrder(stage, orderOf("unknown"));
    stage.kiosk.end();
    await settle();
  },
  "take-card": async (stage) => {
    await atOrder(stage, orderOf("completed", { receipt: RECEIPT }));
    cardIn(stage);
    stage.kiosk.end();
    await settle();
  },
  "card-left": async (stage) => {
    await identified(stage, KNOWN);
    cardIn(stage);
    stage.kiosk.end();
    await stage.timers.advance(30_000);
  },
  "card-retained": async (stage) => {
    await identified(stage, KNOWN);
    cardIn(stage);
    stage.kiosk.end();
    await stage.timers.advance(30_000);
    stage.terminal.emit({ kind: "card_retained", number: "0317-261122-143005" });
  },
  "overlay-idle": async (stage) => {
    await identified(stage, KNOWN);
    await stage.timers.advance(46_000);
  },
  "overlay-card-pulled": async (stage) => {
    await identified(stage, KNOWN);
    stage.terminal.emit({ kind: "card_removed" });
  },
  "overlay-leave": async (stage) => {
    await atOrder(stage, orderOf("working"));
    stage.kiosk.leave();
  },
  "overlay-staff": async ({ kiosk }) => {
    await kiosk.callStaff("help");
  },
};

async function toPresent(stage: Stage): Promise<void> {
  await atOrder(stage, orderOf("confirm", { reason: "insurance.token_expired" }));
  stage.kiosk.presentAgain();
}

async function toRelatives(stage: Stage): Promise<void> {
  await toWays(stage);
  void relativesFlow(stage)?.load();
  await settle();
}

async function toWays(stage: Stage): Promise<void> {
  await atOrder(stage, orderOf("confirm"));
  stage.kiosk.changeOrder();
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

async function toOneCode(stage: Stage): Promise<void> {
  await atOrder(stage, orderOf("choose_tender"));
  const step = stage.kiosk.step.value;
  if (step.kind === "order") await step.flow.showOneCode();
}

async function identified(stage: Stage, reply: IdentifyReply | "never"): Promise<void> {
  stage.terminal.script({ identify: [reply === "never" ? "never" : yes(reply)] });
  stage.kiosk.choose("pay");
  stage.terminal.emit({ kind: "credential", credential: CARD });
  await settle();
}

function withCamera({ terminal }: Stage): void {
  const camera = { device: "insurance_terminal", state: "online", mediaPresent: false } as const;
  terminal.emit({ kind: "device", status: camera });
}

async function toFaceNumber(stage: Stage, number: string): Promise<void> {
  withCamera(stage);
  stage.kiosk.choose("pay");
  const step = stage.kiosk.step.value;
  if (step.kind !== "identify") return;
  step.flow.showWay("face");
  for (const key of number) step.flow.type(key);
  await settle();
}

async function showFace(stage: Stage): Promise<void> {
  const step = stage.kiosk.step.value;
  if (step.kind === "identify") void step.flow.showFace();
  await settle();
}

async function faceFailed(stage: Stage, reason: NoFaceReason): Promise<void> {
  stage.terminal.script({ identifyByFace: [yes({ kind: "no_face", reason })] });
  await toFaceNumber(stage, "0312");
  await showFace(stage);
}

async function changedMedium(stage: Stage): Promise<void> {
  await atOrder(stage, orderOf("confirm"));
  stage.terminal.script({ cancel: [yes({ id: ORDER_ID, view: orderOf("returned") })] });
  const step = stage.kiosk.step.value;
  if (step.kind === "order") await step.flow.change({ kind: "medium" });
}

async function newPatient(stage: Stage): Promise<void> {
  stage.terminal.script({
    identify: [yes({ kind: "no_record", id: SESSION_ID, patient: PATIENT, canCreate: true })],
  });
  stage.kiosk.choose("pay");
  stage.terminal.emit({ kind: "credential", credential: ID_CARD });
  await settle();
}

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

function typePhone(stage: Stage, digits: string): void {
  const step = stage.kiosk.step.value;
  if (step.kind !== "profile") return;
  step.flow.start();
  for (const digit of digits) step.flow.press(digit);
}

function readFailed({ kiosk, terminal }: Stage, reason: ReadFailure) {
  kiosk.choose("pay");
  terminal.emit({ kind: "read_failed", device: "card_reader", reason });
}

function cardIn({ terminal }: Stage): void {
  terminal.emit({
    kind: "device",
    status: { device: "card_reader", state: "online", mediaPresent: true },
  });
}

function noPaper({ terminal }: Stage): void {
  terminal.emit({
    kind: "device",
    status: { device: "receipt_printer", state: "paper_out", mediaPresent: false },
  });
}

async function ordered(stage: Stage): Promise<void> {
  await identified(stage, KNOWN);
  const step = stage.kiosk.step.value;
  if (step.kind === "bills") step.flow.pay();
  await settle();
}

async function atOrder(stage: Stage, order: OrderView): Promise<void> {
  await ordered(stage);
  showOrder(stage, order);
  await settle();
}

const CARD_UNTIL = START_MS + 60_000;

function withCards(stage: Stage): void {
  padIs(stage, "online");
  const tenderModes = ["show_code", "scan_code", "card", "citizen_code"] as const;
  stage.terminal.emit({
    kind: "settings",
    settings: { ...SETTINGS, tenderModes: [...tenderModes] },
  });
}

function padIs({ terminal }: Stage, state: "online" | "tampered"): void {
  terminal.emit({ kind: "device", status: { device: "pin_pad", state, mediaPresent: false } });
}

async function atCard(stage: Stage, at: CardPaymentStep): Promise<void> {
  withCards(stage);
  await atOrder(stage, orderOf("choose_tender"));
  const step = stage.kiosk.step.value;
  if (step.kind === "order") await step.flow.payByCard();
  stage.terminal.emit({ kind: "card_payment", orderId: ORDER_ID, step: at });
  await settle();
}

function showOrder({ terminal }: Stage, order: OrderView): void {
  terminal.emit({ kind: "order", order });
}

async function registering(stage: Stage): Promise<void> {
  stage.kiosk.choose("register");
  stage.terminal.emit({ kind: "credential", credential: CARD });
  await settle();
}

async function toSchedules(stage: Stage): Promise<void> {
  const step = stage.kiosk.step.value;
  const department = DEPARTMENTS[0];
  if (step.kind === "register" && department) await step.flow.chooseDepartment(department);
}

async function toSlots(stage: Stage): Promise<void> {
  await registering(stage);
  await toSchedules(stage);
  const step = stage.kiosk.step.value;
  const schedule = SCHEDULES[0];
  if (step.kind === "register" && schedule) await step.flow.chooseSchedule(schedule);
}

async function chooseSlot(stage: Stage): Promise<void> {
  const step = stage.kiosk.step.value;
  const slot = SLOTS[0];
  if (step.kind === "register" && slot) step.flow.chooseSlot(slot);
  await settle();
}

/** A kiosk that has started on a terminal whose devices all work. */
export async function openStage(stage: Stage): Promise<void> {
  stage.terminal.emit({ kind: "hello", devices: DEVICES, platform: "connected", dev: false });
  await stage.kiosk.start();
}
