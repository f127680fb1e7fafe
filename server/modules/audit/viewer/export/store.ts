import type { QueryCreator, Transaction } from "kysely";
import type { AuditExportTables } from "./tables.ts";

export type ExportRow = AuditExportTables["audit_export"];

export interface ExportKey {
  readonly id: string;
  readonly accountId: string;
}

export async function insertExport(
  tx: Transaction<AuditExportTables>,
  row: ExportRow,
): Promise<void> {
  await tx.insertInto("audit_export").values(row).execute();
}

/** Null for one of another account. */
export async function findExport(
  db: QueryCreator<AuditExportTables>,
  { id, accountId }: ExportKey,
): Promise<ExportRow | null> {
  const row = await db.selectFrom("audit_export").selectAll()
    .where("id", "=", id).where("account_id", "=", accountId).executeTakeFirst();
  return row ?? null;
}

/** Of an account, waiting or running; others are over. */
export async function countOpenExports(
  db: QueryCreator<AuditExportTables>,
  { accountId, now, silentSince }: {
    readonly accountId: string;
    readonly now: Date;
    /** What has not moved since then died with its process. */
    readonly silentSince: Date;
  },
): Promise<number> {
  const rows = await db.selectFrom("audit_export").select("id")
    .where("account_id", "=", accountId)
    .where((eb) =>
      eb.or([
        eb.and([eb("state", "=", "waiting"), eb("expires_at", ">", now)]),
        eb.and([eb("state", "=", "running"), eb("changed_at", ">", silentSince)]),
      ])
    ).execute();
  return rows.length;
}

/** True for the one call that begins it. */
export async function beginExport(
  tx: Transaction<AuditExportTables>,
  { id, accountId }: ExportKey,
  now: Date,
): Promise<boolean> {
  const result = await tx.updateTable("audit_export").set({ state: "running", changed_at: now })
    .where("id", "=", id).where("account_id", "=", accountId)
    .where("state", "=", "waiting").where("expires_at", ">", now).executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** False when it was cancelled meanwhile. */
export async function moveExport(
  db: Transaction<AuditExportTables>,
  id: string,
  change: Pick<ExportRow, "row_count" | "reached_at" | "changed_at">,
): Promise<boolean> {
  const result = await db.updateTable("audit_export").set(change)
    .where("id", "=", id).where("state", "=", "running").executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

type LiveState = "waiting" | "running";

/** Once: null when it was over already. The row as it is now. */
export async function endExport(
  tx: Transaction<AuditExportTables>,
  { id, from }: { readonly id: string; readonly from: readonly LiveState[] },
  change:
    & Pick<ExportRow, "state" | "changed_at">
    & Partial<Pick<ExportRow, "row_count" | "digest">>,
): Promise<ExportRow | null> {
  return await tx.updateTable("audit_export").set(change)
    .where("id", "=", id).where("state", "in", from).returningAll().executeTakeFirst() ?? null;
}

/** Ends what waits although its time is over; null when somebody fetches it meanwhile. */
export async function expireExport(
  tx: Transaction<AuditExportTables>,
  { id, now }: { readonly id: string; readonly now: Date },
): Promise<ExportRow | null> {
  return await tx.updateTable("audit_export").set({ state: "expired", changed_at: now })
    .where("id", "=", id).where("state", "=", "waiting").where("expires_at", "<=", now)
    .returningAll().executeTakeFirst() ?? null;
}

/** Ends what runs and has not moved since; null when it has. */
export async function interruptExport(
  tx: Transaction<AuditExportTables>,
  { id, silentSince, now }: {
    readonly id: string;
    readonly silentSince: Date;
    readonly now: Date;
  },
): Promise<ExportRow | null> {
  return await tx.updateTable("audit_export").set({ state: "interrupted", changed_at: now })
    .where("id", "=", id).where("state", "=", "running").where("changed_at", "<=", silentSince)
    .returningAll().executeTakeFirst() ?? null;
}

/** Neither over nor alive, oldest first. */
export async function listLeftExports(
  db: QueryCreator<AuditExportTables>,
  { now, silentSince, limit }: {
    readonly now: Date;
    readonly silentSince: Date;
    readonly limit: number;
  },
): Promise<Pick<ExportRow, "id" | "state">[]> {
  return await db.selectFrom("audit_export").select(["id", "state"])
    .where((eb) =>
      eb.or([
        eb.and([eb("state", "=", "waiting"), eb("expires_at", "<=", now)]),
        eb.and([eb("state", "=", "running"), eb("changed_at", "<=", silentSince)]),
      ])
    ).orderBy("changed_at").limit(limit).execute();
}
