import type { QueryCreator, Transaction } from "kysely";
import type { CertificateRow } from "./certificate_row.ts";
import type { CertificateTables } from "./tables.ts";

type ChallengeRow = CertificateTables["certificate_challenge"];

/** Removed ones too, so bounded. */
const LIST_ROWS_MAX = 100;

/** Newest first. */
export async function listCertificateRows(
  db: QueryCreator<CertificateTables>,
  accountId: string,
): Promise<CertificateRow[]> {
  return await db.selectFrom("account_certificate").selectAll()
    .where("account_id", "=", accountId)
    .orderBy("enrolled_at", "desc").orderBy("id", "desc").limit(LIST_ROWS_MAX).execute();
}

/** Neither removed nor over. */
export async function listUsableRows(
  db: QueryCreator<CertificateTables>,
  { accountId, now }: { readonly accountId: string; readonly now: Date },
): Promise<CertificateRow[]> {
  return await db.selectFrom("account_certificate").selectAll()
    .where("account_id", "=", accountId).where("removed_at", "is", null)
    .where("not_after", ">", now).orderBy("id").limit(LIST_ROWS_MAX).execute();
}

export async function isEnrolled(
  db: QueryCreator<CertificateTables>,
  fingerprint: Uint8Array,
): Promise<boolean> {
  const row = await db.selectFrom("account_certificate").select("id")
    .where("fingerprint", "=", fingerprint).where("removed_at", "is", null).executeTakeFirst();
  return row !== undefined;
}

export async function insertCertificate(
  tx: Transaction<CertificateTables>,
  row: CertificateRow,
): Promise<void> {
  await tx.insertInto("account_certificate").values(row).execute();
}

export async function lockCertificate(
  tx: Transaction<CertificateTables>,
  id: string,
): Promise<CertificateRow | null> {
  return await tx.selectFrom("account_certificate").selectAll().where("id", "=", id).forUpdate()
    .executeTakeFirst() ?? null;
}

/** Those not removed. */
export async function lockCertificatesOf(
  tx: Transaction<CertificateTables>,
  accountId: string,
): Promise<CertificateRow[]> {
  return await tx.selectFrom("account_certificate").selectAll()
    .where("account_id", "=", accountId).where("removed_at", "is", null).orderBy("id")
    .forUpdate().execute();
}

export async function updateRemoval(
  tx: Transaction<CertificateTables>,
  { id, removed_at, removed_by, tag }: CertificateRow,
): Promise<void> {
  await tx.updateTable("account_certificate").set({ removed_at, removed_by, tag })
    .where("id", "=", id).execute();
}

export async function touchCertificate(
  tx: Transaction<CertificateTables>,
  id: string,
  at: Date,
): Promise<void> {
  await tx.updateTable("account_certificate").set({ last_used_at: at }).where("id", "=", id)
    .execute();
}

export async function insertChallenge(
  tx: Transaction<CertificateTables>,
  row: ChallengeRow,
): Promise<void> {
  await tx.insertInto("certificate_challenge").values(row).execute();
}

/** Its text, for the one request that comes first with all of it; else null. */
export async function takeChallenge(
  tx: Transaction<CertificateTables>,
  wanted: Pick<ChallengeRow, "id" | "account_id" | "purpose" | "bound_to">,
  now: Date,
): Promise<string | null> {
  const result = await tx.updateTable("certificate_challenge").set({ used_at: now })
    .where("id", "=", wanted.id).where("account_id", "=", wanted.account_id)
    .where("purpose", "=", wanted.purpose).where("bound_to", "=", wanted.bound_to)
    .where("used_at", "is", null).where("expires_at", ">", now).executeTakeFirst();
  if (result.numUpdatedRows !== 1n) return null;
  const row = await tx.selectFrom("certificate_challenge").select("text")
    .where("id", "=", wanted.id).executeTakeFirstOrThrow();
  return row.text;
}

/** Those of the account that nobody can answer any more, so that asking often leaves nothing. */
export async function deleteOldChallenges(
  tx: Transaction<CertificateTables>,
  { accountId, now }: { readonly accountId: string; readonly now: Date },
): Promise<void> {
  await tx.deleteFrom("certificate_challenge").where("account_id", "=", accountId)
    .where((eb) => eb.or([eb("expires_at", "<=", now), eb("used_at", "is not", null)]))
    .execute();
}

/** Challenges of the account that wait for an answer. */
export async function countOpenChallenges(
  tx: Transaction<CertificateTables>,
  accountId: string,
): Promise<number> {
  const { count } = await tx.selectFrom("certificate_challenge")
    .select((eb) => eb.fn.countAll<bigint | number>().as("count"))
    .where("account_id", "=", accountId).executeTakeFirstOrThrow();
  return Number(count);
}
