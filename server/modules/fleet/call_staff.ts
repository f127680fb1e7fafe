import type { Kysely } from "kysely";
import { timeOfId } from "../../platform/ids.ts";
import type { Log } from "../../platform/log.ts";
import type { Actor } from "../audit/actor.ts";
import type { AuditWriter } from "../audit/record_events.ts";
import type { CallStaffBody } from "./contract.ts";
import { insertStaffCall } from "./store.ts";
import type { FleetDb } from "./tables.ts";
import type { Terminal } from "./terminal.ts";

/** Records that a patient asks for staff; resent calls are one call. */
export async function callStaff(
  deps: { readonly db: Kysely<FleetDb>; readonly log: Log; readonly audit: AuditWriter },
  { terminal, actor }: { readonly terminal: Terminal; readonly actor: Actor },
  body: CallStaffBody,
): Promise<void> {
  const isNew = await deps.db.transaction().execute(async (tx) => {
    const isFirst = await insertStaffCall(tx, {
      id: body.id,
      at: timeOfId(body.id),
      institution_id: terminal.institutionId,
      terminal_id: terminal.id,
      reason: body.reason,
      order_id: body.orderId,
    });
    if (isFirst) {
      await deps.audit.record(tx, actor, [{
        kind: "fleet.staff_called",
        result: "succeeded",
        objectId: terminal.id,
        ...(body.orderId !== null && { orderId: body.orderId }),
        fields: { reason: body.reason },
      }]);
    }
    return isFirst;
  });
  if (isNew) {
    deps.log.warn("Staff called", {
      terminal: terminal.number,
      reason: body.reason,
      orderId: body.orderId,
    });
  }
}
