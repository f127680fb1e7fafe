import { type Kysely, type QueryCreator, sql, type Transaction } from "kysely";
import { insertIfAbsent } from "../../platform/upsert.ts";
import type { ComplianceTables } from "./tables.ts";

const PARTITION = /_y\d{4}m\d{2}$/;

/** "table.column" of every column whose name says that it is sealed or a blind index, and is. */
export async function listSealedColumns(db: Kysely<ComplianceTables>): Promise<string[]> {
  const { rows } = await sql<{ table: string; column: string }>`
    select table_name as "table", column_name as "column" from information_schema.columns
    where table_schema = current_schema() and data_type = 'bytea'
      and (column_name like '%\\_sealed' or column_name like '%\\_index')
    order by table_name, column_name
  `.execute(db);
  return rows.filter(({ table }) => !PARTITION.test(table))
    .map(({ table, column }) => `${table}.${column}`);
}

export interface TableRight {
  readonly account: string;
  readonly table: string;
  readonly right: string;
}

/** What this database account may do to the audit trail beside reading and adding. */
export async function listTrailWriteRights(db: Kysely<ComplianceTables>): Promise<TableRight[]> {
  const { rows } = await sql<TableRight>`
    select grantee as "account", table_name as "table", privilege_type as "right"
    from information_schema.table_privileges
    where table_schema = current_schema() and grantee = current_user
      and table_name in ('audit_event', 'audit_link', 'audit_checkpoint')
      and privilege_type in ('UPDATE', 'DELETE', 'TRUNCATE')
    order by table_name, privilege_type
  `.execute(db);
  return rows;
}

/** As the server names itself. */
export async function readDatabaseVersion(db: Kysely<ComplianceTables>): Promise<string> {
  const { rows } = await sql<{ version: string }>`select version() as version`.execute(db);
  return rows[0]?.version ?? "";
}

export type PackRow = ComplianceTables["compliance_pack"];
type Tx = Transaction<ComplianceTables>;

/** False when a pack of this id is there. */
export async function insertPack(tx: Tx, row: PackRow): Promise<boolean> {
  return await insertIfAbsent(tx, "compliance_pack", row, ["id"]);
}

export async function findPackRow(
  db: QueryCreator<ComplianceTables>,
  id: string,
): Promise<PackRow | null> {
  return await db.selectFrom("compliance_pack").selectAll().where("id", "=", id)
    .executeTakeFirst() ?? null;
}

/** Newest first; one more than `limit`. */
export async function listPackRows(
  db: QueryCreator<ComplianceTables>,
  { before, limit }: { readonly before: string | null; readonly limit: number },
): Promise<PackRow[]> {
  let query = db.selectFrom("compliance_pack").selectAll();
  if (before !== null) query = query.where("id", "<", before);
  return await query.orderBy("id", "desc").limit(limit + 1).execute();
}

export async function hasLivePack(db: QueryCreator<ComplianceTables>): Promise<boolean> {
  const found = await db.selectFrom("compliance_pack").select("id")
    .where("state", "in", ["waiting", "running"]).limit(1).executeTakeFirst();
  return found !== undefined;
}

/** The one that waits longest, now running here; null when there is none. */
export async function claimPack(tx: Tx, now: Date): Promise<PackRow | null> {
  const row = await tx.selectFrom("compliance_pack").selectAll().where("state", "=", "waiting")
    .orderBy("requested_at").limit(1).forUpdate().skipLocked().executeTakeFirst();
  if (!row) return null;
  const claimed = { state: "running", seen_at: now } as const;
  await tx.updateTable("compliance_pack").set(claimed).where("id", "=", row.id).execute();
  return { ...row, ...claimed };
}

/** False when the pack is not running any more: it was cancelled, or taken for dead. */
export async function changeRunning(
  tx: Tx,
  id: string,
  change: Partial<PackRow>,
): Promise<boolean> {
  const result = await tx.updateTable("compliance_pack").set(change)
    .where("id", "=", id).where("state", "=", "running").executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Those under way; false when there is nothing to cancel. */
export async function cancelLive(tx: Tx, id: string, now: Date): Promise<boolean> {
  const result = await tx.updateTable("compliance_pack")
    .set({ state: "cancelled", ended_at: now })
    .where("id", "=", id).where("state", "in", ["waiting", "running"]).executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Running ones nobody has heard of since: those that end with it. */
export async function breakSilent(
  tx: Tx,
  { seenBefore, now, why }: { readonly seenBefore: Date; readonly now: Date; readonly why: string },
): Promise<PackRow[]> {
  return await tx.updateTable("compliance_pack").set({ state: "broken", ended_at: now, why })
    .where("state", "=", "running").where("seen_at", "<", seenBefore).returningAll().execute();
}

/** Made ones whose time is over, and all but the newest `keep`. */
export async function expirePacks(
  tx: Tx,
  { now, keep }: { readonly now: Date; readonly keep: number },
): Promise<void> {
  const kept = await tx.selectFrom("compliance_pack").select("id").where("state", "=", "made")
    .where("expires_at", ">", now).orderBy("id", "desc").limit(keep).execute();
  let query = tx.updateTable("compliance_pack").set({ state: "expired" })
    .where("state", "=", "made");
  if (kept.length > 0) query = query.where("id", "not in", kept.map(({ id }) => id));
  await query.execute();
}

/** Pieces of packs that have no file any more. */
export async function deleteLeftPieces(tx: Tx): Promise<void> {
  await tx.deleteFrom("compliance_pack_piece").where(
    "pack_id",
    "in",
    tx.selectFrom("compliance_pack").select("id")
      .where("state", "in", ["cancelled", "broken", "expired"]),
  ).execute();
}

export async function insertPiece(
  tx: Tx,
  row: ComplianceTables["compliance_pack_piece"],
): Promise<void> {
  await tx.insertInto("compliance_pack_piece").values(row).execute();
}

export async function insertPackIndex(
  tx: Tx,
  row: ComplianceTables["compliance_pack_index"],
): Promise<void> {
  await tx.insertInto("compliance_pack_index").values(row).execute();
}

/** Its JSON; null where the pack was not made, or before verdicts were kept. */
export async function findPackClauses(
  db: QueryCreator<ComplianceTables>,
  packId: string,
): Promise<string | null> {
  const row = await db.selectFrom("compliance_pack_index").select("clauses")
    .where("pack_id", "=", packId).executeTakeFirst();
  return row?.clauses ?? null;
}

/** Null after the last one. */
export async function findPiece(
  db: QueryCreator<ComplianceTables>,
  { packId, number }: { readonly packId: string; readonly number: number },
): Promise<Uint8Array | null> {
  const row = await db.selectFrom("compliance_pack_piece").select("bytes")
    .where("pack_id", "=", packId).where("number", "=", number).executeTakeFirst();
  return row?.bytes ?? null;
}
