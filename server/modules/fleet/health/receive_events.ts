import type { Kysely, Transaction } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import { isTimely, timeOfId } from "../../../platform/ids.ts";
import type { Log } from "../../../platform/log.ts";
import type { Actor } from "../../audit/actor.ts";
import type { AuditWriter } from "../../audit/record_events.ts";
import type { TerminalEventsReply, TerminalJournalEvent } from "../contract.ts";
import { destroyPadKeys } from "../pad_keys/destroy_pad_keys.ts";
import { keepReleases, type KeptRelease } from "../releases/keep_releases.ts";
import type { FleetDb, FleetTables } from "../tables.ts";
import type { TerminalCaller } from "../terminal_door.ts";
import { insertEvents, listKnownEventIds, lockJournal, updateJournal } from "./store.ts";

export interface ReceiveEventsDeps {
  readonly db: Kysely<FleetDb>;
  readonly clock: Clock;
  readonly audit: AuditWriter;
  readonly log: Log;
}

/** As the terminal notes it (`terminal/device_notes.ts`). */
const PAD_TAMPERED = "pin_pad.tampered";

/**
 * Takes a part of a terminal's journal; what came before is not taken again. A hole in the numbers
 * is counted and passed over: what a terminal has lost it cannot send, and the rest must not wait.
 */
export async function receiveEvents(
  deps: ReceiveEventsDeps,
  caller: TerminalCaller & { readonly actor: Actor },
  given: readonly TerminalJournalEvent[],
): Promise<TerminalEventsReply> {
  const events = given.toSorted((left, right) => left.number - right.number);
  const { keptUpTo, missing, destroyed, releases } = await deps.db.transaction().execute((tx) =>
    keep(deps, tx, { caller, events })
  );
  if (missing > 0) {
    deps.log.warn("A terminal's journal has a hole", { terminalId: caller.terminalId, missing });
  }
  if (destroyed > 0) {
    const { terminalId } = caller;
    deps.log.error("A PIN pad was opened: its keys are destroyed", { terminalId, destroyed });
  }
  for (const release of releases) tellRelease(deps.log, release);
  return { keptUpTo };
}

/** For who watches the log: a terminal that runs another program than it should. */
function tellRelease(log: Log, { terminal_id: terminalId, outcome, version }: KeptRelease): void {
  const about = { terminalId, version, outcome };
  if (outcome === "left") log.error("A terminal went back to its release before", about);
  if (outcome === "refused") log.error("A terminal does not run its release", about);
  if (outcome === "declined") log.warn("A terminal did not take a release", about);
}

interface Kept {
  readonly keptUpTo: number;
  readonly missing: number;
  /** Keys of a PIN pad. */
  readonly destroyed: number;
  readonly releases: readonly KeptRelease[];
}

async function keep(
  deps: ReceiveEventsDeps,
  tx: Transaction<FleetDb>,
  { caller, events }: {
    readonly caller: TerminalCaller & { readonly actor: Actor };
    readonly events: readonly TerminalJournalEvent[];
  },
): Promise<Kept> {
  const { clock } = deps;
  const journal = await lockJournal(tx, {
    terminal_id: caller.terminalId,
    journal_id: caller.journalId,
  });
  let keptUpTo = Number(journal.kept_up_to);
  let missing = 0;
  const fresh: TerminalJournalEvent[] = [];
  for (const event of events) {
    if (event.number <= keptUpTo) continue;
    // A journal older than its key has its first part elsewhere.
    const isFirst = journal.isNew && fresh.length === 0;
    if (!isFirst) missing += event.number - keptUpTo - 1;
    keptUpTo = event.number;
    fresh.push(event);
  }
  if (fresh.length === 0) return { keptUpTo, missing, destroyed: 0, releases: [] };
  const now = clock.now();
  await insertFresh(tx, { terminalId: caller.terminalId, events: fresh, now });
  await updateJournal(tx, {
    ...journal,
    kept_up_to: BigInt(keptUpTo),
    missing: journal.missing + BigInt(missing),
  });
  const releases = await keepReleases(deps, tx, { caller, events: fresh, now });
  const destroyed = await endTampered(deps, tx, { caller, fresh });
  return { keptUpTo, missing, destroyed, releases };
}

/** A master that was made after a pad was opened is of the pad that came after it. */
async function endTampered(
  deps: ReceiveEventsDeps,
  tx: Transaction<FleetDb>,
  { caller, fresh }: {
    readonly caller: TerminalCaller & { readonly actor: Actor };
    readonly fresh: readonly TerminalJournalEvent[];
  },
): Promise<number> {
  const last = fresh.findLast(({ kind }) => kind === PAD_TAMPERED);
  if (!last) return 0;
  const { terminalId, actor } = caller;
  const before = timeOfId(last.id);
  return await destroyPadKeys(deps, tx, { terminalId, actor, why: "tampered", before });
}

async function insertFresh(
  tx: Transaction<FleetTables>,
  { terminalId, events, now }: {
    readonly terminalId: string;
    readonly events: readonly TerminalJournalEvent[];
    readonly now: Date;
  },
): Promise<void> {
  const byId = new Map(events.map((event) => [event.id, event]));
  // Partitions hold the present months: what waited longer on a terminal is filed by its arrival.
  const filedAt = (id: string) => isTimely(id, now) ? timeOfId(id) : now;
  const times = [now, ...[...byId.keys()].map(timeOfId)];
  const since = new Date(Math.min(...times.map((time) => time.getTime())));
  const known = await listKnownEventIds(tx, { terminalId, ids: [...byId.keys()], since });
  await insertEvents(
    tx,
    [...byId.values()].filter(({ id }) => !known.has(id)).map((event) => ({
      terminal_id: terminalId,
      id: event.id,
      at: filedAt(event.id),
      source: "terminal",
      number: BigInt(event.number),
      kind: event.kind,
      severity: event.severity,
      fields: JSON.stringify(event.fields),
      actor: null,
      happened_at: timeOfId(event.id),
      received_at: now,
    })),
  );
}
