import type { Kysely, QueryCreator, Selectable, Transaction } from "kysely";
import { compiledOnce } from "../../../../platform/compiled_query.ts";
import type { Duty } from "../../permission.ts";
import { inScope, type Scope } from "../../scope.ts";
import type { SignInTables } from "../tables.ts";

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

const FIND_SESSION = compiledOnce((db: Kysely<SignInTables>) =>
  db.selectFrom("console_session")
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
    .where("console_session.token_hash", "=", new Uint8Array(0))
);

/** One indexed query for all that every request of the console needs to know. */
export async function findSession(
  db: Kysely<SignInTables>,
  tokenHash: Uint8Array,
): Promise<SessionWithAccount | null> {
  const { rows } = await db.executeQuery(FIND_SESSION([tokenHash]));
  return rows[0] ?? null;
}

/** Waits for whoever changes it. */
export async function lockSession(
  tx: Transaction<SignInTables>,
  id: string,
): Promise<ConsoleSession | null> {
  const row = await tx.selectFrom("console_session").selectAll().where("id", "=", id).forUpdate()
    .executeTakeFirst();
  return row ?? null;
}

/** False when somebody else changed it since it was read. */
export async function updateSession(
  tx: Transaction<SignInTables>,
  after: ConsoleSession,
  before: ConsoleSession,
): Promise<boolean> {
  const { token_hash, confirmed_at, last_used_at, secret_sealed, ended_at, ended_why, tag } = after;
  const result = await tx.updateTable("console_session")
    .set({ token_hash, confirmed_at, last_used_at, secret_sealed, ended_at, ended_why, tag })
    .where("id", "=", after.id).where("tag", before.tag === null ? "is" : "=", before.tag)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
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

/** Ended, or over by the clock: of no use to anybody any more. */
export async function deleteOldSessions(
  tx: Transaction<SignInTables>,
  before: Date,
): Promise<void> {
  await tx.deleteFrom("console_session").where("expires_at", "<", before).execute();
}
