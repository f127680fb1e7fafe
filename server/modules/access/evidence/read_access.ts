import type { Kysely } from "kysely";
import { isPermission, PERMISSIONS } from "../permission.ts";
import {
  type AccountRow,
  countExclusivity,
  countKeysOf,
  type EvidenceTables,
  type ExclusivityCounts,
  type GrantRow,
  listAccountPage,
  listGrantPage,
  listLocks,
  listOrganisationNames,
  listRequestPage,
  listRightsChecks,
  listRightsConstraints,
  listRoleRows,
  type LockRow,
  type RequestRow,
} from "./store.ts";

/** Accounts, roles and grants as evidence shows them (docs of the pack: E-01, E-02, E-20). */
export interface ReadAccessDeps {
  readonly db: Kysely<EvidenceTables>;
}

const PAGE_ROWS = 500;

export interface AccountEvidence extends AccountRow {
  readonly certificates: number;
  readonly programKeys: number;
}

/** By login. */
export async function* eachAccount({ db }: ReadAccessDeps): AsyncGenerator<AccountEvidence> {
  let after = "";
  for (;;) {
    const rows = await listAccountPage(db, { after, limit: PAGE_ROWS });
    const { certificates, programKeys } = await countKeysOf(db, rows.map(({ id }) => id));
    for (const row of rows) {
      yield {
        ...row,
        certificates: certificates.get(row.id) ?? 0,
        programKeys: programKeys.get(row.id) ?? 0,
      };
    }
    const last = rows.at(-1);
    if (!last || rows.length < PAGE_ROWS) return;
    after = last.login;
  }
}

const FIRST_ID = "00000000-0000-0000-0000-000000000000";

/** By id, which is the order they were made in. */
export async function* eachGrant({ db }: ReadAccessDeps): AsyncGenerator<GrantRow> {
  yield* paged((after) => listGrantPage(db, { after, limit: PAGE_ROWS }));
}

export async function* eachRequest(
  { db }: ReadAccessDeps,
  period: { readonly from: Date; readonly until: Date },
): AsyncGenerator<RequestRow> {
  const { from, until } = period;
  yield* paged((after) => listRequestPage(db, { after, limit: PAGE_ROWS, from, until }));
}

async function* paged<Row extends { readonly id: string }>(
  read: (after: string) => Promise<readonly Row[]>,
): AsyncGenerator<Row> {
  let after = FIRST_ID;
  for (;;) {
    const rows = await read(after);
    yield* rows;
    const last = rows.at(-1);
    if (!last || rows.length < PAGE_ROWS) return;
    after = last.id;
  }
}

export interface RoleEvidence {
  readonly name: string;
  readonly duty: string;
  readonly builtin: boolean;
  readonly permissions: ReadonlySet<string>;
  /** Null for everywhere. */
  readonly addresses: readonly string[] | null;
}

export async function listRoleEvidence({ db }: ReadAccessDeps): Promise<RoleEvidence[]> {
  const rows = await listRoleRows(db);
  return rows.map((row) => ({
    name: row.name,
    duty: row.duty,
    builtin: row.builtin,
    permissions: new Set(textsOf(row.permissions)),
    addresses: row.addresses === null ? null : textsOf(row.addresses),
  }));
}

/** Every permission with its Chinese title. */
export function listPermissions(): { readonly id: string; readonly title: string }[] {
  return Object.keys(PERMISSIONS).filter(isPermission)
    .map((id) => ({ id, title: PERMISSIONS[id].title }));
}

export interface ExclusivityEvidence {
  /** "account_grant FOREIGN KEY account_grant_account_id_duty_fkey (account_id, duty)". */
  readonly constraints: readonly string[];
  readonly counts: ExclusivityCounts;
  /** How many of the references that tie a grant to one duty are there; two are wanted. */
  readonly rules: number;
}

/** That nobody holds rights of two duties: the constraints, and that no row breaks them. */
export async function readExclusivity({ db }: ReadAccessDeps): Promise<ExclusivityEvidence> {
  const keys = Map.groupBy(await listRightsConstraints(db), ({ name }) => name);
  const lines = [...keys.values()].map((columns) => {
    const [first] = columns;
    const names = columns.map(({ column }) => column).join(", ");
    return `${first?.table} ${first?.type} ${first?.name} (${names})`;
  });
  const checks = await listRightsChecks(db);
  return {
    constraints: [
      ...lines,
      ...checks.map(({ table, name, clause }) => `${table} CHECK ${name} ${clause}`),
    ],
    counts: await countExclusivity(db),
    rules: lines.filter((line) => DUTY_REFERENCE.test(line)).length,
  };
}

const DUTY_REFERENCE = /^account_grant FOREIGN KEY \S+ \((account_id|role_id), duty\)$/;

function textsOf(json: string): string[] {
  const parsed: unknown = JSON.parse(json);
  return Array.isArray(parsed) ? parsed.filter((text) => typeof text === "string") : [];
}

/** By id: code and name. */
export async function mapOrganisations(
  { db }: ReadAccessDeps,
): Promise<ReadonlyMap<string, string>> {
  const rows = await listOrganisationNames(db);
  return new Map(rows.map(({ id, code, name }) => [id, `${code} ${name}`]));
}

/** Accounts and addresses whose failures are still counted. */
export async function listSignInFailures(
  { db }: ReadAccessDeps,
): Promise<LockRow[]> {
  return await listLocks(db);
}
