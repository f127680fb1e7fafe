import type { QueryCreator } from "kysely";
import type { AuditEventRow } from "../canonical_form.ts";
import type { AuditTables } from "../tables.ts";

export interface EventSpan {
  readonly from: Date;
  readonly until: Date;
}

/** In the order of their ids, from the one after `after`. */
export async function listEventPage(
  db: QueryCreator<AuditTables>,
  { from, until, kinds, after, limit }: EventSpan & {
    readonly kinds: readonly string[];
    readonly after: string;
    readonly limit: number;
  },
): Promise<Omit<AuditEventRow, "tag">[]> {
  return await db.selectFrom("audit_event").select([
    "id",
    "at",
    "stream_id",
    "kind",
    "result",
    "reason",
    "actor_kind",
    "actor_id",
    "actor_name",
    "actor_organisation_id",
    "session_id",
    "address",
    "trace_id",
    "object_id",
    "terminal_id",
    "patient_id",
    "order_id",
    "fields",
  ])
    .where("at", ">=", from).where("at", "<", until)
    .where("kind", "in", kinds).where("id", ">", after)
    .orderBy("id").limit(limit).execute();
}

export interface EventCount {
  readonly kind: string;
  readonly result: string;
  readonly actor_kind: string;
  readonly count: number;
}

export async function countEvents(
  db: QueryCreator<AuditTables>,
  { from, until }: EventSpan,
): Promise<EventCount[]> {
  const rows = await db.selectFrom("audit_event").select(["kind", "result", "actor_kind"])
    .select((eb) => eb.fn.countAll().as("count"))
    .where("at", ">=", from).where("at", "<", until)
    .groupBy(["kind", "result", "actor_kind"])
    .orderBy("kind").orderBy("result").orderBy("actor_kind").execute();
  return rows.map((row) => ({ ...row, count: Number(row.count) }));
}

export interface TrailEnds {
  readonly oldest: Date | null;
  readonly newest: Date | null;
}

/** The first and last there are, whatever the period. */
export async function findTrailEnds(db: QueryCreator<AuditTables>): Promise<TrailEnds> {
  const oldest = await db.selectFrom("audit_event").select("at").orderBy("id").limit(1)
    .executeTakeFirst();
  const newest = await db.selectFrom("audit_event").select("at").orderBy("id", "desc").limit(1)
    .executeTakeFirst();
  return { oldest: oldest?.at ?? null, newest: newest?.at ?? null };
}
