import type { QueryCreator, Transaction } from "kysely";
import { insertIfAbsent } from "../../../platform/upsert.ts";
import type { VerifyRunTables } from "./tables.ts";

export type VerifyRunRow = VerifyRunTables["audit_verify_run"];

type Tx = Transaction<VerifyRunTables>;

/** False while another one waits or runs. */
export async function insertRun(tx: Tx, row: VerifyRunRow): Promise<boolean> {
  return await insertIfAbsent(tx, "audit_verify_run", row, ["live"]);
}

export async function findRun(
  db: QueryCreator<VerifyRunTables>,
  id: string,
): Promise<VerifyRunRow | null> {
  return await db.selectFrom("audit_verify_run").selectAll().where("id", "=", id)
    .executeTakeFirst() ?? null;
}

/** Newest first; one more than `limit`. */
export async function listRuns(
  db: QueryCreator<VerifyRunTables>,
  { before, limit }: {
    /** Those that were asked for before this one. */
    readonly before: Pick<VerifyRunRow, "id" | "requested_at"> | null;
    readonly limit: number;
  },
): Promise<VerifyRunRow[]> {
  let query = db.selectFrom("audit_verify_run").selectAll();
  if (before) {
    const { requested_at, id } = before;
    query = query.where(({ and, eb, or }) =>
      or([
        eb("requested_at", "<", requested_at),
        and([eb("requested_at", "=", requested_at), eb("id", "<", id)]),
      ])
    );
  }
  return await query.orderBy("requested_at", "desc").orderBy("id", "desc").limit(limit + 1)
    .execute();
}

/** The one that waits, now running here; null when there is none. */
export async function claimRun(tx: Tx, now: Date): Promise<VerifyRunRow | null> {
  return await tx.updateTable("audit_verify_run").set({ state: "running", changed_at: now })
    .where("state", "=", "waiting").returningAll().executeTakeFirst() ?? null;
}

/** False when it does not run any more: it was cancelled, or taken for dead. */
export async function moveRun(
  tx: Tx,
  id: string,
  change: Pick<VerifyRunRow, "links" | "changed_at">,
): Promise<boolean> {
  const result = await tx.updateTable("audit_verify_run").set(change)
    .where("id", "=", id).where("state", "=", "running").executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

type RunEnd =
  & Pick<VerifyRunRow, "state" | "ended_at">
  & Partial<Pick<VerifyRunRow, "links" | "checkpoints" | "verdict" | "faults">>;

/** As it was left; null when it was over already. */
export async function endRun(
  tx: Tx,
  { id, silentSince }: {
    readonly id: string;
    /** Only one that has not been heard of since. */
    readonly silentSince?: Date;
  },
  end: RunEnd,
): Promise<VerifyRunRow | null> {
  let query = tx.updateTable("audit_verify_run").set({ ...end, live: null })
    .where("id", "=", id).where("live", "=", 1);
  if (silentSince) query = query.where("changed_at", "<", silentSince);
  return await query.returningAll().executeTakeFirst() ?? null;
}

/** Of the one under way, when nothing was heard of it since. */
export async function findSilentRun(
  db: QueryCreator<VerifyRunTables>,
  silentSince: Date,
): Promise<VerifyRunRow | null> {
  return await db.selectFrom("audit_verify_run").selectAll().where("state", "=", "running")
    .where("changed_at", "<", silentSince).executeTakeFirst() ?? null;
}
