import type { QueryCreator, Transaction } from "kysely";
import { insertIfAbsent } from "../../../platform/upsert.ts";
import type { FleetTables } from "../tables.ts";
import type { TerminalState } from "../terminal.ts";

type StatusRow = FleetTables["terminal_status"];
type DeviceRow = FleetTables["device_status"];
type JournalRow = FleetTables["terminal_journal"];
type EventRow = FleetTables["terminal_event"];

export async function insertEvents(
  tx: Transaction<FleetTables>,
  events: readonly EventRow[],
): Promise<void> {
  if (events.length === 0) return;
  await tx.insertInto("terminal_event").values(events).execute();
}

/** Of these, the ones this terminal's events have already. */
export async function listKnownEventIds(
  tx: Transaction<FleetTables>,
  { terminalId, ids, since }: {
    readonly terminalId: string;
    readonly ids: readonly string[];
    readonly since: Date;
  },
): Promise<Set<string>> {
  const rows = await tx.selectFrom("terminal_event").select("id")
    .where("terminal_id", "=", terminalId).where("id", "in", ids).where("at", ">=", since)
    .execute();
  return new Set(rows.map(({ id }) => id));
}

/** Locked for this transaction; made when there was none. */
export async function lockJournal(
  tx: Transaction<FleetTables>,
  key: Pick<JournalRow, "terminal_id" | "journal_id">,
): Promise<JournalRow & { readonly isNew: boolean }> {
  const made = { ...key, kept_up_to: 0n, missing: 0n };
  const isNew = await insertIfAbsent(tx, "terminal_journal", made, ["terminal_id", "journal_id"]);
  const row = await tx.selectFrom("terminal_journal").selectAll()
    .where("terminal_id", "=", key.terminal_id).where("journal_id", "=", key.journal_id)
    .forUpdate().executeTakeFirstOrThrow();
  return { ...row, isNew };
}

export async function updateJournal(
  tx: Transaction<FleetTables>,
  { terminal_id, journal_id, kept_up_to, missing }: JournalRow,
): Promise<void> {
  await tx.updateTable("terminal_journal").set({ kept_up_to, missing })
    .where("terminal_id", "=", terminal_id).where("journal_id", "=", journal_id).execute();
}

/**
 * Writes the status unless a later one is there; false then. One of a time to come was of a clock
 * that was wrong, and is not waited for. Holds its row for the transaction.
 */
export async function writeStatus(
  tx: Transaction<FleetTables>,
  status: StatusRow,
): Promise<boolean> {
  if (await insertIfAbsent(tx, "terminal_status", status, ["terminal_id"])) return true;
  const { terminal_id, ...values } = status;
  const result = await tx.updateTable("terminal_status").set(values)
    .where("terminal_id", "=", terminal_id)
    .where((eb) => eb.or([eb("at", "<=", status.at), eb("at", ">", status.received_at)]))
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export async function listDevices(
  tx: QueryCreator<FleetTables>,
  terminalId: string,
): Promise<DeviceRow[]> {
  return await tx.selectFrom("device_status").selectAll().where("terminal_id", "=", terminalId)
    .orderBy("device").execute();
}

export async function writeDevice(
  tx: Transaction<FleetTables>,
  { terminal_id, device, ...values }: DeviceRow,
): Promise<void> {
  const result = await tx.updateTable("device_status").set(values)
    .where("terminal_id", "=", terminal_id).where("device", "=", device).executeTakeFirst();
  if (result.numUpdatedRows === 1n) return;
  await tx.insertInto("device_status").values({ terminal_id, device, ...values }).execute();
}

export async function deleteDevice(
  tx: Transaction<FleetTables>,
  terminalId: string,
  device: string,
): Promise<void> {
  await tx.deleteFrom("device_status").where("terminal_id", "=", terminalId)
    .where("device", "=", device).execute();
}

export interface TerminalRow {
  readonly id: string;
  readonly number: string;
  readonly institution_id: string;
  readonly state: TerminalState;
  readonly received_at: Date | null;
  readonly version: string | null;
}

/** By number, from the one after `after`. */
export async function listTerminalRows(
  db: QueryCreator<FleetTables>,
  page: {
    readonly state: TerminalState | null;
    readonly after: string;
    readonly limit: number;
  },
): Promise<TerminalRow[]> {
  let query = db.selectFrom("terminal")
    .leftJoin("terminal_status", "terminal_status.terminal_id", "terminal.id")
    .selectAll("terminal")
    .select(["terminal_status.received_at", "terminal_status.version"])
    .where("terminal.number", ">", page.after);
  if (page.state !== null) query = query.where("terminal.state", "=", page.state);
  return await query.orderBy("terminal.number").limit(page.limit).execute();
}

/** Of each terminal the keys it ever had, the newest first. */
export async function listKeysOf(
  db: QueryCreator<FleetTables>,
  terminalIds: readonly string[],
): Promise<Pick<FleetTables["terminal_key"], "terminal_id" | "sign_key" | "ended_why">[]> {
  if (terminalIds.length === 0) return [];
  return await db.selectFrom("terminal_key").select(["terminal_id", "sign_key", "ended_why"])
    .where("terminal_id", "in", terminalIds).orderBy("enrolled_at", "desc").execute();
}
