import type { Kysely } from "kysely";
import type { Clock } from "../../platform/clock.ts";
import type { Log } from "../../platform/log.ts";
import { raiseRowAlarm, type RowAlarmTables } from "../../platform/row_alarm.ts";
import { systemActor } from "./actor.ts";
import type { AuditWriter } from "./record_events.ts";
import type { AuditTables } from "./tables.ts";

export interface ChangedRowDeps {
  readonly db: Kysely<RowAlarmTables & AuditTables>;
  readonly clock: Clock;
  readonly log: Log;
  readonly audit: AuditWriter;
}

export interface ChangedRow {
  readonly table: string;
  /** As `rowIdOf` writes it. */
  readonly rowId: string;
  /** Name of the job or module that came upon it. */
  readonly by: string;
  readonly orderId?: string;
}

/** Tells people of a row changed past the platform: once, until a check of all finds it mended. */
export async function tellChangedRow(
  { db, clock, log, audit }: ChangedRowDeps,
  { table, rowId, by, orderId }: ChangedRow,
): Promise<void> {
  const about = orderId === undefined ? {} : { orderId };
  const isNew = await db.transaction().execute(async (tx) => {
    const alarm = { table_name: table, row_id: rowId, found_at: clock.now() };
    if (!await raiseRowAlarm(tx, alarm)) return false;
    await audit.record(tx, systemActor(by), [{
      kind: "platform.integrity_broken",
      result: "failed",
      reason: "changed",
      objectId: rowId,
      ...about,
      fields: { table, rowId },
    }]);
    return true;
  });
  if (isNew) log.error("Row was changed past the platform", { table, rowId });
}
