import { settle } from "../../testing/manual_timers.ts";
import {
  GIVEN_BACK,
  orderOf,
  QUOTE,
  RECEIPT,
  VISIT_RECEIPT,
  WAITING_TENDER,
} from "../../testing/orders.ts";
import { SESSION_ID } from "../../testing/people.ts";
import { no, yes } from "../../testing/scripted_terminal.ts";
import { cardIn, noPaper, showOrder } from "./told.ts";
import { atOrder, chooseSlot, ordered, toSlots } from "./ways_there.ts";
import type { Scene } from "../stage.ts";

export const OUTCOME_SCENES: Readonly<Record<string, Scene>> = {
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
};
