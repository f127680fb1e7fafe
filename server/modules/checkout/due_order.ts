import { decide } from "./decide.ts";
import { isClaimed } from "./drive_order.ts";
import { type Order, orderRules, type OrderSite } from "./order.ts";

/** Its next ask is due, or whoever made the last one died, and nobody works on it. */
export function isDue(order: Order, where: OrderSite, now: Date): boolean {
  if (isClaimed(order, now)) return false;
  const next = decide(order.saga, orderRules(where, order), now.getTime());
  switch (next.kind) {
    case "ask":
      return next.notBefore <= now.getTime();
    case "turn_back":
      return true;
    case "patient":
    case "rest":
      return false;
    default:
      return next satisfies never;
  }
}
