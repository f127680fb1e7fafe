import type { QueryCreator, Transaction } from "kysely";
import type { FleetTables } from "../tables.ts";
import type { TerminalState } from "../terminal.ts";

type ErasureRow = FleetTables["terminal_erasure"];

/** False when it is in another state; nothing brings a retired one back. */
export async function markRetired(
  tx: Transaction<FleetTables>,
  terminalId: string,
  from: readonly TerminalState[],
): Promise<boolean> {
  const result = await tx.updateTable("terminal").set({ state: "retired" })
    .where("id", "=", terminalId).where("state", "in", from).executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export async function insertErasure(tx: Transaction<FleetTables>, row: ErasureRow): Promise<void> {
  await tx.insertInto("terminal_erasure").values(row).execute();
}

export async function findErasure(
  db: QueryCreator<FleetTables>,
  terminalId: string,
): Promise<ErasureRow | null> {
  const row = await db.selectFrom("terminal_erasure").selectAll()
    .where("terminal_id", "=", terminalId).executeTakeFirst();
  return row ?? null;
}

/** Whether a key was a retired terminal's, whichever of its two. */
export async function isRetiredKey(
  db: QueryCreator<FleetTables>,
  keys: readonly Uint8Array[],
): Promise<boolean> {
  const row = await db.selectFrom("terminal_key")
    .innerJoin("terminal", "terminal.id", "terminal_key.terminal_id")
    .select("terminal_key.id")
    .where("terminal.state", "=", "retired")
    .where((eb) => eb.or([eb("sign_key", "in", keys), eb("agree_key", "in", keys)]))
    .limit(1).executeTakeFirst();
  return row !== undefined;
}

/** By the terminal's id, from the one after `after`; recorded in the period. */
export async function listErasures(
  db: QueryCreator<FleetTables>,
  { after, from, until, limit }: {
    readonly after: string;
    readonly from: Date;
    readonly until: Date;
    readonly limit: number;
  },
): Promise<ErasureRow[]> {
  return await db.selectFrom("terminal_erasure").selectAll()
    .where("terminal_id", ">", after)
    .where("recorded_at", ">=", from).where("recorded_at", "<", until)
    .orderBy("terminal_id").limit(limit).execute();
}
