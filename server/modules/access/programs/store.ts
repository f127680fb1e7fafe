import type { QueryCreator, Transaction } from "kysely";
import { insertIfAbsent } from "../../../platform/upsert.ts";
import type { AccessTables } from "../tables.ts";
import type { ProgramKeyRow } from "./program_key.ts";
import type { ProgramTables } from "./tables.ts";

/** Ended ones too, so bounded. */
const LIST_ROWS_MAX = 200;

export async function findKeyRow(
  db: QueryCreator<ProgramTables>,
  id: string,
): Promise<ProgramKeyRow | null> {
  return await db.selectFrom("program_key").selectAll().where("id", "=", id).executeTakeFirst() ??
    null;
}

/** Newest first. */
export async function listKeyRows(
  db: QueryCreator<ProgramTables>,
  accountId: string,
): Promise<ProgramKeyRow[]> {
  return await db.selectFrom("program_key").selectAll().where("account_id", "=", accountId)
    .orderBy("created_at", "desc").orderBy("id", "desc").limit(LIST_ROWS_MAX).execute();
}

export async function lockKeyRow(
  tx: Transaction<ProgramTables>,
  id: string,
): Promise<ProgramKeyRow | null> {
  return await tx.selectFrom("program_key").selectAll().where("id", "=", id).forUpdate()
    .executeTakeFirst() ?? null;
}

/** Keys that still work. */
export async function countActiveKeys(
  db: QueryCreator<ProgramTables>,
  { accountId, now }: { readonly accountId: string; readonly now: Date },
): Promise<number> {
  const { count } = await db.selectFrom("program_key")
    .select((eb) => eb.fn.countAll<bigint | number>().as("count"))
    .where("account_id", "=", accountId).where("ended_at", "is", null)
    .where("expires_at", ">", now).executeTakeFirstOrThrow();
  return Number(count);
}

/** False where this public key was given before. */
export async function insertKeyRow(
  tx: Transaction<ProgramTables>,
  row: ProgramKeyRow,
): Promise<boolean> {
  return await insertIfAbsent(tx, "program_key", row, ["public_key"]);
}

export async function updateEnd(tx: Transaction<ProgramTables>, row: ProgramKeyRow): Promise<void> {
  const { ended_at, ended_why, ended_by, tag } = row;
  await tx.updateTable("program_key").set({ ended_at, ended_why, ended_by, tag })
    .where("id", "=", row.id).execute();
}

/** Locked; those another process is at are left to it. */
export async function lockExpiredKeys(
  tx: Transaction<ProgramTables>,
  { now, limit }: { readonly now: Date; readonly limit: number },
): Promise<ProgramKeyRow[]> {
  return await tx.selectFrom("program_key").selectAll()
    .where("ended_at", "is", null).where("expires_at", "<=", now)
    .orderBy("expires_at").limit(limit).forUpdate().skipLocked().execute();
}

/** False when the key used this number before. */
export async function takeNonce(
  tx: Transaction<ProgramTables>,
  row: ProgramTables["program_nonce"],
): Promise<boolean> {
  return await insertIfAbsent(tx, "program_nonce", row, ["key_id", "nonce"]);
}

/** Of key and account, unless that was told since. */
export async function touchUse(
  tx: Transaction<ProgramTables & AccessTables>,
  { keyId, accountId, now, since }: {
    readonly keyId: string;
    readonly accountId: string;
    readonly now: Date;
    readonly since: Date;
  },
): Promise<void> {
  await tx.updateTable("program_key").set({ last_used_at: now }).where("id", "=", keyId)
    .where((eb) => eb.or([eb("last_used_at", "is", null), eb("last_used_at", "<", since)]))
    .execute();
  await tx.updateTable("account").set({ last_used_at: now }).where("id", "=", accountId)
    .where((eb) => eb.or([eb("last_used_at", "is", null), eb("last_used_at", "<", since)]))
    .execute();
}

/** Nonces nobody could use again; their number. */
export async function deleteOldNonces(
  tx: Transaction<ProgramTables>,
  now: Date,
): Promise<number> {
  const result = await tx.deleteFrom("program_nonce").where("expires_at", "<", now)
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}
