import { type QueryCreator, sql } from "kysely";
import { type AuditEventRow, canonicalText, type FormedEvent } from "../canonical_form.ts";
import type { CheckpointRow, LinkRow } from "../chain/store.ts";
import type { AuditEventId } from "../event.ts";
import { PLATFORM_STREAM } from "../record_events.ts";
import type { AuditTables } from "../tables.ts";

/** In the order links were made. */
export interface LinkCursor {
  readonly at: Date;
  readonly stream_id: string;
  readonly n: bigint;
}

export interface LinkedEvent {
  readonly link: LinkRow;
  /** Null where it is gone. */
  readonly event: FormedEvent | null;
}

export async function pageOfLinks(
  db: QueryCreator<AuditTables>,
  { after, to, limit }: { readonly after: LinkCursor; readonly to: Date; readonly limit: number },
): Promise<LinkedEvent[]> {
  const rows = await db
    // A page first, so that its events are looked for by their key, whatever the tables' size.
    .selectFrom((eb) =>
      eb.selectFrom("audit_link").select([
        "at as link_at",
        "stream_id as link_stream_id",
        "n",
        "event_id",
        "event_at",
        "genuine",
        "digest",
      ])
        .where("at", ">=", after.at).where("at", "<=", to)
        .where(({ eb, refTuple, tuple }) =>
          eb(refTuple("at", "stream_id", "n"), ">", tuple(after.at, after.stream_id, after.n))
        )
        .orderBy("at").orderBy("stream_id").orderBy("n").limit(limit).as("link")
    )
    .leftJoin(
      "audit_event as event",
      (join) =>
        join.onRef("event.id", "=", "link.event_id").onRef("event.at", "=", "link.event_at"),
    )
    .selectAll("link").selectAll("event")
    .orderBy("link_at").orderBy("link_stream_id").orderBy("n").execute();
  return rows.map((row) => {
    const { link_at: at, link_stream_id: stream_id, n, event_id, event_at, genuine, digest } = row;
    const event = isEvent(row) ? { text: canonicalText(row), tag: row.tag } : null;
    return { link: { at, stream_id, n, event_id, event_at, genuine, digest }, event };
  });
}

type Maybe<Row> = { readonly [Column in keyof Row]: Row[Column] | null };

/** An outer join has all columns of it or none. */
function isEvent(row: Maybe<AuditEventRow>): row is AuditEventRow {
  return row.tag !== null;
}

/** What names an event: its id alone may be written again at another time. */
export function eventKey(id: string, at: Date): string {
  return `${id} ${at.getTime()}`;
}

/** The events of these links by `eventKey`; some may be gone. */
export async function eventsOf(
  db: QueryCreator<AuditTables>,
  links: readonly Pick<LinkRow, "event_id" | "event_at">[],
): Promise<Map<string, AuditEventRow>> {
  const times = links.map(({ event_at }) => event_at.getTime());
  const ids = `{${links.map(({ event_id }) => event_id).join(",")}}`;
  const rows = await db.selectFrom("audit_event").selectAll()
    .where(sql<boolean>`id = any(${ids}::uuid[])`)
    .where("at", ">=", new Date(times.reduce((least, time) => Math.min(least, time))))
    .where("at", "<=", new Date(times.reduce((most, time) => Math.max(most, time))))
    .execute();
  return new Map(rows.map((row) => [eventKey(row.id, row.at), row]));
}

export async function pageOfCheckpoints(
  db: QueryCreator<AuditTables>,
  { after, to, limit }: {
    /** Time and number of the one before. */
    readonly after: Pick<CheckpointRow, "at" | "number">;
    readonly to: Date;
    readonly limit: number;
  },
): Promise<CheckpointRow[]> {
  return await db.selectFrom("audit_checkpoint").selectAll()
    .where("at", ">=", after.at).where("at", "<=", to)
    .where(({ eb, refTuple, tuple }) =>
      eb(refTuple("at", "number"), ">", tuple(after.at, after.number))
    )
    .orderBy("at").orderBy("number").limit(limit).execute();
}

