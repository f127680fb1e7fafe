import type { QueryCreator, Selectable, Transaction } from "kysely";
import { inScope, type Scope } from "../scope.ts";
import type { SignInTables } from "./tables.ts";

export type AccountForSignIn = Pick<
  Selectable<SignInTables["account"]>,
  | "id"
  | "kind"
  | "login"
  | "name_sealed"
  | "organisation_id"
  | "duty"
  | "state"
  | "expires_at"
  | "rights_version"
>;

const ACCOUNT_COLUMNS = [
  "id",
  "kind",
  "login",
  "name_sealed",
  "organisation_id",
  "duty",
  "state",
  "expires_at",
  "rights_version",
] as const;

export async function findAccountByLogin(
  db: QueryCreator<SignInTables>,
  login: string,
): Promise<AccountForSignIn | null> {
  const row = await db.selectFrom("account").select(ACCOUNT_COLUMNS).where("login", "=", login)
    .executeTakeFirst();
  return row ?? null;
}

export async function findAccount(
  db: QueryCreator<SignInTables>,
  id: string,
): Promise<AccountForSignIn | null> {
  const row = await db.selectFrom("account").select(ACCOUNT_COLUMNS).where("id", "=", id)
    .executeTakeFirst();
  return row ?? null;
}

export async function markAccountUsed(
  tx: Transaction<SignInTables>,
  id: string,
  at: Date,
): Promise<void> {
  await tx.updateTable("account").set({ last_used_at: at }).where("id", "=", id).execute();
}

/** One sign-in of an account after the other, so that none is counted past a bound. */
export async function lockAccount(tx: Transaction<SignInTables>, id: string): Promise<void> {
  await tx.selectFrom("account").select("id").where("id", "=", id).forUpdate().execute();
}

export type Attempt = Selectable<SignInTables["sign_in_attempt"]>;

export async function findAttempt(
  db: QueryCreator<SignInTables>,
  ticketHash: Uint8Array,
): Promise<Attempt | null> {
  const row = await db.selectFrom("sign_in_attempt").selectAll()
    .where("ticket_hash", "=", ticketHash).executeTakeFirst();
  return row ?? null;
}

export async function insertAttempt(tx: Transaction<SignInTables>, row: Attempt): Promise<void> {
  await tx.insertInto("sign_in_attempt").values(row).execute();
}

/** True for the one request that takes it: a step is done once. */
export async function takeAttempt(tx: Transaction<SignInTables>, id: string): Promise<boolean> {
  const result = await tx.deleteFrom("sign_in_attempt").where("id", "=", id).executeTakeFirst();
  return result.numDeletedRows === 1n;
}

/** False when another request changed or took it meanwhile. */
export async function updateAttemptSecret(
  tx: Transaction<SignInTables>,
  { id, secret_sealed, tag }: Attempt,
  before: Attempt,
): Promise<boolean> {
  const result = await tx.updateTable("sign_in_attempt").set({ secret_sealed, tag })
    .where("id", "=", id).where("tag", "=", before.tag).executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export async function deleteAttempts(
  tx: Transaction<SignInTables>,
  accountId: string,
): Promise<void> {
  await tx.deleteFrom("sign_in_attempt").where("account_id", "=", accountId).execute();
}

export async function deleteOldAttempts(tx: Transaction<SignInTables>, now: Date): Promise<void> {
  await tx.deleteFrom("sign_in_attempt").where("expires_at", "<=", now).execute();
}

/** By id or login; null for one outside of the scope. */
export async function findAccountIn(
  db: QueryCreator<SignInTables>,
  by: { readonly id: string } | { readonly login: string },
  scope: Scope,
): Promise<AccountForSignIn | null> {
  const row = await db.selectFrom("account")
    .innerJoin("organisation", "organisation.id", "account.organisation_id")
    .select(ACCOUNT_COLUMNS.map((column) => `account.${column}` as const))
    .where("id" in by ? "account.id" : "account.login", "=", "id" in by ? by.id : by.login)
    .where((eb) => inScope(eb, "organisation.path", scope))
    .executeTakeFirst();
  return row ?? null;
}
