import { act, billsOf, createOrder, identifyByCard, payShownCode, settle } from "../visit.ts";
import type { World } from "../world.ts";

const VISITS_MAX = 3;

/** Patients of the city who have a card and bills pay them; how many did. */
export async function payVisits(world: World): Promise<number> {
  let paid = 0;
  for (const { story, card } of world.city.persons) {
    if (story === null || !card || paid >= VISITS_MAX) continue;
    if (await payOne(world, story.id)) paid += 1;
  }
  return paid;
}

async function payOne(world: World, story: string): Promise<boolean> {
  const identificationId = await identifyByCard(world, story).catch(() => null);
  if (identificationId === null) return false;
  const [bill] = await billsOf(world, identificationId).catch(() => []);
  if (!bill) return false;
  const payable = { kind: "bills", billIds: [bill.id] };
  let order = await createOrder(world, { identificationId, payable }).catch(() => null);
  if (order?.stage !== "confirm" || !order.quote) return false;
  order = await act(world, order, "confirm", { quoteVersion: order.quote.version });
  if (order.stage !== "choose_tender") return false;
  order = await act(world, order, "tender", { id: world.id(), mode: "show_code" });
  await payShownCode(world, order);
  return (await settle(world, order)).state === "completed";
}
