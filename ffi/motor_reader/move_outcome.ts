import type { Completion } from "../contract.ts";
import type { CardPosition, MoveFailure } from "./contract.ts";
import type { MotorPlace, MotorRefusal, MotorReply } from "./motor_model.ts";

/**
 * What came of a move, by what the reader said and, where that was lost or speaks against what can
 * be seen, by where the card is now (`after`; null when nobody answers). A move whose end nobody
 * knows is a `timeout`, never a failure of the card.
 */
export function moveOutcome(
  to: MotorPlace,
  reply: MotorReply<null>,
  after: CardPosition | null,
): Completion<null, MoveFailure> {
  if (reply.kind === "said") return { kind: "done", value: null };
  if (after === "jammed") return { kind: "failed", reason: "jammed" };
  if (reply.kind === "refused") {
    return hasLeft(to, after) ? DONE : { kind: "failed", reason: failureOf(reply.reason) };
  }
  if (hasLeft(to, after) || isInside(to) && after === "held") return DONE;
  return { kind: "failed", reason: isInside(to) && after === "none" ? "no_media" : "timeout" };
}

/** As the contract names it; a reader that still wants its initialisation after one is broken. */
export function failureOf(reason: MotorRefusal): MoveFailure | "hardware_error" {
  return reason === "not_initialised" || reason === "unreadable" ? "hardware_error" : reason;
}

const DONE = { kind: "done", value: null } as const;

function isInside(to: MotorPlace): boolean {
  return to === "contact" || to === "contactless";
}

/** At the slot the patient may have taken it before anybody looked. */
function hasLeft(to: MotorPlace, after: CardPosition | null): boolean {
  if (to === "bin") return after === "none";
  return to === "slot" && (after === "gate" || after === "none");
}
