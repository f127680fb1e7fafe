import type { OwnBooks } from "./own_books.ts";
import type { PartyBooks } from "./party_books.ts";

/** A registration that stands has its slot, any other has left it to others. */
export function compareSlots(own: OwnBooks, { holds }: PartyBooks): string[] {
  const orders = new Map(own.orders.map((order) => [order.id, order]));
  const returned = new Set(
    own.orders.filter(({ id, root, state }) => id !== root && state === "completed")
      .map(({ root }) => root),
  );
  const states = new Map(holds.map(({ orderId, state }) => [orderId, state]));
  const registrations = own.orders.filter(({ kind }) => kind === "registration");
  return [
    ...holds.filter(({ orderId, state }) => state !== "released" && !orders.has(orderId)).map(
      ({ orderId, state }) => `slot ${state} for ${orderId}, which is no order of ours`,
    ),
    ...registrations.flatMap(({ id, state }) => {
      const wanted = state === "completed" && !returned.has(id) ? "posted" : "released";
      const slot = states.get(id) ?? "released";
      return slot === wanted ? [] : [`order ${id}: its slot is ${slot}, expected ${wanted}`];
    }),
  ];
}
