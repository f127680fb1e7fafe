import type { Kysely, QueryCreator, Transaction } from "kysely";
import { insertIfAbsent } from "../../../platform/upsert.ts";
import type { AuditEventRow } from "../canonical_form.ts";
import type { AuditTables } from "../tables.ts";
import type { HeadRow, StateRow } from "./audit_tags.ts";

export type LinkRow = AuditTables["audit_link"];
export type CheckpointRow = AuditTables["audit_checkpoint"];

const STATE_ID = 1;
/** A link's time is the worker's clock, an event's that of the process that wrote it. */
const CLOCKS_APART_MS_MAX = 24 * 3_600_000;

/** Holds the one state row until the transaction ends; null when another process holds it. */
export async function lockState(
  tx: Transaction<AuditTables>,
  first: StateRow,
): Promise<StateRow | null> {
  const find = () =>
    tx.selectFrom("audit_chain_state").selectAll().where("id", "=", STATE_ID)
      .forUpdate().skipLocked().executeTakeFirst();
  const found = await find();
  if (found) return found;
  await insertIfAbsent(tx, "audit_chain_state", first, ["id"]);
  return await find() ?? null;
}

export async function findState(db: QueryCreator<AuditTables>): Promise<StateRow | null> {
  return await db.selectFrom("audit_chain_state").selectAll().where("id", "=", STATE_ID)
    .executeTakeFirst() ?? null;
}

export async function updateState(tx: Transaction<AuditTables>, state: StateRow): Promise<void> {
  const { id, ...changed } = state;
  await tx.updateTable("audit_chain_state").set(changed).where("id", "=", id).execute();
}

export interface UnlinkedQuery {
  readonly since: Date;
  readonly limit: number;
  readonly exceptStreams: readonly string[];
}

/** In the order of their ids, which is about that of their times. */
export async function findUnlinked(
  db: QueryCreator<AuditTables>,
  { since, limit, exceptStreams }: UnlinkedQuery,
): Promise<AuditEventRow[]> {
  let query = unlinked(db, since).selectAll("event");
  if (exceptStreams.length > 0) query = query.where("event.stream_id", "not in", exceptStreams);
  return await query.orderBy("event.id").limit(limit).execute();
}

const COUNTED_MAX = 10_000;

/** At most COUNTED_MAX. */
export async function countUnlinked(
  db: Kysely<AuditTables>,
  { since }: { readonly since: Date },
): Promise<number> {
  const rows = await unlinked(db, since).select("event.id").limit(COUNTED_MAX).execute();
  return rows.length;
}

function unlinked(db: QueryCreator<AuditTables>, since: Date) {
  return db.selectFrom("audit_event as event")
    .where("event.id", ">=", lowestId(since)).where("event.at", ">=", since)
    .where(({ not, exists, selectFrom }) =>
      not(exists(
        selectFrom("audit_link as link").select("link.event_id")
          .whereRef("link.event_id", "=", "event.id")
          // An id alone is no event: the same one may be written again at another time.
          .whereRef("link.event_at", "=", "event.at")
          .where("link.at", ">=", new Date(since.getTime() - CLOCKS_APART_MS_MAX)),
      ))
    );
}

export async function findHeads(
  db: QueryCreator<AuditTables>,
  streams: readonly string[],
): Promise<HeadRow[]> {
  return await db.selectFrom("audit_head").selectAll().where("stream_id", "in", streams).execute();
}

/** How many of a stream's events to look back at. */
const LOOKED_BACK_MAX = 20;

/** Whether the stream had links before this event. */
export async function isBegun(
  db: QueryCreator<AuditTables>,
  { stream_id, id }: Pick<AuditEventRow, "stream_id" | "id">,
): Promise<boolean> {
  const earlier = await db.selectFrom("audit_event").select("id")
    .where("stream_id", "=", stream_id).where("id", "<", id)
    .orderBy("id", "desc").limit(LOOKED_BACK_MAX).execute();
  if (earlier.length === 0) return false;
  const link = await db.selectFrom("audit_link").select("n").where("stream_id", "=", stream_id)
    .where("event_id", "in", earlier.map((event) => event.id)).limit(1).executeTakeFirst();
  return link !== undefined;
}

export async function listHeads(db: QueryCreator<AuditTables>): Promise<HeadRow[]> {
  return await db.selectFrom("audit_head").selectAll().execute();
}

