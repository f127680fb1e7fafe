import type { Kysely, Transaction } from "kysely";
import type { SmProvider } from "../../../../crypto/provider.ts";
import type { Clock } from "../../../platform/clock.ts";
import { DomainError } from "../../../platform/errors.ts";
import type { Log } from "../../../platform/log.ts";
import { systemActor } from "../actor.ts";
import type { AuditEventRow } from "../canonical_form.ts";
import type { AuditWriter } from "../record_events.ts";
import type { AuditTables } from "../tables.ts";
import { type AuditTags, type HeadRow, openAuditTags, type StateRow } from "./audit_tags.ts";
import { BEFORE_FIRST, type Head, linkDigest } from "./link.ts";
import {
  findHeads,
  findUnlinked,
  insertHead,
  insertLinks,
  isBegun,
  type LinkRow,
  lockState,
  updateHead,
  updateState,
} from "./store.ts";

export interface LinkEventsDeps {
  readonly db: Kysely<AuditTables>;
  readonly clock: Clock;
  readonly log: Log;
  readonly provider: SmProvider;
  readonly audit: AuditWriter;
}

/** Of one transaction. */
const BATCH_EVENTS_MAX = 1_000;
/** A transaction that wrote an event commits within this time, or a sweep finds the event. */
const LATE_MS_MAX = 60_000;
const SWEEP_EVERY_MS = 3_600_000;
const SWEEP_BACK_MS = 48 * 3_600_000;
/** Of a row of the table; events in one batch that are foreign beyond this are only counted. */
const TOLD_MAX = 20;

/** Links one batch; any number of processes may try, one does it at a time. */
export interface Chainer {
  /** How many were linked; BATCH_EVENTS_MAX says that there may be more. */
  linkBatch(): Promise<number>;
}

export function createChainer(deps: LinkEventsDeps): Chainer {
  const broken = new Set<string>();
  let tags: Promise<AuditTags> | null = null;
  return {
    linkBatch: async () =>
      await linkBatch(deps, { broken, tags: await (tags ??= openAuditTags(deps.provider)) }),
  };
}

/** Links until nothing is left; for tests, commands and a round of the worker. */
export async function linkAll(chainer: Chainer): Promise<number> {
  for (let linked = 0;;) {
    const batch = await chainer.linkBatch();
    linked += batch;
    if (batch < BATCH_EVENTS_MAX) return linked;
  }
}

interface Known {
  readonly tags: AuditTags;
  /** Streams whose head was changed past the platform: they stand until somebody has looked. */
  readonly broken: Set<string>;
}

async function linkBatch(deps: LinkEventsDeps, known: Known): Promise<number> {
  const now = deps.clock.now();
  return await deps.db.transaction().execute(async (tx) => {
    const state = await takeState(tx, known.tags, now);
    if (!state) return 0;
    await forgetMended(tx, known);
    const isSweep = now.getTime() - state.swept_at.getTime() >= SWEEP_EVERY_MS;
    const events = await findUnlinked(tx, {
      since: new Date(isSweep ? now.getTime() - SWEEP_BACK_MS : sinceOf(state)),
      limit: BATCH_EVENTS_MAX,
      exceptStreams: [...known.broken],
    });
    const at = new Date(Math.max(now.getTime(), state.at.getTime() + 1));
    const linked = await linkEach(deps, known, { tx, at, events });
    const isDone = events.length < BATCH_EVENTS_MAX;
    if (linked === 0 && !(isSweep && isDone)) return 0;
    const moved = {
      ...state,
      at,
      links: state.links + BigInt(linked),
      scanned_to: scannedTo(state, { events, isSweep, isDone, now }),
      ...(isSweep && isDone && { swept_at: now }),
    };
    await updateState(tx, { ...moved, tag: await known.tags.stateTag(moved) });
    return linked;
  });
}

/** Streams that stood and that somebody had go on. */
async function forgetMended(tx: Transaction<AuditTables>, { tags, broken }: Known): Promise<void> {
  if (broken.size === 0) return;
  for (const head of await findHeads(tx, [...broken])) {
    if (await tags.fitsHead(head)) broken.delete(head.stream_id);
  }
}

function sinceOf({ scanned_to }: StateRow): number {
  return Math.max(0, scanned_to.getTime() - LATE_MS_MAX);
}

interface Scan {
  readonly events: readonly AuditEventRow[];
  readonly isSweep: boolean;
  readonly isDone: boolean;
  readonly now: Date;
}

function scannedTo(state: StateRow, { events, isSweep, isDone, now }: Scan): Date {
  if (isSweep) return state.scanned_to;
  const last = isDone ? now : events.at(-1)?.at ?? now;
  // Events may be dated into the future by whoever writes past the platform.
  const seen = last < now ? last : now;
  return seen > state.scanned_to ? seen : state.scanned_to;
}

