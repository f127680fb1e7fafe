import type { KioskModelInstance } from "../flows/kiosk/model.ts";
import type { ManualTimers } from "../testing/manual_timers.ts";
import {
  billOf,
  DEPARTMENTS,
  DEVICES,
  HABIT,
  KNOWN,
  ORDER_ID,
  RELATIVES,
  SCHEDULES,
  SETTINGS,
  SLOTS,
  START_MS,
} from "../testing/people.ts";
import { PAID_ORDER, REFUNDABLE } from "../testing/refunds.ts";
import { type Script, type ScriptedTerminal, yes } from "../testing/scripted_terminal.ts";

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

/** A kiosk that has started on a terminal whose devices all work. */
export async function openStage(stage: Stage): Promise<void> {
  stage.terminal.emit({ kind: "hello", devices: DEVICES, platform: "connected", dev: false });
  await stage.kiosk.start();
}
