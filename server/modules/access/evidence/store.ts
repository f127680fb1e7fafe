import { type Kysely, type QueryCreator, sql } from "kysely";
import type { CertificateTables } from "../certificates/tables.ts";
import type { ProgramTables } from "../programs/tables.ts";
import type { Duty } from "../permission.ts";
import type { SignInTables } from "../sign_in/tables.ts";
import type { AccessTables } from "../tables.ts";

/** What evidence is read from; nothing is written. */
export type EvidenceTables = AccessTables & SignInTables & CertificateTables & ProgramTables;

type AccountColumns = Pick<
  AccessTables["account"],
  | "id"
  | "login"
  | "kind"
  | "duty"
  | "state"
  | "disabled_why"
  | "created_at"
  | "changed_at"
  | "expires_at"
  | "last_used_at"
>;

export interface AccountRow extends AccountColumns {
  readonly organisation_code: string;
  readonly organisation_name: string;
  /** Login. */
  readonly created_by: string | null;
  readonly password_set_at: Date | null;
  readonly is_one_time: boolean | null;
  readonly totp_enrolled_at: Date | null;
}

/** By login, from the one after `after`; without the name, which is sealed. */
export async function listAccountPage(
  db: QueryCreator<EvidenceTables>,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<AccountRow[]> {
  return await db.selectFrom("account")
    .innerJoin("organisation", "organisation.id", "account.organisation_id")
    .leftJoin("account as creator", "creator.id", "account.created_by")
    .leftJoin("account_password", "account_password.account_id", "account.id")
    .leftJoin("totp_factor", "totp_factor.account_id", "account.id")
    .select([
      "account.id",
      "account.login",
      "account.kind",
      "account.duty",
      "account.state",
      "account.disabled_why",
      "account.created_at",
      "account.changed_at",
      "account.expires_at",
      "account.last_used_at",
      "organisation.code as organisation_code",
      "organisation.name as organisation_name",
      "creator.login as created_by",
      "account_password.set_at as password_set_at",
      "account_password.is_one_time",
      "totp_factor.enrolled_at as totp_enrolled_at",
    ])
    .where("account.login", ">", after).orderBy("account.login").limit(limit).execute();
}

/** Of these accounts, how many certificates and program keys are in use. */
export async function countKeysOf(
  db: QueryCreator<EvidenceTables>,
  accountIds: readonly string[],
): Promise<{ readonly certificates: Counts; readonly programKeys: Counts }> {
  if (accountIds.length === 0) return { certificates: new Map(), programKeys: new Map() };
  const certificates = await db.selectFrom("account_certificate").select("account_id")
    .select((eb) => eb.fn.countAll().as("count"))
    .where("account_id", "in", accountIds).where("removed_at", "is", null)
    .groupBy("account_id").execute();
  const programKeys = await db.selectFrom("program_key").select("account_id")
    .select((eb) => eb.fn.countAll().as("count"))
    .where("account_id", "in", accountIds).where("ended_at", "is", null)
    .groupBy("account_id").execute();
  return { certificates: countsOf(certificates), programKeys: countsOf(programKeys) };
}

type Counts = ReadonlyMap<string, number>;

function countsOf(
  rows: readonly { readonly account_id: string; readonly count: string | number | bigint }[],
): Counts {
  return new Map(rows.map(({ account_id, count }) => [account_id, Number(count)]));
}

export async function listRoleRows(
  db: QueryCreator<EvidenceTables>,
): Promise<AccessTables["role"][]> {
  return await db.selectFrom("role").selectAll().orderBy("duty").orderBy("name").execute();
}

const ORGANISATIONS_MAX = 50_000;

export async function listOrganisationNames(
  db: QueryCreator<EvidenceTables>,
): Promise<Pick<AccessTables["organisation"], "id" | "code" | "name">[]> {
  return await db.selectFrom("organisation").select(["id", "code", "name"]).orderBy("code")
    .limit(ORGANISATIONS_MAX).execute();
}

type GrantColumns = Pick<
  AccessTables["account_grant"],
  "id" | "duty" | "granted_at" | "expires_at" | "ended_at"
>;

/** People by their logins. */
export interface GrantRow extends GrantColumns {
  readonly login: string;
  readonly account_duty: Duty;
  readonly role_name: string;
  readonly role_duty: Duty;
  readonly organisation_code: string;
  readonly organisation_name: string;
  readonly granted_by: string | null;
  readonly ended_by: string | null;
}

/** By id, from the one after `after`; ended ones too. */
export async function listGrantPage(
  db: QueryCreator<EvidenceTables>,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<GrantRow[]> {
  return await db.selectFrom("account_grant")
    .innerJoin("account", "account.id", "account_grant.account_id")
    .innerJoin("role", "role.id", "account_grant.role_id")
    .innerJoin("organisation", "organisation.id", "account_grant.organisation_id")
    .leftJoin("account as giver", "giver.id", "account_grant.granted_by")
    .leftJoin("account as ender", "ender.id", "account_grant.ended_by")
    .select([
      "account_grant.id",
      "account_grant.duty",
      "account_grant.granted_at",
      "account_grant.expires_at",
      "account_grant.ended_at",
      "account.login",
      "account.duty as account_duty",
      "role.name as role_name",
      "role.duty as role_duty",
      "organisation.code as organisation_code",
      "organisation.name as organisation_name",
      "giver.login as granted_by",
      "ender.login as ended_by",
    ])
    .where("account_grant.id", ">", after).orderBy("account_grant.id").limit(limit).execute();
}

type RequestColumns = Pick<
  AccessTables["rights_request"],
  "id" | "kind" | "state" | "reason" | "note" | "requested_at" | "decided_at"
>;

/** People by their logins. */
export interface RequestRow extends RequestColumns {
  readonly login: string;
  readonly role_name: string;
  readonly organisation_code: string;
  readonly requested_by: string;
  readonly decided_by: string | null;
}

/** Asked for or decided in the period. */
export async function listRequestPage(
  db: QueryCreator<EvidenceTables>,
  { after, limit, from, until }: {
    readonly after: string;
    readonly limit: number;
    readonly from: Date;
    readonly until: Date;
  },
): Promise<RequestRow[]> {
  return await db.selectFrom("rights_request as request")
    .innerJoin("account", "account.id", "request.account_id")
    .innerJoin("role", "role.id", "request.role_id")
    .innerJoin("organisation", "organisation.id", "request.organisation_id")
    .innerJoin("account as asker", "asker.id", "request.requested_by")
    .leftJoin("account as decider", "decider.id", "request.decided_by")
    .select([
      "request.id",
      "request.kind",
      "request.state",
      "request.reason",
      "request.note",
      "request.requested_at",
      "request.decided_at",
      "account.login",
      "role.name as role_name",
      "organisation.code as organisation_code",
      "asker.login as requested_by",
      "decider.login as decided_by",
    ])
    .where("request.id", ">", after)
    .where((eb) =>
      eb.or([
        eb.and([eb("requested_at", ">=", from), eb("requested_at", "<", until)]),
        eb.and([eb("decided_at", ">=", from), eb("decided_at", "<", until)]),
      ])
    )
    .orderBy("request.id").limit(limit).execute();
}

export interface ExclusivityCounts {
  readonly grantsOfOtherDuty: number;
  readonly ownGrants: number;
  readonly ownApprovals: number;
  readonly approvedRequests: number;
  readonly grantsNotBySecurity: number;
}

/** Rows that the constraints make impossible: asked for all the same, as proof. */
export async function countExclusivity(
  db: QueryCreator<EvidenceTables>,
): Promise<ExclusivityCounts> {
  const foreign = await db.selectFrom("account_grant")
    .innerJoin("account", "account.id", "account_grant.account_id")
    .innerJoin("role", "role.id", "account_grant.role_id")
    .select((eb) => eb.fn.countAll().as("count"))
    .whereRef("account.duty", "<>", "role.duty").executeTakeFirstOrThrow();
  const own = await db.selectFrom("account_grant")
    .select((eb) => eb.fn.countAll().as("count"))
    .whereRef("granted_by", "=", "account_id").executeTakeFirstOrThrow();
  const approvals = await db.selectFrom("rights_request")
    .select((eb) => eb.fn.countAll().as("count")).where("state", "=", "approved")
    .where((eb) =>
      eb.or([
        eb("decided_by", "=", eb.ref("requested_by")),
        eb("decided_by", "=", eb.ref("account_id")),
      ])
    ).executeTakeFirstOrThrow();
  const approved = await db.selectFrom("rights_request")
    .select((eb) => eb.fn.countAll().as("count")).where("state", "=", "approved")
    .executeTakeFirstOrThrow();
  const others = await db.selectFrom("account_grant")
    .innerJoin("account as giver", "giver.id", "account_grant.granted_by")
    .select((eb) => eb.fn.countAll().as("count"))
    .where("giver.duty", "<>", "security").executeTakeFirstOrThrow();
  return {
    approvedRequests: Number(approved.count),
    grantsNotBySecurity: Number(others.count),
    grantsOfOtherDuty: Number(foreign.count),
    ownGrants: Number(own.count),
    ownApprovals: Number(approvals.count),
  };
}

export interface ColumnOfConstraint {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly column: string;
}

/** Keys and references of the tables of rights as the database has them now (SQL standard views). */
export async function listRightsConstraints(
  db: Kysely<EvidenceTables>,
): Promise<readonly ColumnOfConstraint[]> {
  const { rows } = await sql<ColumnOfConstraint>`
    select c.table_name as "table", c.constraint_name as "name", c.constraint_type as "type",
      k.column_name as "column"
    from information_schema.table_constraints c
    join information_schema.key_column_usage k
      on k.constraint_schema = c.constraint_schema and k.constraint_name = c.constraint_name
      and k.table_name = c.table_name
    where c.table_schema = current_schema()
      and c.table_name in ('account', 'role', 'account_grant', 'rights_request')
    order by c.table_name, c.constraint_name, k.ordinal_position
  `.execute(db);
  return rows;
}

/** Conditions of the same tables. */
export async function listRightsChecks(
  db: Kysely<EvidenceTables>,
): Promise<readonly { readonly table: string; readonly name: string; readonly clause: string }[]> {
  const { rows } = await sql<{ table: string; name: string; clause: string }>`
    select c.table_name as "table", c.constraint_name as "name", k.check_clause as "clause"
    from information_schema.table_constraints c
    join information_schema.check_constraints k
      on k.constraint_schema = c.constraint_schema and k.constraint_name = c.constraint_name
    where c.table_schema = current_schema() and c.constraint_type = 'CHECK'
      and c.table_name in ('account', 'role', 'account_grant', 'rights_request')
      and k.check_clause not like '%IS NOT NULL'
    order by c.table_name, c.constraint_name
  `.execute(db);
  return rows;
}

type LockColumns = Pick<
  SignInTables["sign_in_failure"],
  "kind" | "name" | "failures" | "last_failed_at" | "locked_until"
>;

export interface LockRow extends LockColumns {
  /** Of an account. */
  readonly login: string | null;
}

/** Accounts and addresses that failed to sign in and are still counted. */
export async function listLocks(db: QueryCreator<EvidenceTables>): Promise<LockRow[]> {
  return await db.selectFrom("sign_in_failure")
    .leftJoin(
      "account",
      (join) => join.on((eb) => eb(eb.cast<string>("account.id", "text"), "=", eb.ref("name"))),
    )
    .select([
      "sign_in_failure.kind",
      "name",
      "account.login",
      "failures",
      "last_failed_at",
      "locked_until",
    ])
    .orderBy("sign_in_failure.kind").orderBy("name").limit(LOCKS_MAX).execute();
}

const LOCKS_MAX = 10_000;