/** The state row, locked and as the platform left it; null while another process has it. */
export async function takeState(
  tx: Transaction<AuditTables>,
  tags: AuditTags,
  now: Date,
): Promise<StateRow | null> {
  const first = {
    id: 1,
    at: new Date(0),
    links: 0n,
    checkpoint_number: 0n,
    checkpoint_digest: BEFORE_FIRST.digest,
    checkpoint_at: null,
    checkpoint_links: 0n,
    scanned_to: new Date(0),
    swept_at: now,
  };
  const state = await lockState(tx, { ...first, tag: await tags.stateTag(first) });
  if (!state || await tags.fitsState(state)) return state;
  throw new DomainError(
    "audit.state_changed",
    "Cannot link audit events: the row of audit_chain_state was changed past the platform",
  );
}

interface Batch {
  readonly tx: Transaction<AuditTables>;
  readonly at: Date;
  readonly events: readonly AuditEventRow[];
}

async function linkEach(deps: LinkEventsDeps, known: Known, batch: Batch): Promise<number> {
  const { tx, at, events } = batch;
  if (events.length === 0) return 0;
  const rows = await findHeads(tx, [...new Set(events.map(({ stream_id }) => stream_id))]);
  await leaveBroken(deps, known, rows);
  await leaveBeheaded(deps, known, { tx, events, heads: rows });
  const heads = new Map<string, Head>(rows.map((row) => [row.stream_id, row]));
  const links: LinkRow[] = [];
  for (const event of events) {
    if (known.broken.has(event.stream_id)) continue;
    const previous = heads.get(event.stream_id) ?? BEFORE_FIRST;
    const link = await linkOf(known.tags, { event, previous, at });
    heads.set(event.stream_id, link);
    links.push(link);
  }
  if (links.length === 0) return 0;
  await insertLinks(tx, links);
  const present = new Set(rows.map(({ stream_id }) => stream_id));
  for (const stream_id of new Set(links.map((link) => link.stream_id))) {
    const { n, digest } = heads.get(stream_id) ?? BEFORE_FIRST;
    const head = { stream_id, at, n, digest };
    const tagged = { ...head, tag: await known.tags.headTag(head) };
    await (present.has(stream_id) ? updateHead(tx, tagged) : insertHead(tx, tagged));
  }
  await tellForeign(deps, tx, links.filter(({ genuine }) => !genuine));
  return links.length;
}

async function linkOf(
  tags: AuditTags,
  { event, previous, at }: {
    readonly event: AuditEventRow;
    readonly previous: Head;
    readonly at: Date;
  },
): Promise<LinkRow> {
  const facts = { n: previous.n + 1n, at, genuine: await tags.fitsEvent(event) };
  return {
    ...facts,
    stream_id: event.stream_id,
    event_id: event.id,
    event_at: event.at,
    digest: linkDigest(event, previous.digest, facts),
  };
}

async function leaveBroken(
  { log }: LinkEventsDeps,
  { tags, broken }: Known,
  heads: readonly HeadRow[],
): Promise<void> {
  for (const head of heads) {
    if (await tags.fitsHead(head)) continue;
    broken.add(head.stream_id);
    log.error("Audit stream stands: its head was changed past the platform", {
      stream: head.stream_id,
    });
  }
}

/** A stream with links and no head would begin anew from 1. */
async function leaveBeheaded(
  { log }: LinkEventsDeps,
  { broken }: Known,
  { tx, events, heads }: Pick<Batch, "tx" | "events"> & { readonly heads: readonly HeadRow[] },
): Promise<void> {
  const seen = new Set(heads.map(({ stream_id }) => stream_id));
  for (const event of events) {
    if (seen.has(event.stream_id)) continue;
    seen.add(event.stream_id);
    if (!await isBegun(tx, event)) continue;
    broken.add(event.stream_id);
    log.error("Audit stream stands: its head is gone", { stream: event.stream_id });
  }
}

/** An event whose tag does not fit is linked as what it is, and told: the chain goes on. */
async function tellForeign(
  { audit, log }: LinkEventsDeps,
  tx: Transaction<AuditTables>,
  foreign: readonly LinkRow[],
): Promise<void> {
  if (foreign.length === 0) return;
  log.error("Audit events were written past the platform", { count: foreign.length });
  await audit.record(
    tx,
    systemActor("audit"),
    foreign.slice(0, TOLD_MAX).map(({ event_id }) => ({
      kind: "platform.integrity_broken",
      result: "failed",
      objectId: event_id,
      fields: { table: "audit_event", rowId: event_id },
    })),
  );
}
