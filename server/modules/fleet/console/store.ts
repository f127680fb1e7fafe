import type { QueryCreator, Transaction } from "kysely";
import { inScope, type Scope } from "../../access/scope.ts";
import type { AccessTables } from "../../access/tables.ts";
import type { ReleaseOutcome } from "../releases/release_outcome.ts";
import type { FleetTables } from "../tables.ts";
import type { Terminal, TerminalState } from "../terminal.ts";

/** Every question of the console is narrowed here to where its caller may look. */

type Db = QueryCreator<FleetTables & AccessTables>;

function terminalsIn(db: Db, scope: Scope) {
  return db.selectFrom("terminal")
    .innerJoin("organisation", "organisation.id", "terminal.institution_id")
    .leftJoin("terminal_status", "terminal_status.terminal_id", "terminal.id")
    .leftJoin("terminal_release", "terminal_release.terminal_id", "terminal.id")
    .leftJoin(
      "terminal_release_event",
      (join) =>
        join.onRef("terminal_release_event.terminal_id", "=", "terminal.id")
          .onRef("terminal_release_event.id", "=", "terminal_release.event_id"),
    )
    .selectAll("terminal")
    .select([
      "terminal_release_event.outcome as release_outcome",
      "terminal_release_event.version as release_version",
      "terminal_release_event.happened_at as release_at",
    ])
    .select(["organisation.name as institution_name", "organisation.code as institution_code"])
    .select([
      "terminal_status.received_at",
      "terminal_status.started_at",
      "terminal_status.version",
      "terminal_status.unsent_entries",
      "terminal_status.open_orders",
      "terminal_status.disk_free_bytes",
    ])
    .where((eb) => inScope(eb, "organisation.path", scope));
}

export type TerminalInScope = NonNullable<Awaited<ReturnType<typeof findTerminalIn>>>;

/** By number, from the one after `after`. */
export async function listTerminalsIn(
  db: Db,
  { scope, state, release, number, after, limit }: {
    readonly scope: Scope;
    readonly state: TerminalState | undefined;
    readonly release: ReleaseOutcome | undefined;
    /** As a pattern in which nothing stands for anything else. */
    readonly number: string | undefined;
    readonly after: string;
    readonly limit: number;
  },
): Promise<TerminalInScope[]> {
  let query = terminalsIn(db, scope).where("terminal.number", ">", after);
  if (state !== undefined) query = query.where("terminal.state", "=", state);
  if (release !== undefined) query = query.where("terminal_release_event.outcome", "=", release);
  if (number !== undefined) query = query.where("terminal.number", "like", `${number}%`);
  return await query.orderBy("terminal.number").limit(limit).execute();
}

// deno-lint-ignore explicit-module-boundary-types -- the joined row is what the query says it is
export async function findTerminalIn(
  db: Db,
  { id, scope }: { readonly id: string; readonly scope: Scope },
) {
  const row = await terminalsIn(db, scope).where("terminal.id", "=", id).executeTakeFirst();
  return row ?? null;
}

/** The newest first. */
export async function listKeysOfTerminal(
  db: Db,
  terminalId: string,
): Promise<FleetTables["terminal_key"][]> {
  return await db.selectFrom("terminal_key").selectAll().where("terminal_id", "=", terminalId)
    .orderBy("enrolled_at", "desc").limit(KEYS_MAX).execute();
}

/** A terminal is enrolled anew when its disk is. */
const KEYS_MAX = 50;

/** The newest first; the caller has seen that the terminal lies in scope. */
export async function listEventsOfTerminal(
  db: Db,
  { terminalId, since, before, limit }: {
    readonly terminalId: string;
    readonly since: Date;
    readonly before: string | undefined;
    readonly limit: number;
  },
): Promise<FleetTables["terminal_event"][]> {
  let query = db.selectFrom("terminal_event").selectAll()
    .where("terminal_id", "=", terminalId).where("at", ">=", since);
  if (before !== undefined) query = query.where("id", "<", before);
  return await query.orderBy("id", "desc").limit(limit).execute();
}

export interface WaitingEnrolment {
  readonly id: string;
  readonly terminal_number: string;
  readonly institution_name: string;
  readonly requested_at: Date;
  readonly expires_at: Date;
  readonly sign_key: Uint8Array;
}

/** Those of terminals in scope; the ones asked for first come first. */
export async function listWaitingIn(
  db: Db,
  { scope, now, limit }: {
    readonly scope: Scope;
    readonly now: Date;
    readonly limit: number;
  },
): Promise<WaitingEnrolment[]> {
  return await db.selectFrom("terminal_enrolment")
    .innerJoin("terminal", "terminal.number", "terminal_enrolment.terminal_number")
    .innerJoin("organisation", "organisation.id", "terminal.institution_id")
    .select([
      "terminal_enrolment.id",
      "terminal_enrolment.terminal_number",
      "organisation.name as institution_name",
      "terminal_enrolment.requested_at",
      "terminal_enrolment.expires_at",
      "terminal_enrolment.sign_key",
    ])
    .where("terminal_enrolment.approved_at", "is", null)
    .where("terminal_enrolment.expires_at", ">", now)
    .where((eb) => inScope(eb, "organisation.path", scope))
    .orderBy("terminal_enrolment.requested_at").limit(limit).execute();
}

/** False when it is in another state. */
export async function moveState(
  tx: Transaction<FleetTables>,
  id: string,
  { from, to }: { readonly from: TerminalState; readonly to: TerminalState },
): Promise<boolean> {
  const result = await tx.updateTable("terminal").set({ state: to })
    .where("id", "=", id).where("state", "=", from).executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

const NUMBERS_AT_ONCE_MAX = 1_000;

/** Of these numbers, those the register has. */
export async function listTerminalsByNumber(
  db: QueryCreator<FleetTables>,
  numbers: readonly string[],
): Promise<ReadonlyMap<string, Terminal>> {
  const found = new Map<string, Terminal>();
  for (let from = 0; from < numbers.length; from += NUMBERS_AT_ONCE_MAX) {
    const some = numbers.slice(from, from + NUMBERS_AT_ONCE_MAX);
    const rows = await db.selectFrom("terminal").selectAll().where("number", "in", some).execute();
    for (const { institution_id: institutionId, ...row } of rows) {
      found.set(row.number, { ...row, institutionId });
    }
  }
  return found;
}
