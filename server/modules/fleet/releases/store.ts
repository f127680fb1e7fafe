import type { QueryCreator, Transaction } from "kysely";
import { insertIfAbsent } from "../../../platform/upsert.ts";
import type { FleetTables } from "../tables.ts";

type ReleaseEventRow = FleetTables["terminal_release_event"];

/** False for one that is known. */
export async function insertReleaseEvent(
  tx: Transaction<FleetTables>,
  row: ReleaseEventRow,
): Promise<boolean> {
  return await insertIfAbsent(tx, "terminal_release_event", row, ["terminal_id", "id"]);
}

export async function writeLastRelease(
  tx: Transaction<FleetTables>,
  row: FleetTables["terminal_release"],
): Promise<void> {
  if (await insertIfAbsent(tx, "terminal_release", row, ["terminal_id"])) return;
  await tx.updateTable("terminal_release").set({ event_id: row.event_id })
    .where("terminal_id", "=", row.terminal_id).execute();
}

/** The last one to come. */
export async function findLastRelease(
  db: QueryCreator<FleetTables>,
  terminalId: string,
): Promise<ReleaseEventRow | null> {
  const row = await db.selectFrom("terminal_release")
    .innerJoin(
      "terminal_release_event",
      (join) =>
        join.onRef("terminal_release_event.terminal_id", "=", "terminal_release.terminal_id")
          .onRef("terminal_release_event.id", "=", "terminal_release.event_id"),
    )
    .selectAll("terminal_release_event")
    .where("terminal_release.terminal_id", "=", terminalId).executeTakeFirst();
  return row ?? null;
}

/** The newest first, by the terminal's clock; the caller has seen that the terminal is in scope. */
export async function listReleaseEvents(
  db: QueryCreator<FleetTables>,
  { terminalId, before, limit }: {
    readonly terminalId: string;
    readonly before: string | undefined;
    readonly limit: number;
  },
): Promise<ReleaseEventRow[]> {
  let query = db.selectFrom("terminal_release_event").selectAll()
    .where("terminal_id", "=", terminalId);
  if (before !== undefined) query = query.where("id", "<", before);
  return await query.orderBy("id", "desc").limit(limit).execute();
}
