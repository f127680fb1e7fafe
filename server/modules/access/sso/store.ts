import type { QueryCreator, Transaction } from "kysely";
import type { AccessTables } from "../tables.ts";
import type { IdentityRow } from "./identity_row.ts";
import type { SsoTables } from "./tables.ts";

export type AttemptRow = SsoTables["sso_attempt"];

const LIST_ROWS_MAX = 50;

export async function insertAttempt(tx: Transaction<SsoTables>, row: AttemptRow): Promise<void> {
  await tx.insertInto("sso_attempt").values(row).execute();
}

/** For the one request that comes first with its cookie, in time; else null. */
export async function takeAttempt(
  tx: Transaction<SsoTables>,
  { provider, cookie_digest }: Pick<AttemptRow, "provider" | "cookie_digest">,
  now: Date,
): Promise<AttemptRow | null> {
  const result = await tx.updateTable("sso_attempt").set({ used_at: now })
    .where("cookie_digest", "=", cookie_digest).where("provider", "=", provider)
    .where("used_at", "is", null).where("expires_at", ">", now).executeTakeFirst();
  if (result.numUpdatedRows !== 1n) return null;
  return await tx.selectFrom("sso_attempt").selectAll()
    .where("cookie_digest", "=", cookie_digest).executeTakeFirstOrThrow();
}

/** Their number. */
export async function deleteOldAttempts(tx: Transaction<SsoTables>, before: Date): Promise<number> {
  const result = await tx.deleteFrom("sso_attempt").where("expires_at", "<", before)
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}

export async function findIdentity(
  db: QueryCreator<SsoTables>,
  { issuer, subject_index }: Pick<IdentityRow, "issuer" | "subject_index">,
): Promise<IdentityRow | null> {
  return await db.selectFrom("account_identity").selectAll()
    .where("issuer", "=", issuer).where("subject_index", "=", subject_index)
    .where("removed_at", "is", null).executeTakeFirst() ?? null;
}

export interface IdentityWithMaker extends IdentityRow {
  readonly maker_login: string;
}

/** Those not removed, newest first. */
export async function listIdentities(
  db: QueryCreator<SsoTables & AccessTables>,
  accountId: string,
): Promise<IdentityWithMaker[]> {
  return await db.selectFrom("account_identity as i")
    .innerJoin("account as m", "m.id", "i.linked_by")
    .selectAll("i").select("m.login as maker_login")
    .where("i.account_id", "=", accountId).where("i.removed_at", "is", null)
    .orderBy("i.linked_at", "desc").orderBy("i.id", "desc").limit(LIST_ROWS_MAX).execute();
}

export async function insertIdentity(
  tx: Transaction<SsoTables>,
  row: IdentityRow,
): Promise<void> {
  await tx.insertInto("account_identity").values(row).execute();
}

export async function lockIdentity(
  tx: Transaction<SsoTables>,
  id: string,
): Promise<IdentityRow | null> {
  return await tx.selectFrom("account_identity").selectAll().where("id", "=", id).forUpdate()
    .executeTakeFirst() ?? null;
}

export async function updateRemoval(
  tx: Transaction<SsoTables>,
  { id, removed_at, removed_by, tag }: IdentityRow,
): Promise<void> {
  await tx.updateTable("account_identity").set({ removed_at, removed_by, tag })
    .where("id", "=", id).execute();
}

/** False for one that was removed meanwhile. */
export async function touchIdentity(
  tx: Transaction<SsoTables>,
  id: string,
  at: Date,
): Promise<boolean> {
  const result = await tx.updateTable("account_identity").set({ last_used_at: at })
    .where("id", "=", id).where("removed_at", "is", null).executeTakeFirst();
  return result.numUpdatedRows === 1n;
}
