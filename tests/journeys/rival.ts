import assert from "node:assert/strict";
import { findTerminal } from "../../server/modules/fleet/register_terminals.ts";
import { newId } from "../../server/platform/ids.ts";
import type { Journey } from "./journey.ts";

/** Somebody else at another screen takes the slot, and goes on to think about the fee. */
export async function takeSlot(
  { stack, person }: Pick<Journey, "stack" | "person">,
  wanted: { readonly story: string; readonly scheduleId: string; readonly slotId: string },
): Promise<void> {
  const terminal = await findTerminal({ db: stack.db }, { number: "0001" });
  assert.ok(terminal);
  const { idNumber, name, idCardValidUntil: validUntil } = person(wanted.story);
  const identificationId = newId(stack.clock.now());
  const call = async (path: string, body: unknown) => {
    const reply = await fetch(`${stack.platformUrl}/api/terminal/v1${path}`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${stack.secrets.terminalToken}`,
        "x-terminal-id": terminal.id,
        "content-type": "application/json",
      },
      body: JSON.stringify(body),
    });
    const text = await reply.text();
    assert.ok(reply.ok, text);
    return JSON.parse(text);
  };
  const credential = { kind: "id_card", idNumber, name, validUntil };
  await call("/identifications", { id: identificationId, credential });
  const { scheduleId, slotId } = wanted;
  const order = await call("/orders", {
    id: newId(stack.clock.now()),
    identificationId,
    payable: { kind: "registration", scheduleId, slotId },
    settlement: "self_pay",
  });
  assert.equal(order.stage, "confirm", JSON.stringify(order));
}