/** The first one at or after an instant. */
export async function findCheckpointFrom(
  db: QueryCreator<AuditTables>,
  from: Date,
): Promise<CheckpointRow | null> {
  return await db.selectFrom("audit_checkpoint").selectAll().where("at", ">=", from)
    .orderBy("at").limit(1).executeTakeFirst() ?? null;
}

export async function listCountersignatures(
  db: QueryCreator<AuditTables>,
  numbers: readonly bigint[],
): Promise<AuditTables["audit_countersignature"][]> {
  return await db.selectFrom("audit_countersignature").selectAll()
    .where("checkpoint_number", "in", numbers).orderBy("fingerprint").execute();
}

/** How many events of a time there are, and how many links name one. */
export async function countLinked(
  db: QueryCreator<AuditTables>,
  { after, before }: { readonly after: Date; readonly before: Date },
): Promise<{ readonly events: bigint; readonly links: bigint }> {
  const events = await db.selectFrom("audit_event")
    .select(({ fn }) => fn.countAll<bigint>().as("count"))
    .where("at", ">", after).where("at", "<", before).executeTakeFirstOrThrow();
  const links = await db.selectFrom("audit_link")
    .select(({ fn }) => fn.countAll<bigint>().as("count"))
    .where("event_at", ">", after).where("event_at", "<", before).executeTakeFirstOrThrow();
  return { events: BigInt(events.count), links: BigInt(links.count) };
}

/** By id and time; for finding those that no link names. */
export async function pageOfEventIds(
  db: QueryCreator<AuditTables>,
  { after, since, to, limit }: {
    readonly after: Pick<AuditEventRow, "id" | "at">;
    readonly since: Date;
    readonly to: Date;
    readonly limit: number;
  },
): Promise<Pick<AuditEventRow, "id" | "at">[]> {
  return await db.selectFrom("audit_event").select(["id", "at"])
    .where("id", ">=", after.id)
    .where(({ eb, refTuple, tuple }) => eb(refTuple("id", "at"), ">", tuple(after.id, after.at)))
    .where("at", ">=", since).where("at", "<=", to)
    .orderBy("id").orderBy("at").limit(limit).execute();
}

/** By `eventKey`. */
export async function linkedEvents(
  db: QueryCreator<AuditTables>,
  ids: readonly string[],
): Promise<Set<string>> {
  const text = `{${ids.join(",")}}`;
  const rows = await db.selectFrom("audit_link").select(["event_id", "event_at"])
    .where(sql<boolean>`event_id = any(${text}::uuid[])`).execute();
  return new Set(rows.map((row) => eventKey(row.event_id, row.event_at)));
}

export type Verification = Pick<AuditEventRow, "kind" | "at" | "result" | "reason" | "fields">;

/** The newest event of the platform's own checks since then; only ended ones on demand. */
export async function findSystemVerification(
  db: QueryCreator<AuditTables>,
  since: Date,
  kinds: readonly AuditEventId[] = ["audit.verify_started", "audit.verified"],
): Promise<Verification | null> {
  return await db.selectFrom("audit_event").select(["kind", "at", "result", "reason", "fields"])
    .where("stream_id", "=", PLATFORM_STREAM).where("at", ">=", since)
    .where("kind", "in", kinds).where("actor_kind", "=", "system")
    .orderBy("id", "desc").limit(1).executeTakeFirst() ?? null;
}

/** Archived months, oldest first. */
export async function listArchivesByMonth(
  db: QueryCreator<AuditTables>,
): Promise<AuditTables["audit_archive"][]> {
  return await db.selectFrom("audit_archive").selectAll().orderBy("month").execute();
}

/** Of months whose events are gone from the database on purpose, oldest first. */
export async function listDoneDeletions(
  db: QueryCreator<AuditTables>,
): Promise<AuditTables["audit_deletion"][]> {
  return await db.selectFrom("audit_deletion").selectAll().where("state", "=", "done")
    .orderBy("month").execute();
}

/** When the first link that is left was made. */
export async function findFirstLinkAt(db: QueryCreator<AuditTables>): Promise<Date | null> {
  const row = await db.selectFrom("audit_link").select("at").orderBy("at").limit(1)
    .executeTakeFirst();
  return row?.at ?? null;
}
