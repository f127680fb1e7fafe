import { reasonOf } from "../../platform/errors.ts";
import { type DriveDeps, driveOrder } from "./drive_order.ts";
import type { OrderKey } from "./order.ts";
import { postponeOrder, selectDue } from "./store.ts";

/** Orders one round takes, and how many are driven at once. */
const ROUND_ORDERS_MAX = 40;
const DRIVES_AT_ONCE = 8;
const POSTPONE_MS = 60_000;

/**
 * Drives every order whose time has come: lost answers, patients who left, processes that died.
 * Any number of workers may run; each order is claimed before it is touched.
 */
export async function driveDueOrders(deps: DriveDeps): Promise<number> {
  const due = await selectDue(deps.db, { now: deps.clock.now(), limit: ROUND_ORDERS_MAX });
  const queue = [...due];
  await Promise.all(Array.from({ length: DRIVES_AT_ONCE }, async () => {
    for (let key = queue.shift(); key && !deps.stopping.aborted; key = queue.shift()) {
      try {
        await driveOrder(deps, key);
      } catch (thrown) {
        deps.log.error("Order not driven", { orderId: key.id, why: reasonOf(thrown) });
        await postpone(deps, key);
      }
    }
  }));
  return due.length;
}

/** An order that cannot be driven stands back, so that it does not fill every round. */
async function postpone(deps: DriveDeps, key: OrderKey): Promise<void> {
  const now = deps.clock.now();
  const until = new Date(now.getTime() + POSTPONE_MS);
  try {
    await deps.db.transaction().execute((tx) => postponeOrder(tx, { key, now, until }));
  } catch (thrown) {
    deps.log.error("Order not postponed", { orderId: key.id, why: reasonOf(thrown) });
  }
}
