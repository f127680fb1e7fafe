import { type Kysely, type QueryCreator, sql, type Transaction } from "kysely";
import { profileOf } from "../../../platform/database_product/product.ts";
import { partitionName } from "../../../platform/partitions.ts";
import { nextMonth, startOfMonth } from "./month.ts";
import type { AuditTables } from "../tables.ts";

export type ArchiveRow = AuditTables["audit_archive"];
export type DeletionRow = AuditTables["audit_deletion"];

/** A hundred years. */
const ARCHIVES_MAX = 1_200;

export async function listArchives(db: QueryCreator<AuditTables>): Promise<ArchiveRow[]> {
  return await db.selectFrom("audit_archive").selectAll().orderBy("month", "desc")
    .limit(ARCHIVES_MAX).execute();
}

export async function findArchive(
  db: QueryCreator<AuditTables>,
  month: string,
): Promise<ArchiveRow | null> {
  return await db.selectFrom("audit_archive").selectAll().where("month", "=", month)
    .executeTakeFirst() ?? null;
}

export async function insertArchive(tx: Transaction<AuditTables>, row: ArchiveRow): Promise<void> {
  await tx.insertInto("audit_archive").values(row).execute();
}

/** Those that were not withdrawn. */
export async function listDeletions(db: QueryCreator<AuditTables>): Promise<DeletionRow[]> {
  return await db.selectFrom("audit_deletion").selectAll().where("state", "<>", "withdrawn")
    .orderBy("month").limit(ARCHIVES_MAX).execute();
}

/** Held until the transaction ends. */
export async function lockDeletion(
  tx: Transaction<AuditTables>,
  month: string,
): Promise<DeletionRow | null> {
  return await tx.selectFrom("audit_deletion").selectAll().where("month", "=", month)
    .where("state", "<>", "withdrawn").forUpdate().executeTakeFirst() ?? null;
}

export async function insertDeletion(
  tx: Transaction<AuditTables>,
  row: DeletionRow,
): Promise<void> {
  await tx.insertInto("audit_deletion").values(row).execute();
}

export async function updateDeletion(
  tx: Transaction<AuditTables>,
  { id, ...changed }: DeletionRow,
): Promise<void> {
  await tx.updateTable("audit_deletion").set(changed).where("id", "=", id).execute();
}

/** When the first link was made; null before it. */
export async function firstLinkAt(db: QueryCreator<AuditTables>): Promise<Date | null> {
  const row = await db.selectFrom("audit_link").select("at").orderBy("at").limit(1)
    .executeTakeFirst();
  return row?.at ?? null;
}

/** Of every kind of event that links of a time name, when the last one was. */
export async function lastOfEachKind(
  db: QueryCreator<AuditTables>,
  { from, to }: { readonly from: Date; readonly to: Date },
): Promise<{ readonly kind: string; readonly at: Date }[]> {
  return await db.selectFrom("audit_link as link")
    .innerJoin(
      "audit_event as event",
      (join) =>
        join.onRef("event.id", "=", "link.event_id").onRef("event.at", "=", "link.event_at"),
    )
    .select(({ fn }) => ["event.kind", fn.max("event.at").as("at")])
    .where("link.at", ">=", from).where("link.at", "<", to).groupBy("event.kind").execute();
}

/** Events of a time that no link made before an instant names. */
export async function countUnarchived(
  db: Kysely<AuditTables>,
  { from, to, linkedBefore }: {
    readonly from: Date;
    readonly to: Date;
    readonly linkedBefore: Date;
  },
): Promise<bigint> {
  const { count } = await db.selectFrom("audit_event as event")
    .select(({ fn }) => fn.countAll<bigint>().as("count"))
    .where("event.at", ">=", from).where("event.at", "<", to)
    .where(({ not, exists, selectFrom }) =>
      not(exists(
        selectFrom("audit_link as link").select("link.event_id")
          .whereRef("link.event_id", "=", "event.id").where("link.at", "<", linkedBefore),
      ))
    )
    .executeTakeFirstOrThrow();
  return BigInt(count);
}

/**
 * Only the tables' owner may. Events at the end of the month whose links were made in the next one
 * stay until that is dropped: a link without its event would be a hole that anybody could claim.
 */
export async function dropMonth(tx: Transaction<AuditTables>, month: string): Promise<void> {
  const from = startOfMonth(month);
  const to = startOfMonth(nextMonth(month));
  await deleteStragglers(tx, from, to);
  if (!profileOf(tx).hasPartitions) return await deleteMonth(tx, from, to);
  await sql`create temporary table audit_straggler as select event.* from audit_event event
    where event.at >= ${from} and event.at < ${to} and exists (
      select 1 from audit_link link where link.event_id = event.id
        and link.event_at = event.at and link.at >= ${to})`.execute(tx);
  await sql`truncate ${sql.table(partitionName("audit_event", from))}`.execute(tx);
  await sql`insert into audit_event select * from audit_straggler`.execute(tx);
  await sql`drop table audit_straggler`.execute(tx);
  for (const table of ["audit_link", "audit_checkpoint"]) {
    await sql`drop table ${sql.table(partitionName(table, from))}`.execute(tx);
  }
}

/** The same in tables that are not divided: row by row. */
async function deleteMonth(tx: Transaction<AuditTables>, from: Date, to: Date): Promise<void> {
  await tx.deleteFrom("audit_event").where("at", ">=", from).where("at", "<", to)
    .where(({ exists, not, selectFrom }) =>
      not(exists(
        selectFrom("audit_link").select("n")
          .whereRef("audit_link.event_id", "=", "audit_event.id")
          .whereRef("audit_link.event_at", "=", "audit_event.at").where("audit_link.at", ">=", to),
      ))
    ).execute();
  for (const table of ["audit_link", "audit_checkpoint"] as const) {
    await tx.deleteFrom(table).where("at", ">=", from).where("at", "<", to).execute();
  }
}

/** What an earlier month had left for the links of this one. */
async function deleteStragglers(tx: Transaction<AuditTables>, from: Date, to: Date): Promise<void> {
  await tx.deleteFrom("audit_event").where("at", "<", from)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom("audit_link").select("n")
          .whereRef("audit_link.event_id", "=", "audit_event.id")
          .whereRef("audit_link.event_at", "=", "audit_event.at").where("audit_link.at", "<", to),
      )
    ).execute();
}
