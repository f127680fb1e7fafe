import type { KioskStep } from "./step.ts";
import type { IdentifyStep } from "../identify/model.ts";
import { waitsForOthers } from "../order/step.ts";

/** Home turns to the attract screen after this long without a touch. */
export const ATTRACT_AFTER_MS = 90_000;
/** How long the screen asks to take the card before staff are told. */
export const TAKE_CARD_MS = 25_000;
/** Closing words stay this long when there is no card to take. */
export const FAREWELL_MS = 6_000;

/** For the card's owner, should they come back after all. */
export const CARD_RETAINED_MS = 60_000;

/** What a pause does on this screen: `stand` means that the patient is waiting, not gone. */
export type IdleRule = "stand" | "attract" | "activating" | "end";

/** How long a patient may look for a code on the phone, or activate one there. */
export const ACTIVATE_MS_MAX = 6 * 60_000;
export const ACTIVATE_WARN_MS = 20_000;

export function idleRuleOf(step: KioskStep): IdleRule {
  switch (step.kind) {
    case "starting":
    case "unreachable":
    case "suspended":
    case "attract":
    case "farewell":
    case "card_left":
    case "card_retained":
      return "stand";
    case "home":
      return "attract";
    case "inpatient":
    case "refund":
      return step.flow.step.value.kind === "returning" ? "stand" : "end";
    case "order":
      return waitsForOthers(step.flow.step.value) ? "stand" : "end";
    case "identify":
      return identifyRule(step.flow.step.value);
    case "relatives": {
      const shown = step.flow.step.value;
      return shown.kind === "medium" ? identifyRule(shown.identify.step.value) : "end";
    }
    case "profile":
    case "coverage":
    case "services":
    case "bills":
    case "register":
      return "end";
  }
}

/** Before the camera, or with the phone in hand, nobody touches the screen. */
function identifyRule(step: IdentifyStep): IdleRule {
  if (step.kind === "reading") return "stand";
  return step.kind === "waiting" && step.way === "code" ? "activating" : "end";
}
