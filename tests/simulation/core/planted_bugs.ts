import type { Fact } from "../../../server/modules/checkout/apply.ts";
import { asFen } from "../../../server/platform/money.ts";
import { cash } from "./answers.ts";
import { type Decisions, SOUND } from "./decisions.ts";

/**
 * Mistakes others have made with money, each in place of one sound decision. The platform's own
 * code knows nothing of them; the simulation must find every one.
 */
export const PLANTED_BUGS = {
  treats_unknown_as_failed: {
    ...SOUND,
    apply: (saga, fact, at) => SOUND.apply(saga, failedIfUnknown(fact), at),
  },
  skips_the_row_lock: { ...SOUND, locksRows: false },
  forgets_to_close_at_the_channel: { ...SOUND, closesAtChannel: false },
  applies_a_notice_twice: {
    ...SOUND,
    noticed: ({ leg, amount }) => ({ kind: "answered", leg, ask: "find", answer: cash(amount) }),
    hasMoved: (_before, after) => after.state === "done",
  },
  refunds_without_looking_at_the_remainder: {
    ...SOUND,
    amountToRefund: ({ paid }, wanted) => asFen(wanted === "remainder" ? paid : wanted),
  },
} as const satisfies Record<string, Decisions>;

export type PlantedBug = keyof typeof PLANTED_BUGS;

function failedIfUnknown(fact: Fact): Fact {
  if (fact.kind !== "answered" || fact.answer.kind !== "unknown") return fact;
  return { ...fact, answer: { kind: "refused", code: "timeout", text: "" } };
}
