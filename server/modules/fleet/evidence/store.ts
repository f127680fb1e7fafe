import type { QueryCreator } from "kysely";
import type { FleetTables } from "../tables.ts";

export interface ClockRow {
  readonly number: string;
  readonly at: Date | null;
  readonly received_at: Date | null;
}

/** By number, from the one after `after`. */
export async function listClockPage(
  db: QueryCreator<FleetTables>,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<ClockRow[]> {
  return await db.selectFrom("terminal")
    .leftJoin("terminal_status", "terminal_status.terminal_id", "terminal.id")
    .select(["terminal.number", "terminal_status.at", "terminal_status.received_at"])
    .where("terminal.number", ">", after).orderBy("terminal.number").limit(limit).execute();
}

export interface JournalGapRow {
  readonly number: string;
  readonly journal_id: string;
  readonly kept_up_to: bigint;
  readonly missing: bigint;
}

/** Journals of terminals and how many of their entries never came. */
export async function listJournalRows(
  db: QueryCreator<FleetTables>,
): Promise<JournalGapRow[]> {
  return await db.selectFrom("terminal_journal")
    .innerJoin("terminal", "terminal.id", "terminal_journal.terminal_id")
    .select(["terminal.number", "journal_id", "kept_up_to", "missing"])
    .orderBy("terminal.number").orderBy("journal_id").limit(JOURNALS_MAX).execute();
}

export interface EventEnds {
  readonly oldest: Date | null;
  readonly newest: Date | null;
}

export async function findEventEnds(db: QueryCreator<FleetTables>): Promise<EventEnds> {
  const ends = await db.selectFrom("terminal_event")
    .select((eb) => [eb.fn.min("at").as("oldest"), eb.fn.max("at").as("newest")])
    .executeTakeFirst();
  return { oldest: ends?.oldest ?? null, newest: ends?.newest ?? null };
}

const JOURNALS_MAX = 20_000;
