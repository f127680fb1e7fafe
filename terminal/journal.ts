import type { DatabaseSync } from "node:sqlite";
import {
  type CreateOrderBody,
  createOrderBodySchema,
} from "../server/modules/checkout/contract.ts";
import { type CallStaffBody, callStaffBodySchema } from "../server/modules/fleet/contract.ts";
import {
  type TerminalSettings,
  terminalSettingsSchema,
} from "../server/modules/settings/contract.ts";
import type { Clock } from "../server/platform/clock.ts";
import { JournalCards } from "./journal_cards.ts";
import { openJournalDatabase } from "./journal_database.ts";
import { JournalEvents } from "./journal_events.ts";
import { JournalLine } from "./journal_line.ts";
import { JournalPad } from "./journal_pad.ts";
import { JournalSlips } from "./journal_slips.ts";

/**
 * `sending`: no answer to the create yet. `following`: the platform has it. `attention`: a person
 * decides. `final`: completed or unwound. `refused`: the platform never took it.
 */
export type OrderProgress = "sending" | "following" | "attention" | "final" | "refused";

export interface JournalledOrder {
  readonly body: CreateOrderBody;
  readonly progress: OrderProgress;
  /** Short number, once the platform has told it. */
  readonly number: string | null;
}

/** Finished rows are kept for questions at the desk. */
const FINISHED_KEPT_MS = 30 * 24 * 3_600_000;
/** Slips and cards may be asked after as long as a bill of them. */
const SLIPS_KEPT_MS = 90 * 24 * 3_600_000;
/** A call for staff that could not be delivered for so long helps nobody any more. */
const CALL_KEPT_MS = 10 * 60_000;
/** Unfinished orders a terminal may hold; more means that something is badly wrong. */
export const OPEN_ORDERS_MAX = 200;
const UNSENT_CALLS_MAX = 20;
/**
 * What the terminal must not forget when it loses power: orders in flight, the last settings, calls
 * not yet delivered, slips, cards, events, the line, which keys the pad has. Every write is on disk when the method returns.
 * Holds ids only, no person.
 */
export class Journal {
  readonly #database: DatabaseSync;
  readonly #clock: Clock;
  readonly slips: JournalSlips;
  readonly cards: JournalCards;
  readonly events: JournalEvents;
  readonly line: JournalLine;
  readonly pad: JournalPad;

  constructor(path: string, clock: Clock, limits: { readonly eventsMax?: number } = {}) {
    this.#clock = clock;
    this.#database = openJournalDatabase(path);
    this.slips = new JournalSlips(this.#database, clock);
    this.cards = new JournalCards(this.#database, clock);
    const { eventsMax } = limits;
    const keptMax = eventsMax === undefined ? {} : { keptMax: eventsMax };
    this.events = new JournalEvents(this.#database, clock, keptMax);
    this.line = new JournalLine(this.#database);
    this.pad = new JournalPad(this.#database);
  }

  /** Written before the order is sent for the first time. */
  keepOrder(body: CreateOrderBody): void {
    const now = this.#now();
    this.#database.prepare(
      `INSERT INTO order_in_flight (id, body, progress, kept_at_ms, moved_at_ms)
       VALUES (?, ?, 'sending', ?, ?)`,
    ).run(body.id, JSON.stringify(body), now, now);
  }

  /** An end is final: an answer that was overtaken does not open the order again. */
  moveOrder(
    id: string,
    move: {
      readonly progress: OrderProgress;
      readonly number?: string;
      readonly reason: string | null;
    },
  ): void {
    this.#database.prepare(
      `UPDATE order_in_flight
       SET progress = ?, number = coalesce(?, number), reason = ?, moved_at_ms = ?
       WHERE id = ? AND progress NOT IN ('final', 'refused')`,
    ).run(move.progress, move.number ?? null, move.reason, this.#now(), id);
  }

  findOrder(id: string): JournalledOrder | null {
    const row = this.#database.prepare(
      "SELECT body, progress, number FROM order_in_flight WHERE id = ?",
    ).get(id);
    return row ? readOrder(row) : null;
  }

  openOrders(): JournalledOrder[] {
    return this.#database.prepare(
      `SELECT body, progress, number FROM order_in_flight
       WHERE progress IN ('sending', 'following', 'attention') ORDER BY id LIMIT ?`,
    ).all(OPEN_ORDERS_MAX).map(readOrder);
  }

  keepSettings(settings: TerminalSettings): void {
    this.#database.prepare(
      "INSERT INTO last_settings (one, body) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET body = excluded.body",
    ).run(JSON.stringify(settings));
  }

  /** Null when there are none, or when they are of a release that wrote them otherwise. */
  lastSettings(): TerminalSettings | null {
    const row = this.#database.prepare("SELECT body FROM last_settings").get();
    return row ? terminalSettingsSchema.safeParse(JSON.parse(String(row.body))).data ?? null : null;
  }

  keepCall(body: CallStaffBody): void {
    this.#database.prepare("INSERT INTO unsent_call (id, body, kept_at_ms) VALUES (?, ?, ?)")
      .run(body.id, JSON.stringify(body), this.#now());
    this.#database.prepare(
      "DELETE FROM unsent_call WHERE id NOT IN (SELECT id FROM unsent_call ORDER BY id DESC LIMIT ?)",
    ).run(UNSENT_CALLS_MAX);
  }

  dropCall(id: string): void {
    this.#database.prepare("DELETE FROM unsent_call WHERE id = ?").run(id);
  }

  unsentCalls(): CallStaffBody[] {
    return this.#database.prepare(
      "SELECT body FROM unsent_call WHERE kept_at_ms > ? ORDER BY id",
    ).all(this.#now() - CALL_KEPT_MS)
      .map((row) => callStaffBodySchema.parse(JSON.parse(String(row.body))));
  }

  /** Removes what nobody will ask for any more; open orders are never removed. */
  forgetOld(): void {
    const now = this.#now();
    this.#database.prepare(
      "DELETE FROM order_in_flight WHERE progress IN ('final', 'refused') AND moved_at_ms < ?",
    ).run(now - FINISHED_KEPT_MS);
    this.#database.prepare("DELETE FROM unsent_call WHERE kept_at_ms <= ?").run(now - CALL_KEPT_MS);
    this.#database.prepare("DELETE FROM printed_slip WHERE at_ms < ?").run(now - SLIPS_KEPT_MS);
    // The last one tells whether a card is inside, however old it is.
    this.#database.prepare(
      "DELETE FROM card_movement WHERE at_ms < ? AND id < (SELECT max(id) FROM card_movement)",
    ).run(now - SLIPS_KEPT_MS);
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  #now(): number {
    return this.#clock.now().getTime();
  }
}

function readOrder(row: Record<string, unknown>): JournalledOrder {
  return {
    body: createOrderBodySchema.parse(JSON.parse(String(row.body))),
    progress: readProgress(row.progress),
    number: row.number === null ? null : String(row.number),
  };
}

function readProgress(value: unknown): OrderProgress {
  switch (value) {
    case "sending":
    case "following":
    case "attention":
    case "final":
    case "refused":
      return value;
    default:
      throw new Error(`Cannot read "${value}" as the progress of an order: expected a known one`);
  }
}
