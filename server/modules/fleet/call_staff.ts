import type { Kysely } from "kysely";
import { timeOfId } from "../../platform/ids.ts";
import type { Log } from "../../platform/log.ts";
import type { CallStaffBody } from "./contract.ts";
import { insertStaffCall } from "./store.ts";
import type { FleetTables } from "./tables.ts";
import type { Terminal } from "./terminal.ts";

/** Records that a patient asks for staff; resent calls are one call. */
export async function callStaff(
  deps: { readonly db: Kysely<FleetTables>; readonly log: Log },
  terminal: Terminal,
  body: CallStaffBody,
): Promise<void> {
  const isNew = await deps.db.transaction().execute((tx) =>
    insertStaffCall(tx, {
      id: body.id,
      at: timeOfId(body.id),
      institution_id: terminal.institutionId,
      terminal_id: terminal.id,
      reason: body.reason,
      order_id: body.orderId,
    })
  );
  if (isNew) {
    deps.log.warn("Staff called", {
      terminal: terminal.number,
      reason: body.reason,
      orderId: body.orderId,
    });
  }
}
