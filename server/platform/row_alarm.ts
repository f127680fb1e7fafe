import type { QueryCreator, Transaction } from "kysely";
import { insertIfAbsent } from "./upsert.ts";

/** Rows somebody wrote into past the platform, found where they were about to be used. */
export interface RowAlarmTables {
  row_alarm: {
    table_name: string;
    /** As `rowIdOf` writes it. */
    row_id: string;
    found_at: Date;
  };
}

type RowAlarm = RowAlarmTables["row_alarm"];

/** False when it is known already. */
export async function raiseRowAlarm(
  tx: Transaction<RowAlarmTables>,
  alarm: RowAlarm,
): Promise<boolean> {
  return await insertIfAbsent(tx, "row_alarm", alarm, ["table_name", "row_id"]);
}

/** Newest first. */
export async function listRowAlarms(
  db: QueryCreator<RowAlarmTables>,
  limit: number,
): Promise<RowAlarm[]> {
  return await db.selectFrom("row_alarm").selectAll()
    .orderBy("found_at", "desc").orderBy("table_name").orderBy("row_id").limit(limit).execute();
}

/** Of before a check that has gone over every row: those it did not find broken are mended. */
export async function endMendedAlarms(
  tx: Transaction<RowAlarmTables & { broken_row: { run_id: string } & Omit<RowAlarm, "found_at"> }>,
  { runId, startedAt }: { readonly runId: string; readonly startedAt: Date },
): Promise<void> {
  await tx.deleteFrom("row_alarm").where("found_at", "<", startedAt)
    .where((eb) =>
      eb.not(eb.exists(
        eb.selectFrom("broken_row").select("broken_row.run_id")
          .where("broken_row.run_id", "=", runId)
          .whereRef("broken_row.table_name", "=", "row_alarm.table_name")
          .whereRef("broken_row.row_id", "=", "row_alarm.row_id"),
      ))
    ).execute();
}