export async function insertLinks(
  tx: Transaction<AuditTables>,
  links: readonly LinkRow[],
): Promise<void> {
  await tx.insertInto("audit_link").values(links).execute();
}

export async function insertHead(tx: Transaction<AuditTables>, head: HeadRow): Promise<void> {
  await tx.insertInto("audit_head").values(head).execute();
}

export async function updateHead(
  tx: Transaction<AuditTables>,
  { stream_id, ...changed }: HeadRow,
): Promise<void> {
  await tx.updateTable("audit_head").set(changed).where("stream_id", "=", stream_id).execute();
}

export async function insertCheckpoint(
  tx: Transaction<AuditTables>,
  checkpoint: CheckpointRow,
): Promise<void> {
  await tx.insertInto("audit_checkpoint").values(checkpoint).execute();
}

/** Those above `number`, oldest first. */
export async function listCheckpointsAfter(
  db: Kysely<AuditTables>,
  number: bigint,
  limit: number,
): Promise<Pick<CheckpointRow, "number" | "at" | "digest">[]> {
  return await db.selectFrom("audit_checkpoint").select(["number", "at", "digest"])
    .where("number", ">", number).orderBy("number").limit(limit).execute();
}

/** The last one made before an instant. */
export async function findCheckpointBefore(
  db: QueryCreator<AuditTables>,
  before: Date,
): Promise<CheckpointRow | null> {
  return await db.selectFrom("audit_checkpoint").selectAll().where("at", "<", before)
    .orderBy("at", "desc").limit(1).executeTakeFirst() ?? null;
}

/** Of UUIDv7 made at an instant (RFC 9562 §5.7) the lowest. */
function lowestId(at: Date): string {
  const hex = at.getTime().toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

export async function findCheckpoint(
  db: QueryCreator<AuditTables>,
  number: bigint,
): Promise<CheckpointRow | null> {
  return await db.selectFrom("audit_checkpoint").selectAll().where("number", "=", number)
    .executeTakeFirst() ?? null;
}

/** False where this key signed it already. */
export async function insertCountersignature(
  tx: Transaction<AuditTables>,
  row: AuditTables["audit_countersignature"],
): Promise<boolean> {
  return await insertIfAbsent(tx, "audit_countersignature", row, [
    "checkpoint_number",
    "fingerprint",
  ]);
}

export async function findLastCheckpoint(
  db: QueryCreator<AuditTables>,
): Promise<CheckpointRow | null> {
  return await db.selectFrom("audit_checkpoint").selectAll().orderBy("at", "desc").limit(1)
    .executeTakeFirst() ?? null;
}

/** Held until the transaction ends, whatever is in it; a chainer at work is waited for. */
export async function holdState(tx: Transaction<AuditTables>): Promise<void> {
  await tx.selectFrom("audit_chain_state").select("id").where("id", "=", STATE_ID)
    .forUpdate().execute();
}

export async function replaceState(tx: Transaction<AuditTables>, state: StateRow): Promise<void> {
  await tx.deleteFrom("audit_chain_state").where("id", "=", STATE_ID).execute();
  await tx.insertInto("audit_chain_state").values(state).execute();
}

export async function deleteHead(tx: Transaction<AuditTables>, stream: string): Promise<void> {
  await tx.deleteFrom("audit_head").where("stream_id", "=", stream).execute();
}

/** Of every stream the link with the highest number; reads them all. */
export async function lastLinks(db: QueryCreator<AuditTables>): Promise<LinkRow[]> {
  return await db.selectFrom("audit_link as link").selectAll("link")
    .innerJoin(
      (eb) =>
        eb.selectFrom("audit_link").select(({ fn }) => ["stream_id", fn.max("n").as("most")])
          .groupBy("stream_id").as("last"),
      (join) =>
        join.onRef("last.stream_id", "=", "link.stream_id").onRef("last.most", "=", "link.n"),
    )
    .orderBy("link.at").execute();
}

export async function insertBreak(
  tx: Transaction<AuditTables>,
  row: AuditTables["audit_break"],
): Promise<void> {
  await tx.insertInto("audit_break").values(row).execute();
}

export async function listBreaks(
  db: QueryCreator<AuditTables>,
): Promise<AuditTables["audit_break"][]> {
  return await db.selectFrom("audit_break").selectAll().orderBy("number").execute();
}

export async function findLastBreakNumber(db: QueryCreator<AuditTables>): Promise<bigint> {
  return (await listBreaks(db)).at(-1)?.number ?? 0n;
}
