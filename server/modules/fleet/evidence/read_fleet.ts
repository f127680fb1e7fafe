import type { Kysely } from "kysely";
import { listTerminals, type TerminalLine, TERMINALS_PAGE_MAX } from "../health/list_terminals.ts";
import type { FleetTables } from "../tables.ts";
import {
  type EventEnds,
  findEventEnds,
  type JournalGapRow,
  listClockPage,
  listJournalRows,
} from "./store.ts";

/** Terminals as evidence shows them. */
export interface ReadFleetDeps {
  readonly db: Kysely<FleetTables>;
}

/** By number. */
export async function* eachTerminal(deps: ReadFleetDeps): AsyncGenerator<TerminalLine> {
  let after = "";
  for (;;) {
    const lines = await listTerminals(deps, { state: null, after, limit: TERMINALS_PAGE_MAX });
    yield* lines;
    const last = lines.at(-1);
    if (!last || lines.length < TERMINALS_PAGE_MAX) return;
    after = last.number;
  }
}

export interface TerminalClock {
  readonly number: string;
  /** What the terminal's clock showed at its last heartbeat; null before the first. */
  readonly at: Date | null;
  readonly receivedAt: Date | null;
}

export async function* eachClock({ db }: ReadFleetDeps): AsyncGenerator<TerminalClock> {
  let after = "";
  for (;;) {
    const rows = await listClockPage(db, { after, limit: TERMINALS_PAGE_MAX });
    for (const { number, at, received_at } of rows) yield { number, at, receivedAt: received_at };
    const last = rows.at(-1);
    if (!last || rows.length < TERMINALS_PAGE_MAX) return;
    after = last.number;
  }
}

export async function listJournals(
  { db }: ReadFleetDeps,
): Promise<JournalGapRow[]> {
  return await listJournalRows(db);
}

export async function readEventEnds(
  { db }: ReadFleetDeps,
): Promise<EventEnds> {
  return await findEventEnds(db);
}
