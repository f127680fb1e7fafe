import type { QueryCreator, Selectable, Transaction } from "kysely";
import { insertIfAbsent } from "../../../../platform/upsert.ts";
import type { SignInTables } from "../tables.ts";

export type TotpRow = Selectable<SignInTables["totp_factor"]>;
export type RecoveryCodeRow = Selectable<SignInTables["recovery_code"]>;

export async function findTotp(
  db: QueryCreator<SignInTables>,
  accountId: string,
): Promise<TotpRow | null> {
  const row = await db.selectFrom("totp_factor").selectAll()
    .where("account_id", "=", accountId).executeTakeFirst();
  return row ?? null;
}

/** Replaces the one before. */
export async function keepTotp(tx: Transaction<SignInTables>, row: TotpRow): Promise<void> {
  if (await insertIfAbsent(tx, "totp_factor", row, ["account_id"])) return;
  const { account_id, ...values } = row;
  await tx.updateTable("totp_factor").set(values).where("account_id", "=", account_id).execute();
}

/** True for the one request that comes with a step newer than any before (RFC 6238 §5.2). */
export async function takeTotpStep(
  tx: Transaction<SignInTables>,
  { account_id, last_step, tag }: TotpRow,
  before: TotpRow,
): Promise<boolean> {
  const result = await tx.updateTable("totp_factor").set({ last_step, tag })
    .where("account_id", "=", account_id).where("tag", "=", before.tag).executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export async function deleteTotp(
  tx: Transaction<SignInTables>,
  accountId: string,
): Promise<boolean> {
  const result = await tx.deleteFrom("totp_factor").where("account_id", "=", accountId)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}

/** How many of them were still good. */
export async function deleteRecoveryCodes(
  tx: Transaction<SignInTables>,
  accountId: string,
): Promise<number> {
  const result = await tx.deleteFrom("recovery_code").where("account_id", "=", accountId)
    .where("used_at", "is", null).executeTakeFirst();
  await tx.deleteFrom("recovery_code").where("account_id", "=", accountId).execute();
  return Number(result.numDeletedRows);
}

/** The ones before are gone. */
export async function replaceRecoveryCodes(
  tx: Transaction<SignInTables>,
  accountId: string,
  rows: readonly RecoveryCodeRow[],
): Promise<void> {
  await tx.deleteFrom("recovery_code").where("account_id", "=", accountId).execute();
  await tx.insertInto("recovery_code").values([...rows]).execute();
}

/** Null for one that was used, too. */
export async function findRecoveryCode(
  db: QueryCreator<SignInTables>,
  accountId: string,
  hash: Uint8Array,
): Promise<RecoveryCodeRow | null> {
  const row = await db.selectFrom("recovery_code").selectAll().where("account_id", "=", accountId)
    .where("hash", "=", hash).where("used_at", "is", null).executeTakeFirst();
  return row ?? null;
}

/** True for the one request that comes with it first. */
export async function takeRecoveryCode(
  tx: Transaction<SignInTables>,
  { account_id, hash, used_at, tag }: RecoveryCodeRow,
): Promise<boolean> {
  const result = await tx.updateTable("recovery_code").set({ used_at, tag })
    .where("account_id", "=", account_id).where("hash", "=", hash)
    .where("used_at", "is", null).executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export async function countRecoveryCodes(
  db: QueryCreator<SignInTables>,
  accountId: string,
): Promise<number> {
  const row = await db.selectFrom("recovery_code")
    .select((eb) => eb.fn.countAll<bigint>().as("left"))
    .where("account_id", "=", accountId).where("used_at", "is", null).executeTakeFirstOrThrow();
  return Number(row.left);
}
