import type { QueryCreator, Selectable, Transaction } from "kysely";
import { insertIfAbsent } from "../../../platform/upsert.ts";
import type { Duty } from "../permission.ts";
import { inScope, type Scope } from "../scope.ts";
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

export async function setAttemptSecret(
  tx: Transaction<SignInTables>,
  id: string,
  sealed: Uint8Array,
): Promise<void> {
  await tx.updateTable("sign_in_attempt").set({ secret_sealed: sealed }).where("id", "=", id)
    .execute();
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

export async function insertSession(
  tx: Transaction<SignInTables>,
  row: ConsoleSession,
): Promise<void> {
  await tx.insertInto("console_session").values(row).execute();
}

/** Those not ended, newest first. */
export async function listAccountSessions(
  db: QueryCreator<SignInTables>,
  accountId: string,
): Promise<ConsoleSession[]> {
  return await db.selectFrom("console_session").selectAll()
    .where("account_id", "=", accountId).where("ended_at", "is", null)
    .orderBy("id", "desc").execute();
}

/** False when it ended meanwhile, or somebody else came with the same token first. */
export async function renewToken(
  tx: Transaction<SignInTables>,
  { id, from, to, confirmedAt }: {
    readonly id: string;
    readonly from: Uint8Array;
    readonly to: Uint8Array;
    readonly confirmedAt: Date | null;
  },
): Promise<boolean> {
  const result = await tx.updateTable("console_session")
    .set({ token_hash: to, confirmed_at: confirmedAt })
    .where("id", "=", id).where("token_hash", "=", from).where("ended_at", "is", null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export async function setSessionSecret(
  tx: Transaction<SignInTables>,
  id: string,
  sealed: Uint8Array | null,
): Promise<void> {
  await tx.updateTable("console_session").set({ secret_sealed: sealed }).where("id", "=", id)
    .execute();
}

export type SessionWithLogin = ConsoleSession & {
  readonly login: string;
  readonly organisation_id: string;
};

/** Of accounts in the scope, newest first. */
export async function listOpenSessions(
  db: QueryCreator<SignInTables>,
  { scope, accountId, after, now, limit }: {
    readonly scope: Scope;
    readonly accountId: string | undefined;
    readonly after: string | undefined;
    readonly now: Date;
    readonly limit: number;
  },
): Promise<SessionWithLogin[]> {
  let query = db.selectFrom("console_session")
    .innerJoin("account", "account.id", "console_session.account_id")
    .innerJoin("organisation", "organisation.id", "account.organisation_id")
    .selectAll("console_session").select(["account.login", "account.organisation_id"])
    .where("ended_at", "is", null).where("console_session.expires_at", ">", now)
    .where((eb) => inScope(eb, "organisation.path", scope));
  if (accountId !== undefined) query = query.where("account_id", "=", accountId);
  if (after !== undefined) query = query.where("console_session.id", "<", after);
  return await query.orderBy("console_session.id", "desc").limit(limit).execute();
}

/** Null for one outside of the scope. */
export async function findSessionIn(
  db: QueryCreator<SignInTables>,
  id: string,
  scope: Scope,
): Promise<SessionWithLogin | null> {
  const row = await db.selectFrom("console_session")
    .innerJoin("account", "account.id", "console_session.account_id")
    .innerJoin("organisation", "organisation.id", "account.organisation_id")
    .selectAll("console_session").select(["account.login", "account.organisation_id"])
    .where("console_session.id", "=", id)
    .where((eb) => inScope(eb, "organisation.path", scope))
    .executeTakeFirst();
  return row ?? null;
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

/** Ended, or over by the clock: of no use to anybody any more. */
export async function deleteOldSessions(
  tx: Transaction<SignInTables>,
  before: Date,
): Promise<void> {
  await tx.deleteFrom("console_session").where("expires_at", "<", before).execute();
}
