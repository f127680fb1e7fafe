import { type QueryCreator, type RawBuilder, type Selectable, sql, type Transaction } from "kysely";
import { insertIfAbsent } from "../../../../platform/upsert.ts";
import { inScope, type Scope } from "../../scope.ts";
import type { SignInTables } from "../tables.ts";

export type FailureRow = Selectable<SignInTables["sign_in_failure"]>;

export type FailureKey = Pick<FailureRow, "kind" | "name">;

export interface TryToTake extends FailureKey {
  readonly now: Date;
  readonly failuresMax: number;
  readonly lockMs: number;
  /** So many failures cost no wait. */
  readonly free: number;
}

/** Counted as a failure until it is given back. */
export interface TryTaken {
  readonly isTaken: boolean;
  readonly failures: number;
  /** Set when this is the failure that locks. */
  readonly lockedUntil: Date | null;
}

const NOT_TAKEN: TryTaken = { isTaken: false, failures: 0, lockedUntil: null };

/** After the free failures; the last goes for all that follow. */
const WAITS_MS = [1_000, 2_000, 4_000, 8_000];

/** Of many at once each counts; none is taken while a lock or a wait holds. */
export async function takeTry(
  tx: Transaction<SignInTables>,
  wanted: TryToTake,
): Promise<TryTaken> {
  const again = await countTry(tx, wanted);
  if (again) return again;
  const { kind, name, now, failuresMax, lockMs } = wanted;
  const lockedUntil = failuresMax <= 1 ? new Date(now.getTime() + lockMs) : null;
  const row = {
    kind,
    name,
    failures: 1,
    last_failed_at: now,
    next_try_at: now,
    locked_until: lockedUntil,
  };
  if (await insertIfAbsent(tx, "sign_in_failure", row, ["kind", "name"])) {
    return { isTaken: true, failures: 1, lockedUntil };
  }
  // It was there, or somebody else came first: then it counts now.
  return await countTry(tx, wanted) ?? NOT_TAKEN;
}

async function countTry(
  tx: Transaction<SignInTables>,
  { kind, name, now, failuresMax, lockMs, free }: TryToTake,
): Promise<TryTaken | null> {
  const lockedUntil = new Date(now.getTime() + lockMs);
  const forgotten = new Date(now.getTime() - lockMs);
  // A lock that is still set here is over.
  const failures = sql<number>`(case when locked_until is not null
    or last_failed_at <= cast(${forgotten} as timestamptz) then 1 else failures + 1 end)`;
  const row = await tx.updateTable("sign_in_failure").set({
    failures,
    last_failed_at: now,
    next_try_at: nextTry(failures, now, free),
    locked_until: sql<Date | null>`case when ${failures} >= cast(${failuresMax} as integer)
      then cast(${lockedUntil} as timestamptz) else null end`,
  })
    .where("kind", "=", kind).where("name", "=", name)
    .where((eb) => eb.or([eb("locked_until", "is", null), eb("locked_until", "<=", now)]))
    .where("next_try_at", "<=", now)
    .returning(["failures", "locked_until"])
    .executeTakeFirst();
  return row ? { isTaken: true, failures: row.failures, lockedUntil: row.locked_until } : null;
}

function nextTry(failures: RawBuilder<number>, now: Date, free: number): RawBuilder<Date> {
  const cases = WAITS_MS.map((waitMs, at) => {
    const when = new Date(now.getTime() + waitMs);
    const isLast = at === WAITS_MS.length - 1;
    const count = sql.lit(free + 1 + at);
    return isLast
      ? sql`when ${failures} >= ${count} then cast(${when} as timestamptz)`
      : sql`when ${failures} = ${count} then cast(${when} as timestamptz)`;
  });
  return sql<Date>`case ${sql.join(cases, sql` `)} else cast(${now} as timestamptz) end`;
}

export async function giveTryBack(
  tx: Transaction<SignInTables>,
  { kind, name, now, failures = 1 }: FailureKey & {
    readonly now: Date;
    readonly failures?: number;
  },
): Promise<void> {
  await tx.updateTable("sign_in_failure").set({
    failures: sql<number>`greatest(failures - cast(${failures} as integer), 0)`,
    next_try_at: now,
    locked_until: null,
  }).where("kind", "=", kind).where("name", "=", name).execute();
}

/** Whoever changes an address and an account takes the address first. */
export async function lockFailures(
  tx: Transaction<SignInTables>,
  { kind, name }: FailureKey,
): Promise<void> {
  await tx.selectFrom("sign_in_failure").select("failures")
    .where("kind", "=", kind).where("name", "=", name).forUpdate().execute();
}

/** How many there were; null when there was nothing to forget. */
export async function forgetFailures(
  tx: Transaction<SignInTables>,
  { kind, name }: FailureKey,
): Promise<number | null> {
  const row = await tx.deleteFrom("sign_in_failure")
    .where("kind", "=", kind).where("name", "=", name).returning("failures").executeTakeFirst();
  return row?.failures ?? null;
}

export async function deleteOldFailures(
  tx: Transaction<SignInTables>,
  before: Date,
): Promise<void> {
  await tx.deleteFrom("sign_in_failure").where("last_failed_at", "<", before)
    .where((eb) => eb.or([eb("locked_until", "is", null), eb("locked_until", "<", before)]))
    .execute();
}

export interface Lock extends FailureRow {
  readonly login: string | null;
}

/** Newest failures first: accounts in the scope, and addresses where it is asked for. */
export async function listFailures(
  db: QueryCreator<SignInTables>,
  { scope, addresses, limit }: {
    readonly scope: Scope;
    readonly addresses: boolean;
    readonly limit: number;
  },
): Promise<Lock[]> {
  return await db.selectFrom("sign_in_failure")
    .leftJoin("account", (join) =>
      join.on("sign_in_failure.kind", "=", "account").on(
        sql<string>`cast(account.id as text)`,
        "=",
        (eb) => eb.ref("sign_in_failure.name"),
      ))
    .leftJoin("organisation", "organisation.id", "account.organisation_id")
    .selectAll("sign_in_failure").select("account.login as login")
    .where("failures", ">", 0)
    .where((eb) =>
      eb.or([
        inScope(eb, "organisation.path", scope),
        ...(addresses ? [eb("sign_in_failure.kind", "=", "address")] : []),
      ])
    )
    .orderBy("last_failed_at", "desc").limit(limit).execute();
}
