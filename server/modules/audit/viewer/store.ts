import {
  type Expression,
  type ExpressionBuilder,
  type QueryCreator,
  sql,
  type SqlBool,
} from "kysely";
import type { AuditEventRow } from "../canonical_form.ts";
import { PLATFORM_STREAM } from "../record_events.ts";
import type { AuditTables } from "../tables.ts";
import type { EventQuery } from "./event_query.ts";
import type { ReadableStreams } from "./readable_streams.ts";

export interface EventsWanted {
  readonly query: EventQuery;
  readonly streams: ReadableStreams;
  /** Older than this one. */
  readonly before: string | null;
  readonly limit: number;
}

/** Newest first. */
export async function selectEvents(
  db: QueryCreator<AuditTables>,
  { query, streams, before, limit }: EventsWanted,
): Promise<AuditEventRow[]> {
  let found = db.selectFrom("audit_event").selectAll()
    .where((eb) => isReadable(eb, streams))
    .where("at", ">=", query.from).where("at", "<", query.to)
    // Ids hold their time: the primary key serves the order and the bounds at once.
    .where("id", ">=", firstIdAt(query.from)).where("id", "<", before ?? firstIdAt(query.to));
  if (query.kinds !== null) {
    const { kinds } = query;
    found = found.where((eb) => kinds.length === 0 ? sql<SqlBool>`false` : eb("kind", "in", kinds));
  }
  const { result, actorKind, objectId, text } = query;
  if (result !== undefined) found = found.where("result", "=", result);
  if (actorKind !== undefined) found = found.where("actor_kind", "=", actorKind);
  if (objectId !== undefined) found = found.where("object_id", "=", objectId);
  if (query.actorId !== undefined) found = found.where("actor_id", "=", query.actorId);
  const { terminalId } = query;
  if (terminalId !== undefined) found = found.where((eb) => isAtTerminal(eb, terminalId));
  if (query.orderId !== undefined) found = found.where("order_id", "=", query.orderId);
  if (query.patientId !== undefined) found = found.where("patient_id", "=", query.patientId);
  if (text !== undefined) found = found.where((eb) => hasText(eb, text));
  return await found.orderBy("id", "desc").limit(limit).execute();
}

export async function selectEvent(
  db: QueryCreator<AuditTables>,
  { id, at, streams }: {
    readonly id: string;
    readonly at: Date;
    readonly streams: ReadableStreams;
  },
): Promise<AuditEventRow | null> {
  const row = await db.selectFrom("audit_event").selectAll()
    .where("id", "=", id).where("at", "=", at).where((eb) => isReadable(eb, streams))
    .executeTakeFirst();
  return row ?? null;
}

type Where = ExpressionBuilder<AuditTables, "audit_event">;

function isReadable(eb: Where, streams: ReadableStreams): Expression<SqlBool> {
  const organisations = eb("stream_id", "in", streams.organisations);
  return streams.platform
    ? eb.or([organisations, eb("stream_id", "=", PLATFORM_STREAM)])
    : organisations;
}

/** As each of two indexes wants it: the terminal's own deeds are found as those of an actor. */
function isAtTerminal(eb: Where, terminalId: string): Expression<SqlBool> {
  return eb.or([
    eb("actor_id", "=", terminalId).and("terminal_id", "=", terminalId),
    eb("terminal_id", "=", terminalId).and(sql<SqlBool>`terminal_id is distinct from actor_id`),
  ]);
}

function hasText(eb: Where, text: string): Expression<SqlBool> {
  // Nothing in the text stands for anything else.
  const pattern = `%${text.replace(/[\\%_]/g, "\\$&")}%`;
  return eb.or([
    eb("fields", "like", pattern),
    eb("actor_name", "like", pattern),
    eb("object_id", "like", pattern),
    eb("reason", "like", pattern),
  ]);
}

/** No id of that millisecond comes before it. */
function firstIdAt(time: Date): string {
  const hex = Math.max(0, time.getTime()).toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-0000-0000-000000000000`;
}
