import type { IdentifyReply } from "../../../server/modules/identity/contract.ts";
import type { OrderView } from "../../../server/modules/checkout/contract.ts";
import { settle } from "../../testing/manual_timers.ts";
import { orderOf } from "../../testing/orders.ts";
import { CARD, DEPARTMENTS, KNOWN, SCHEDULES, SLOTS } from "../../testing/people.ts";
import { yes } from "../../testing/scripted_terminal.ts";
import { showOrder } from "./told.ts";
import type { Stage } from "../stage.ts";

/** The ways of a patient to a screen, which many scenes begin with. */

export async function toWays(stage: Stage): Promise<void> {
  await atOrder(stage, orderOf("confirm"));
  stage.kiosk.changeOrder();
}

export async function identified(stage: Stage, reply: IdentifyReply | "never"): Promise<void> {
  stage.terminal.script({ identify: [reply === "never" ? "never" : yes(reply)] });
  stage.kiosk.choose("pay");
  stage.terminal.emit({ kind: "credential", credential: CARD });
  await settle();
}

export async function ordered(stage: Stage): Promise<void> {
  await identified(stage, KNOWN);
  const step = stage.kiosk.step.value;
  if (step.kind === "bills") step.flow.pay();
  await settle();
}

export async function atOrder(stage: Stage, order: OrderView): Promise<void> {
  await ordered(stage);
  showOrder(stage, order);
  await settle();
}

export async function registering(stage: Stage): Promise<void> {
  stage.kiosk.choose("register");
  stage.terminal.emit({ kind: "credential", credential: CARD });
  await settle();
}

export async function toSchedules(stage: Stage): Promise<void> {
  const step = stage.kiosk.step.value;
  const department = DEPARTMENTS[0];
  if (step.kind === "register" && department) await step.flow.chooseDepartment(department);
}

export async function toSlots(stage: Stage): Promise<void> {
  await registering(stage);
  await toSchedules(stage);
  const step = stage.kiosk.step.value;
  const schedule = SCHEDULES[0];
  if (step.kind === "register" && schedule) await step.flow.chooseSchedule(schedule);
}

export async function chooseSlot(stage: Stage): Promise<void> {
  const step = stage.kiosk.step.value;
  const slot = SLOTS[0];
  if (step.kind === "register" && slot) step.flow.chooseSlot(slot);
  await settle();
}
