import type { Kysely, Transaction } from "kysely";
import type { Clock } from "./clock.ts";
import { reasonOf } from "./errors.ts";
import { hurry } from "./hurried_query.ts";
import { newId, timeOfId } from "./ids.ts";
import type { Log } from "./log.ts";

/** Facts a lower module announces to higher ones, stored with the change they report. */

export interface OutboxTables {
  outbox_event: {
    id: string;
    at: Date;
    type: string;
    key: string;
    payload: string;
    due_at: Date;
    tries: number;
    handled_at: Date | null;
  };
}

export const OUTBOX_PARTITIONED = ["outbox_event"] as const;

export interface NewEvent {
  /** Reads `module.past_fact`. */
  readonly type: string;
  /** What it is about, e.g. an order id. */
  readonly key: string;
  readonly payload: Readonly<Record<string, string | number | null>>;
  /** Now, by the caller's clock. */
  readonly at: Date;
}

export interface OutboxEvent {
  readonly id: string;
  readonly type: string;
  readonly key: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Idempotent by event id: an event may come again after a crash. */
export type EventHandler = (event: OutboxEvent) => Promise<void>;

const BATCH_MAX = 50;
const EVENTS_AT_ONCE = 8;
const CLAIM_MS = 60_000;
const RETRY_MS_MAX = 10 * 60_000;

export async function publish(tx: Transaction<OutboxTables>, event: NewEvent): Promise<void> {
  const id = newId(event.at);
  const row = tx.insertInto("outbox_event").values({
    id,
    at: timeOfId(id),
    type: event.type,
    key: event.key,
    payload: JSON.stringify(event.payload),
    due_at: event.at,
    tries: 0,
    handled_at: null,
  });
  await hurry(tx, row);
}

export interface OutboxDeps {
  readonly db: Kysely<OutboxTables>;
  readonly clock: Clock;
  readonly log: Log;
  readonly handlers: Readonly<Record<string, readonly EventHandler[]>>;
}

/**
 * Hands due events on, oldest first, a few at once; returns how many it took. One whose claim ran out
 * while it waited for its turn is left to whoever claims it next.
 */
export async function dispatchOutbox(deps: OutboxDeps): Promise<number> {
  const claimedAt = deps.clock.now().getTime();
  const claimed = await claimDue(deps);
  const queue = [...claimed];
  await Promise.all(Array.from({ length: EVENTS_AT_ONCE }, async () => {
    for (let row = queue.shift(); row; row = queue.shift()) {
      if (deps.clock.now().getTime() >= claimedAt + CLAIM_MS) return;
      await handOn(deps, row);
    }
  }));
  return claimed.length;
}

type Row = OutboxTables["outbox_event"];

async function claimDue(deps: OutboxDeps): Promise<Row[]> {
  const now = deps.clock.now();
  return await deps.db.transaction().execute(async (tx) => {
    const rows = await tx.selectFrom("outbox_event").selectAll()
      .where("handled_at", "is", null).where("due_at", "<=", now)
      .orderBy("due_at").limit(BATCH_MAX).forUpdate().skipLocked().execute();
    for (const row of rows) {
      const due_at = new Date(now.getTime() + CLAIM_MS);
      await tx.updateTable("outbox_event").set({ due_at, tries: row.tries + 1 })
        .where("id", "=", row.id).where("at", "=", row.at).execute();
    }
    return rows;
  });
}

async function handOn(deps: OutboxDeps, row: Row): Promise<void> {
  const event = { id: row.id, type: row.type, key: row.key, payload: JSON.parse(row.payload) };
  try {
    for (const handle of deps.handlers[row.type] ?? []) await handle(event);
    await deps.db.updateTable("outbox_event").set({ handled_at: deps.clock.now() })
      .where("id", "=", row.id).where("at", "=", row.at).execute();
  } catch (thrown) {
    const waitMs = Math.min(RETRY_MS_MAX, 1_000 * 2 ** Math.min(row.tries, 10));
    deps.log.warn("Event handler failed", { type: row.type, id: row.id, why: reasonOf(thrown) });
    await deps.db.updateTable("outbox_event")
      .set({ due_at: new Date(deps.clock.now().getTime() + waitMs) })
      .where("id", "=", row.id).where("at", "=", row.at).execute();
  }
}
