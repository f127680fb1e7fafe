import { settle } from "../../testing/manual_timers.ts";
import { orderOf, RECEIPT } from "../../testing/orders.ts";
import { KNOWN } from "../../testing/people.ts";
import { cardIn } from "./told.ts";
import { atOrder, identified } from "./ways_there.ts";
import type { Scene } from "../stage.ts";

export const FAREWELL_SCENES: Readonly<Record<string, Scene>> = {
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
