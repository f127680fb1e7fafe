import { settle } from "../../testing/manual_timers.ts";
import { orderOf } from "../../testing/orders.ts";
import { showOrder } from "./told.ts";
import { chooseSlot, registering, toSchedules, toSlots } from "./ways_there.ts";
import type { Scene } from "../stage.ts";

export const REGISTER_SCENES: Readonly<Record<string, Scene>> = {
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
};
