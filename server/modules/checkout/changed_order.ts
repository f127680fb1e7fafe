import type { Kysely } from "kysely";
import type { Clock } from "../../platform/clock.ts";
import { DomainError } from "../../platform/errors.ts";
import type { Log } from "../../platform/log.ts";
import { raiseRowAlarm } from "../../platform/row_alarm.ts";
import { rowIdOf } from "../../platform/row_place.ts";
import { systemActor } from "../audit/actor.ts";
import type { AuditWriter } from "../audit/record_events.ts";
import type { CheckoutDb } from "./legs.ts";
import { ORDER_CHANGED, type OrderKey } from "./order.ts";
import { ORDER_TAGGED } from "./tables.ts";

export interface ChangedOrderDeps {
  readonly db: Kysely<CheckoutDb>;
  readonly clock: Clock;
  readonly log: Log;
  readonly audit: AuditWriter;
}

/**
 * Work on an order. When its rows turn out to be changed past the platform, people are told before
 * that is thrown on: once, until a check of all rows finds them mended.
 */
export async function tellingChanged<Value>(
  deps: ChangedOrderDeps,
  key: OrderKey,
  work: () => Promise<Value>,
): Promise<Value> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof DomainError && thrown.code === ORDER_CHANGED) await tell(deps, key);
    throw thrown;
  }
}

async function tell({ db, clock, log, audit }: ChangedOrderDeps, key: OrderKey): Promise<void> {
  const { table } = ORDER_TAGGED;
  const rowId = rowIdOf([key.id, key.at]);
  const isNew = await db.transaction().execute(async (tx) => {
    const alarm = { table_name: table, row_id: rowId, found_at: clock.now() };
    if (!await raiseRowAlarm(tx, alarm)) return false;
    await audit.record(tx, systemActor("orders"), [{
      kind: "platform.integrity_broken",
      result: "failed",
      reason: "changed",
      objectId: rowId,
      orderId: key.id,
      fields: { table, rowId },
    }]);
    return true;
  });
  if (isNew) log.error("Order was changed past the platform", { orderId: key.id });
}
