import type { Kysely } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import { DomainError } from "../../../platform/errors.ts";
import { timeOfId } from "../../../platform/ids.ts";
import type { Actor } from "../actor.ts";
import type { AuditWriter } from "../record_events.ts";
import type { AuditTables } from "../tables.ts";
import type { AuditEventView, AuditFilter, SearchBody, SearchReply } from "./contract.ts";
import { type EventQuery, filterText, queryOf } from "./event_query.ts";
import { type Names, viewOf } from "./event_view.ts";
import type { ReadableStreams } from "./readable_streams.ts";
import { selectEvent, selectEvents } from "./store.ts";

export interface SearchEventsDeps {
  readonly db: Kysely<AuditTables>;
  readonly clock: Clock;
  readonly audit: AuditWriter;
  /** By the blind index of the ID number; null for a stranger. */
  readonly findPatientId: (idNumber: string) => Promise<string | null>;
  readonly organisationNames: (ids: readonly string[]) => Promise<Names>;
}

/** Who reads, and what may be seen. */
export interface Reader {
  readonly actor: Actor;
  readonly streams: ReadableStreams;
}

/** One page, newest first; that it was looked for is an event itself. */
export async function searchEvents(
  deps: SearchEventsDeps,
  { actor, streams }: Reader,
  { filter, before, limit }: SearchBody,
): Promise<SearchReply> {
  const query = await resolve(deps, filter);
  const wanted = { query, streams, before: before ?? null, limit: limit + 1 };
  const rows = await inTime(() => selectEvents(deps.db, wanted));
  const page = rows.slice(0, limit);
  await deps.db.transaction().execute((tx) =>
    deps.audit.record(tx, actor, [{
      kind: "audit.searched",
      result: "succeeded",
      ...(query.patientId !== undefined && { patientId: query.patientId }),
      fields: { filter: filterText(filter), rows: page.length },
    }])
  );
  const names = await deps.organisationNames([...new Set(page.map((row) => row.stream_id))]);
  return {
    events: page.map((row) => viewOf(row, names)),
    next: rows.length > limit ? page.at(-1)?.id ?? null : null,
    from: query.from.toISOString(),
    to: query.to.toISOString(),
  };
}

/** Throws DomainError `audit.not_found`, for events of other places too. */
export async function readEvent(
  deps: SearchEventsDeps,
  { actor, streams }: Reader,
  id: string,
): Promise<AuditEventView> {
  const row = await selectEvent(deps.db, { id, at: timeOfId(id), streams });
  await deps.db.transaction().execute((tx) =>
    deps.audit.record(tx, actor, [{
      kind: "audit.searched",
      result: row ? "succeeded" : "refused",
      objectId: id,
      fields: { filter: "event", rows: row ? 1 : 0 },
    }])
  );
  if (!row) throw new DomainError("audit.not_found", `Cannot find event "${id}"`);
  return viewOf(row, await deps.organisationNames([row.stream_id]));
}

/** Nobody's events for a stranger's ID number. */
export async function resolve(
  { clock, findPatientId }: Pick<SearchEventsDeps, "clock" | "findPatientId">,
  filter: AuditFilter,
): Promise<EventQuery> {
  const { patientIdNumber } = filter;
  const now = clock.now();
  if (patientIdNumber === undefined) return queryOf(filter, { now, patientId: filter.patientId });
  const patientId = await findPatientId(patientIdNumber);
  const isOther = filter.patientId !== undefined && filter.patientId !== patientId;
  if (patientId !== null && !isOther) return queryOf(filter, { now, patientId });
  return { ...queryOf(filter, { now, patientId: undefined }), kinds: [] };
}

const STATEMENT_CANCELLED = "57014";

/** Throws DomainError `audit.too_wide` when the database gave up. */
async function inTime<Value>(ask: () => Promise<Value>): Promise<Value> {
  try {
    return await ask();
  } catch (thrown) {
    const isSlow = thrown instanceof Error && "code" in thrown &&
      thrown.code === STATEMENT_CANCELLED;
    if (!isSlow) throw thrown;
    throw new DomainError("audit.too_wide", "Cannot search in time: narrow the filter", {
      cause: thrown,
    });
  }
}
