import type { QueryCreator, Selectable, Transaction } from "kysely";
import { insertIfAbsent } from "../../../../platform/upsert.ts";
import type { SignInTables } from "../tables.ts";

export type PasswordRow = Selectable<SignInTables["account_password"]>;

export type FormerPassword = Selectable<SignInTables["former_password"]>;

export async function findPassword(
  db: QueryCreator<SignInTables>,
  accountId: string,
): Promise<PasswordRow | null> {
  const row = await db.selectFrom("account_password").selectAll()
    .where("account_id", "=", accountId).executeTakeFirst();
  return row ?? null;
}

export async function replacePassword(
  tx: Transaction<SignInTables>,
  row: PasswordRow,
): Promise<void> {
  if (await insertIfAbsent(tx, "account_password", row, ["account_id"])) return;
  const { account_id, ...values } = row;
  await tx.updateTable("account_password").set(values).where("account_id", "=", account_id)
    .execute();
}

/** Nothing where it is not the row before any more. */
export async function replacePasswordRow(
  tx: Transaction<SignInTables>,
  { account_id, ...values }: PasswordRow,
  { tag }: PasswordRow,
): Promise<void> {
  await tx.updateTable("account_password").set(values).where("account_id", "=", account_id)
    .where("tag", "=", tag).execute();
}

export async function insertFormerPassword(
  tx: Transaction<SignInTables>,
  row: FormerPassword,
): Promise<void> {
  await tx.insertInto("former_password").values(row).execute();
}

/** Newest first. */
export async function listFormerPasswords(
  db: QueryCreator<SignInTables>,
  accountId: string,
  limit: number,
): Promise<FormerPassword[]> {
  return await db.selectFrom("former_password").selectAll().where("account_id", "=", accountId)
    .orderBy("replaced_at", "desc").limit(limit).execute();
}

/** All but the newest `keep`. */
export async function deleteFormerPasswords(
  tx: Transaction<SignInTables>,
  accountId: string,
  keep: number,
): Promise<void> {
  const old = await tx.selectFrom("former_password").select("id")
    .where("account_id", "=", accountId).orderBy("replaced_at", "desc").offset(keep)
    .limit(keep).execute();
  if (old.length === 0) return;
  await tx.deleteFrom("former_password").where("id", "in", old.map(({ id }) => id)).execute();
}
