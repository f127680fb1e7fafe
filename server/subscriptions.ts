import { insuranceReported, tradeReported } from "./modules/checkout/act_on_order.ts";
import { INSURANCE_REPORTED, TRADE_REPORTED } from "./modules/payment/events.ts";
import { invariant } from "./platform/errors.ts";
import type { EventHandler } from "./platform/outbox.ts";
import type { Services } from "./services.ts";

/** Event → handlers: the only place where modules meet upward. */
export function subscriptions(services: Services): Readonly<Record<string, EventHandler[]>> {
  const { platform } = services;
  return {
    [TRADE_REPORTED]: [async ({ payload }) => {
      const { orderId, tradeId } = payload;
      invariant(
        typeof orderId === "string" && typeof tradeId === "string",
        "a reported trade names its order",
      );
      await tradeReported(services.checkout, { orderId, tradeId });
    }],
    [INSURANCE_REPORTED]: [async ({ key }) => {
      await insuranceReported(services.checkout, key);
    }],
    "checkout.completed": [count(services, "completed")],
    "checkout.unwound": [count(services, "unwound")],
    "checkout.needs_attention": [
      count(services, "needs_attention"),
      ({ key }) => {
        platform.log.error("Order needs a person", { orderId: key });
        return Promise.resolve();
      },
    ],
  };
}

function count({ platform }: Services, end: string): EventHandler {
  return () => {
    platform.metrics.count("yikatong_orders_total", { end });
    return Promise.resolve();
  };
}
