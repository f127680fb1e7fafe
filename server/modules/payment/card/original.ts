import type { Original } from "../../../gateways/card_host/requests.ts";
import { invariant } from "../../../platform/errors.ts";
import type { Sealer } from "../../../platform/sealer.ts";
import type { CardEntry } from "./card_message.ts";

/** The column that card numbers are sealed for. */
export const PAN_COLUMN = "card_message.pan";

/** A message of the books as a later one names it. */
export async function originalOf(
  { sealer }: { readonly sealer: Sealer },
  entry: CardEntry,
): Promise<Original> {
  invariant(entry.panSealed !== null, "a message that was sent has its card number");
  return {
    speaker: { merchant: entry.merchant, terminal: entry.terminalNumber },
    stan: entry.stan,
    batch: entry.batch,
    amount: entry.amount,
    pan: await sealer.open(PAN_COLUMN, entry.panSealed),
    sequence: entry.cardSequence,
    reference: entry.reference,
    approval: entry.approval,
    hostDate: entry.hostDate,
  };
}
