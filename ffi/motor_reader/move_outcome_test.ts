import assert from "node:assert/strict";
import type { CardPosition } from "./contract.ts";
import type { MotorPlace, MotorRefusal, MotorReply } from "./motor_model.ts";
import { moveOutcome } from "./move_outcome.ts";

const PLACES: readonly MotorPlace[] = ["contact", "contactless", "slot", "bin"];
const SEEN: readonly (CardPosition | null)[] = ["none", "gate", "held", "jammed", "unknown", null];
const REFUSALS: readonly MotorRefusal[] = [
  "no_media",
  "jammed",
  "bin_full",
  "not_supported",
  "refused",
  "hardware_error",
  "unreadable",
  "not_initialised",
];

/** A lost answer: what is seen afterwards decides, and where nothing is seen nothing is claimed. */
const LOST: Readonly<Record<MotorPlace, readonly string[]>> = {
  contact: ["no_media", "timeout", "done", "jammed", "timeout", "timeout"],
  contactless: ["no_media", "timeout", "done", "jammed", "timeout", "timeout"],
  slot: ["done", "done", "timeout", "jammed", "timeout", "timeout"],
  bin: ["done", "timeout", "timeout", "jammed", "timeout", "timeout"],
};

Deno.test("a lost answer is answered by where the card is, for every place and sight", () => {
  for (const to of PLACES) {
    assert.deepEqual(SEEN.map((after) => outcome(to, { kind: "lost" }, after)), LOST[to]);
  }
});

Deno.test("what the reader said it did is done", () => {
  for (const to of PLACES) {
    for (const after of SEEN) {
      assert.equal(outcome(to, { kind: "said", value: null }, after), "done");
    }
  }
});

Deno.test("a refusal stands, unless the card is seen to be there already", () => {
  for (const reason of REFUSALS) {
    const reply: MotorReply<null> = { kind: "refused", reason };
    assert.equal(outcome("bin", reply, "none"), "done");
    assert.equal(outcome("slot", reply, "gate"), "done");
    assert.equal(outcome("contact", reply, "jammed"), "jammed");
    const told = reason === "unreadable" || reason === "not_initialised"
      ? "hardware_error"
      : reason;
    assert.equal(outcome("contact", reply, "held"), told);
    assert.equal(outcome("bin", reply, "held"), told);
    assert.equal(outcome("bin", reply, null), told);
  }
});

function outcome(to: MotorPlace, reply: MotorReply<null>, after: CardPosition | null): string {
  const completion = moveOutcome(to, reply, after);
  return completion.kind === "done" ? "done" : completion.reason;
}
