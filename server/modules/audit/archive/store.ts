import { type Kysely, type QueryCreator, sql, type Transaction } from "kysely";
import { partitionName } from "../../../platform/partitions.ts";
import { AUDIT_PARTITIONED, type AuditTables } from "../tables.ts";

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

/** Only the tables' owner may. */
export async function dropMonth(tx: Transaction<AuditTables>, month: Date): Promise<void> {
  for (const table of AUDIT_PARTITIONED) {
    await sql`drop table ${sql.table(partitionName(table, month))}`.execute(tx);
  }
}
