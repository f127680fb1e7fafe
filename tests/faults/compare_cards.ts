import type { OwnBooks } from "./own_books.ts";
import type { OwnBatch } from "./own_cards.ts";
import type { PartyBooks } from "./party_books.ts";

/** The host's accounts against its entries, and the days settled with it (0500). */
export function compareCards(own: OwnBooks, { cards, batches }: PartyBooks): string[] {
  const agreed = new Map(batches.map(({ id, agrees }) => [id, agrees]));
  const isSettled = ({ id, state }: OwnBatch) => state === "agreed" && agreed.get(id) === true;
  return [
    ...cards.filter(({ gone, booked }) => gone !== booked).map(({ pan, gone, booked }) =>
      `card ${pan}: ${gone} are gone from it, ${booked} were booked`
    ),
    ...own.cardMessages.filter(({ state }) => state === "sending" || state === "reversing").map(
      ({ number, kind, state }) => `card message ${number}: the ${kind} is still ${state}`,
    ),
    ...own.batches.filter((batch) => batch.messages > 0 && !isSettled(batch)).map((batch) =>
      `batch ${batch.id}: ${batch.state} here, ${
        agreed.get(batch.id) === false ? "differs" : "not settled"
      } at the host`
    ),
    ...batches.filter(({ agrees }) => !agrees).map(({ id }) =>
      `batch ${id}: the host counted otherwise`
    ),
  ];
}
