import type { Kysely, Transaction } from "kysely";
import type { Clock } from "../../../../platform/clock.ts";
import { type Actor, systemActor } from "../../actor.ts";
import type { AuditWriter } from "../../record_events.ts";
import { storedActor } from "../../stored_actor.ts";
import type { AuditTables } from "../../tables.ts";
import { exportedEvent } from "./exported_event.ts";
import { expireExport, type ExportRow, interruptExport, listLeftExports } from "./store.ts";
import type { AuditExportTables } from "./tables.ts";

export interface SweepExportsDeps {
  readonly db: Kysely<AuditTables & AuditExportTables>;
  readonly clock: Clock;
  readonly audit: AuditWriter;
}

/** A reader that stands still so long is taken for gone, as is a process that died. */
const SILENT_MS_MAX = 15 * 60_000;
/** Of one round. */
const EXPORTS_MAX = 100;

/**
 * Every export that was begun gets the event that ends it: those whose process died, and those
 * nobody fetched. No file is left of either: an export is made while it is fetched.
 */
export async function sweepExports({ db, clock, audit }: SweepExportsDeps): Promise<void> {
  const now = clock.now();
  const silentSince = new Date(now.getTime() - SILENT_MS_MAX);
  for (const { id, state } of await listLeftExports(db, { now, silentSince, limit: EXPORTS_MAX })) {
    const end = (tx: Transaction<AuditExportTables>) =>
      state === "waiting"
        ? expireExport(tx, { id, now })
        : interruptExport(tx, { id, silentSince, now });
    await db.transaction().execute(async (tx) => {
      const ended = await end(tx);
      if (ended) await audit.record(tx, requesterOf(ended), [exportedEvent(ended)]);
    });
  }
}

function requesterOf({ requested_by }: ExportRow): Actor {
  return requested_by === null ? systemActor("audit_export") : storedActor(requested_by);
}
