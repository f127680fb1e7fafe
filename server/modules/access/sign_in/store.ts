import type { QueryCreator, Selectable, Transaction } from "kysely";
import { insertIfAbsent } from "../../../platform/upsert.ts";
import type { Duty } from "../permission.ts";
import type { SessionEnd, SignInTables } from "./tables.ts";

export type ConsoleSession = Selectable<SignInTables["console_session"]>;

export type SessionWithAccount = ConsoleSession & {
  readonly login: string;
  readonly account_kind: "person" | "program";
  readonly account_state: "disabled" | "enabled" | "closed";
  readonly account_expires_at: Date | null;
  readonly account_rights_version: bigint;
  readonly organisation_id: string;
  readonly duty: Duty;
};

/** One indexed query for all that every request of the console needs to know. */
export async function findSession(
  db: QueryCreator<SignInTables>,
  tokenHash: Uint8Array,
): Promise<SessionWithAccount | null> {
  const row = await db.selectFrom("console_session")
    .innerJoin("account", "account.id", "console_session.account_id")
    .selectAll("console_session")
    .select([
      "account.login",
      "account.kind as account_kind",
      "account.state as account_state",
      "account.expires_at as account_expires_at",
      "account.rights_version as account_rights_version",
      "account.organisation_id",
      "account.duty",
    ])
    .where("console_session.token_hash", "=", tokenHash)
    .executeTakeFirst();
  return row ?? null;
}

export async function touchSession(
  tx: Transaction<SignInTables>,
  id: string,
  at: Date,
): Promise<void> {
  await tx.updateTable("console_session").set({ last_used_at: at })
    .where("id", "=", id).where("ended_at", "is", null).execute();
}

/** False when it had ended. */
export async function endSession(
  tx: Transaction<SignInTables>,
  id: string,
  { why, at }: { readonly why: SessionEnd; readonly at: Date },
): Promise<boolean> {
  const result = await tx.updateTable("console_session")
    .set({ ended_at: at, ended_why: why, secret_sealed: null })
    .where("id", "=", id).where("ended_at", "is", null).executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

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
