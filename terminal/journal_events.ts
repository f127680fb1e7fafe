import type { DatabaseSync } from "node:sqlite";
import {
  EVENTS_BATCH_MAX,
  terminalEventSchema,
  type TerminalJournalEvent,
} from "../server/modules/fleet/contract.ts";
import type { Clock } from "../server/platform/clock.ts";
import { newId } from "../server/platform/ids.ts";
import { inTransaction } from "./journal_database.ts";

/** What is worth telling the platform; codes and numbers, never a person. */
export type EventNote = Pick<TerminalJournalEvent, "kind" | "severity" | "fields">;

/** Well below what the platform takes of one request, sealed and with its headers. */
const BATCH_BYTES_MAX = 32 * 1_024;
/** Some weeks of a terminal without a line; below 10 MB. */
const EVENTS_KEPT_MAX = 20_000;
const DROPPED = "journal.dropped";
/** Dropped at once, so that a full journal is not tidied with every event. */
const DROPPED_AT_ONCE = 1_000;

/** Events on their way to the platform, numbered without a gap but for those that were dropped. */
export class JournalEvents {
  readonly #database: DatabaseSync;
  readonly #clock: Clock;
  readonly #keptMax: number;
  #kept: number;

  constructor(
    database: DatabaseSync,
    clock: Clock,
    { keptMax = EVENTS_KEPT_MAX }: { readonly keptMax?: number } = {},
  ) {
    this.#database = database;
    this.#clock = clock;
    this.#keptMax = keptMax;
    beginAbove(database, clock);
    this.#kept = this.#count();
  }

  /** On disk when it returns. Throws for a note that the platform would not take. */
  keep(note: EventNote): TerminalJournalEvent {
    return this.#keep(newId(this.#clock.now()), note);
  }

  /** One that happened before and has its id; nothing where it waits here already. */
  keepAs(id: string, note: EventNote): void {
    const isKnown = this.#database.prepare("SELECT 1 FROM terminal_event WHERE id = ?").get(id);
    if (!isKnown) this.#keep(id, note);
  }

  #keep(id: string, note: EventNote): TerminalJournalEvent {
    const { kind, severity, fields } = terminalEventSchema.parse({ ...note, id, number: 1 });
    return inTransaction(this.#database, () => {
      if (this.#kept >= this.#keptMax) this.#makeRoom();
      return this.#insert({ id, kind, severity, fields });
    });
  }

  /** The oldest ones that the platform has not got, at most `most` of them and what one call holds. */
  unsent(most = EVENTS_BATCH_MAX): TerminalJournalEvent[] {
    const rows = this.#database.prepare(
      "SELECT id, number, kind, severity, fields FROM terminal_event ORDER BY number LIMIT ?",
    ).iterate(most);
    const events: TerminalJournalEvent[] = [];
    let bytes = 0;
    for (const row of rows) {
      const event = readEvent(row);
      bytes += new TextEncoder().encode(JSON.stringify(event)).length;
      if (bytes > BATCH_BYTES_MAX && events.length > 0) break;
      events.push(event);
    }
    return events;
  }

  /** The newest one that the platform has not got. */
  latest(): TerminalJournalEvent | null {
    const row = this.#database.prepare(
      "SELECT id, number, kind, severity, fields FROM terminal_event ORDER BY number DESC LIMIT 1",
    ).get();
    return row ? readEvent(row) : null;
  }

  get unsentCount(): number {
    return this.#kept;
  }

  /** The platform has them for good. */
  dropUpTo(number: number): void {
    this.#database.prepare("DELETE FROM terminal_event WHERE number <= ?").run(number);
    this.#kept = this.#count();
  }

  /** One that the platform refuses for ever must not keep the others back. */
  dropRefused(number: number, reason: string): void {
    inTransaction(this.#database, () => {
      this.#database.prepare("DELETE FROM terminal_event WHERE number = ?").run(number);
      this.#insertDropped({ count: 1, reason });
    });
    this.#kept = this.#count();
  }

  /** The oldest of least weight go; one that counted others passes its count on. */
  #makeRoom(): void {
    const most = Math.min(DROPPED_AT_ONCE, Math.ceil(this.#keptMax / 2));
    const going = this.#database.prepare(
      `SELECT number, kind, fields FROM terminal_event
       ORDER BY CASE severity WHEN 'info' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, number
       LIMIT ?`,
    ).all(most);
    const remove = this.#database.prepare("DELETE FROM terminal_event WHERE number = ?");
    for (const { number } of going) remove.run(Number(number));
    this.#kept -= going.length;
    const count = going.reduce((sum, row) => sum + countOf(row), 0);
    this.#insertDropped({ count, reason: "full" });
  }

  #insertDropped(fields: EventNote["fields"]): void {
    const id = newId(this.#clock.now());
    this.#insert({ id, kind: DROPPED, severity: "warning", fields });
  }

  #insert(event: Omit<TerminalJournalEvent, "number">): TerminalJournalEvent {
    const { id, kind, severity, fields } = event;
    const { lastInsertRowid } = this.#database.prepare(
      "INSERT INTO terminal_event (id, kind, severity, fields) VALUES (?, ?, ?, ?)",
    ).run(id, kind, severity, JSON.stringify(fields));
    this.#kept += 1;
    return { ...event, number: Number(lastInsertRowid) };
  }

  #count(): number {
    const row = this.#database.prepare("SELECT count(*) AS kept FROM terminal_event").get();
    return Number(row?.kept ?? 0);
  }
}

function countOf({ kind, fields }: Readonly<Record<string, unknown>>): number {
  return kind === DROPPED ? Number(JSON.parse(String(fields)).count) : 1;
}

const MS_PER_SECOND = 1_000;

function readEvent(row: Readonly<Record<string, unknown>>): TerminalJournalEvent {
  return terminalEventSchema.parse({ ...row, fields: JSON.parse(String(row.fields)) });
}

/**
 * Where a journal was lost with its disk, the new one's numbers must be above the old one's: they
 * begin with the seconds of the clock, which no terminal has as many events as.
 */
function beginAbove(database: DatabaseSync, clock: Clock): void {
  inTransaction(database, () => {
    const known = database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'terminal_event'");
    if (known.get()) return;
    database.prepare("INSERT INTO sqlite_sequence (name, seq) VALUES ('terminal_event', ?)")
      .run(Math.floor(clock.now().getTime() / MS_PER_SECOND));
  });
}
