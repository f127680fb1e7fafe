import { type QueryCreator, sql, type Transaction } from "kysely";
import { LINE_WINDOW } from "../../../platform/signed_line.ts";
import type { FleetTables, KeyEnd } from "../tables.ts";
import type { TerminalState } from "../terminal.ts";

type KeyRow = FleetTables["terminal_key"];
type SessionRow = FleetTables["line_session"];

/** The key a terminal is enrolled with, or the last one it was; with the terminal's own state. */
export async function findLatestKey(
  db: QueryCreator<FleetTables>,
  terminalId: string,
): Promise<KeyRow & { readonly terminal_state: TerminalState } | null> {
  const row = await db.selectFrom("terminal_key")
    .innerJoin("terminal", "terminal.id", "terminal_key.terminal_id")
    .selectAll("terminal_key")
    .select("terminal.state as terminal_state")
    .where("terminal_key.terminal_id", "=", terminalId)
    .orderBy((eb) => eb.case().when("ended_at", "is", null).then(0).else(1).end())
    .orderBy("enrolled_at", "desc")
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

/** Null when it has ended meanwhile. */
export async function lockCurrentKey(
  tx: Transaction<FleetTables>,
  keyId: string,
): Promise<KeyRow | null> {
  const row = await tx.selectFrom("terminal_key").selectAll().where("id", "=", keyId)
    .where("ended_at", "is", null).forUpdate().executeTakeFirst();
  return row ?? null;
}

export async function updateGeneration(
  tx: Transaction<FleetTables>,
  keyId: string,
  { generation, time }: { readonly generation: number; readonly time: Date },
): Promise<void> {
  await tx.updateTable("terminal_key")
    .set({ generation: BigInt(generation), opened_time: time })
    .where("id", "=", keyId).execute();
}

/** The keys of the terminal that have not ended; their number. */
export async function endKeys(
  tx: Transaction<FleetTables>,
  terminalId: string,
  { why, at }: { readonly why: KeyEnd; readonly at: Date },
): Promise<number> {
  const result = await tx.updateTable("terminal_key").set({ ended_at: at, ended_why: why })
    .where("terminal_id", "=", terminalId).where("ended_at", "is", null).executeTakeFirst();
  return Number(result.numUpdatedRows);
}

/** False when another process ended it first. */
export async function endKey(
  tx: Transaction<FleetTables>,
  keyId: string,
  { why, at }: { readonly why: KeyEnd; readonly at: Date },
): Promise<boolean> {
  const result = await tx.updateTable("terminal_key").set({ ended_at: at, ended_why: why })
    .where("id", "=", keyId).where("ended_at", "is", null).executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export async function insertKey(tx: Transaction<FleetTables>, key: KeyRow): Promise<void> {
  await tx.insertInto("terminal_key").values(key).execute();
}

export async function insertSession(
  tx: Transaction<FleetTables>,
  session: SessionRow,
): Promise<void> {
  await tx.insertInto("line_session").values(session).execute();
}

/** Over, never taken up, or superseded so long ago that a use of it tells nothing any more. */
export async function deleteOldSessions(
  tx: Transaction<FleetTables>,
  terminalId: string,
  before: { readonly expired: Date; readonly superseded: Date; readonly unused: Date },
): Promise<void> {
  await tx.deleteFrom("line_session").where("terminal_id", "=", terminalId)
    .where((eb) =>
      eb.or([
        eb("expires_at", "<=", before.expired),
        eb("superseded_at", "<=", before.superseded),
        eb.and([eb("used_at", "is", null), eb("opened_at", "<=", before.unused)]),
      ])
    ).execute();
}

export async function deleteSessions(
  tx: Transaction<FleetTables>,
  terminalId: string,
): Promise<void> {
  await tx.deleteFrom("line_session").where("terminal_id", "=", terminalId).execute();
}

export type SessionWithKey = SessionRow & {
  readonly key_ended_why: KeyEnd | null;
  readonly terminal_state: TerminalState;
  readonly terminal_number: string;
};

export async function findSession(
  db: QueryCreator<FleetTables>,
  id: string,
): Promise<SessionWithKey | null> {
  const row = await db.selectFrom("line_session")
    .innerJoin("terminal_key", "terminal_key.id", "line_session.terminal_key_id")
    .innerJoin("terminal", "terminal.id", "line_session.terminal_id")
    .selectAll("line_session")
    .select([
      "terminal_key.ended_why as key_ended_why",
      "terminal.state as terminal_state",
      "terminal.number as terminal_number",
    ])
    .where("line_session.id", "=", id)
    .executeTakeFirst();
  return row ?? null;
}

/** True for the one that marks it first; the older sessions are superseded in the same breath. */
export async function markUsed(
  tx: Transaction<FleetTables>,
  session: Pick<SessionRow, "id" | "terminal_id" | "generation">,
  { at, time }: { readonly at: Date; readonly time: Date },
): Promise<void> {
  await tx.updateTable("line_session").set({ used_at: at })
    .where("id", "=", session.id).where("used_at", "is", null).execute();
  await tx.updateTable("line_session").set({ superseded_at: at, superseded_time: time })
    .where("terminal_id", "=", session.terminal_id)
    .where("generation", "<", session.generation)
    .where("superseded_at", "is", null).execute();
}

export interface NumberToTake {
  readonly sessionId: string;
  readonly sequence: bigint;
  /** Reads that this process has let in since it last wrote. */
  readonly reads: number;
  readonly now: Date;
  /** A session superseded before this is over. */
  readonly supersededSince: Date;
}

/**
 * Takes the number for good, in one statement, so that of many processes one gets it; false when it
 * was taken, is too old, or the session does not hold any more.
 */
export async function takeNumber(
  db: QueryCreator<FleetTables>,
  { sessionId, sequence, reads, now, supersededSince }: NumberToTake,
): Promise<boolean> {
  const ahead = sql<bigint>`(cast(${sequence} as bigint) - highest)`;
  const behind = sql<bigint>`(highest - cast(${sequence} as bigint))`;
  const window = sql.lit(LINE_WINDOW);
  const result = await db.updateTable("line_session").set({
    highest: sql<bigint>`greatest(highest, cast(${sequence} as bigint))`,
    seen: sql<bigint>`case
      when ${ahead} >= ${window} then 1
      when ${ahead} > 0 then (seen << cast(${ahead} as integer)) | 1
      else seen | (cast(1 as bigint) << cast(${behind} as integer)) end`,
    writes: sql<bigint>`writes + 1`,
    reads: sql<bigint>`reads + cast(${reads} as bigint)`,
  })
    .where("id", "=", sessionId)
    .where("expires_at", ">", now)
    .where((eb) =>
      eb.or([eb("superseded_at", "is", null), eb("superseded_at", ">", supersededSince)])
    )
    .where(sql<boolean>`case
      when ${ahead} > 0 then true
      when ${behind} >= ${window} then false
      else ((seen >> cast(${behind} as integer)) & 1) = 0 end`)
    .where((eb) =>
      eb.exists(
        eb.selectFrom("terminal_key")
          .innerJoin("terminal", "terminal.id", "terminal_key.terminal_id")
          .select("terminal_key.id")
          .whereRef("terminal_key.id", "=", "line_session.terminal_key_id")
          .where("terminal_key.ended_at", "is", null)
          .where("terminal.state", "<>", "retired"),
      )
    )
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}
