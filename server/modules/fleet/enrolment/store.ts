import type { QueryCreator, Transaction } from "kysely";
import { insertIfAbsent } from "../../../platform/upsert.ts";
import type { FleetTables } from "../tables.ts";

export type EnrolmentRow = FleetTables["terminal_enrolment"];

export async function findEnrolment(
  db: QueryCreator<FleetTables>,
  id: string,
): Promise<EnrolmentRow | null> {
  const row = await db.selectFrom("terminal_enrolment").selectAll().where("id", "=", id)
    .executeTakeFirst();
  return row ?? null;
}

/** Waiting ones: of one number, and all. */
export async function countWaiting(
  db: QueryCreator<FleetTables>,
  now: Date,
): Promise<{ of(number: string): number; readonly all: number }> {
  const rows = await db.selectFrom("terminal_enrolment").select("terminal_number")
    .select((eb) => eb.fn.countAll<string | bigint>().as("waiting"))
    .where("approved_at", "is", null).where("expires_at", ">", now)
    .groupBy("terminal_number").execute();
  const counts = new Map(rows.map((row) => [row.terminal_number, Number(row.waiting)]));
  return {
    of: (number) => counts.get(number) ?? 0,
    all: [...counts.values()].reduce((sum, count) => sum + count, 0),
  };
}

/** False when this id is there. */
export async function insertEnrolment(
  tx: Transaction<FleetTables>,
  enrolment: EnrolmentRow,
): Promise<boolean> {
  return await insertIfAbsent(tx, "terminal_enrolment", enrolment, ["id"]);
}

export async function deleteEnrolmentsBefore(
  tx: Transaction<FleetTables>,
  expired: Date,
): Promise<void> {
  await tx.deleteFrom("terminal_enrolment").where("expires_at", "<", expired).execute();
}

export async function updateCode(
  tx: Transaction<FleetTables>,
  id: string,
  code: string,
): Promise<void> {
  await tx.updateTable("terminal_enrolment").set({ code }).where("id", "=", id).execute();
}

/** At most two: more than one under a code is as bad as many. */
export async function listWaitingByCode(
  db: QueryCreator<FleetTables>,
  code: string,
  now: Date,
): Promise<EnrolmentRow[]> {
  return await db.selectFrom("terminal_enrolment").selectAll().where("code", "=", code)
    .where("approved_at", "is", null).where("expires_at", ">", now).limit(2).execute();
}

/** True for the one call that approves it. */
export async function markApproved(
  tx: Transaction<FleetTables>,
  id: string,
  { terminalId, at }: { readonly terminalId: string; readonly at: Date },
): Promise<boolean> {
  const result = await tx.updateTable("terminal_enrolment")
    .set({ approved_at: at, terminal_id: terminalId })
    .where("id", "=", id).where("approved_at", "is", null).where("expires_at", ">", at)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}
