import type { Kysely, Transaction } from "kysely";
import type { Clock } from "./clock.ts";
import { newId } from "./ids.ts";

/**
 * A pass over many tables while the platform serves: in batches, at a bounded rate, with its place
 * stored after each, so that any process may go on with it. At most one of a kind runs.
 */
export type UpkeepKind = "reseal" | "integrity";
type UpkeepState = "running" | "paused" | "cancelled" | "done";

export interface UpkeepTables {
  upkeep_run: {
    id: string;
    kind: UpkeepKind;
    state: UpkeepState;
    version: number | null;
    table_name: string | null;
    /** As `row_place.ts` writes it. */
    place: string | null;
    tables_done: number;
    rows_done: bigint;
    rows_broken: bigint;
    started_by: string;
    started_at: Date;
    changed_at: Date;
    ended_at: Date | null;
    claimed_until: Date | null;
  };
  broken_row: {
    run_id: string;
    table_name: string;
    row_id: string;
    why: "changed" | "untagged";
    found_at: Date;
  };
  /** When the first tables with tags got them. */
  row_tag_start: { only_row: number; at: Date };
}

export type UpkeepRun = UpkeepTables["upkeep_run"];

export interface BrokenRow {
  readonly rowId: string;
  readonly why: "changed" | "untagged";
}

/** What became of one batch; `place` is null at the table's end. */
export interface Batch {
  readonly place: string | null;
  readonly rows: number;
  readonly broken: readonly BrokenRow[];
}

/** The work on one table: one batch after a place. */
export interface TableWork {
  readonly table: string;
  batch(place: string | null): Promise<Batch>;
}

export interface UpkeepDeps<Tables> {
  readonly db: Kysely<Tables>;
  /** The same database, or transaction, as this file sees it. */
  readonly narrow: (db: Kysely<Tables>) => Kysely<UpkeepTables>;
  readonly clock: Clock;
  readonly works: (run: UpkeepRun) => readonly TableWork[];
  /** Committed with a batch that found something. */
  readonly onBroken: (
    tx: Transaction<Tables>,
    found: { readonly table: string; readonly rows: readonly BrokenRow[] },
  ) => Promise<void>;
  /** Committed with the end of the pass. */
  readonly onDone: (tx: Transaction<Tables>, run: UpkeepRun) => Promise<void>;
}

/** Another process takes a pass over when its worker has been silent for so long. */
const CLAIM_MS = 60_000;
/** The clocks of two processes are never further apart. */
const CLOCKS_APART_MS_MAX = 5 * 60_000;
/** Of one round of the worker: with batches of a few hundred rows it bounds the rate. */
const ROUND_BATCHES_MAX = 5;

/** Null when one of the kind is under way. */
export async function startUpkeep(
  tx: Transaction<UpkeepTables>,
  run: Pick<UpkeepRun, "kind" | "version" | "started_by">,
  now: Date,
): Promise<UpkeepRun | null> {
  // One row that is always there: of two processes that start at once, one sees the other's.
  await tx.selectFrom("row_tag_start").select("only_row").forUpdate().execute();
  const open = await tx.selectFrom("upkeep_run").select("id")
    .where("kind", "=", run.kind).where("ended_at", "is", null).executeTakeFirst();
  if (open) return null;
  const row: UpkeepRun = {
    ...run,
    id: newId(now),
    state: "running",
    table_name: null,
    place: null,
    tables_done: 0,
    rows_done: 0n,
    rows_broken: 0n,
    started_at: now,
    changed_at: now,
    ended_at: null,
    claimed_until: null,
  };
  await tx.insertInto("upkeep_run").values(row).execute();
  return row;
}

const STATE_AFTER = { pause: "paused", resume: "running", cancel: "cancelled" } as const;
const STATES_BEFORE = {
  pause: ["running"],
  resume: ["paused"],
  cancel: ["running", "paused"],
} as const;

/** The pass's id; null when none of the kind is in a state the action is for. */
export async function changeUpkeep(
  tx: Transaction<UpkeepTables>,
  { kind, action, now }: {
    readonly kind: UpkeepKind;
    readonly action: "pause" | "resume" | "cancel";
    readonly now: Date;
  },
): Promise<string | null> {
  const row = await tx.updateTable("upkeep_run").set({
    state: STATE_AFTER[action],
    changed_at: now,
    ...(action === "cancel" && { ended_at: now }),
  }).where("kind", "=", kind).where("state", "in", STATES_BEFORE[action])
    .returning("id").executeTakeFirst();
  return row?.id ?? null;
}

/** The pass under way, else the last one. */
export async function findLastRun(
  db: Kysely<UpkeepTables>,
  kind: UpkeepKind,
): Promise<UpkeepRun | null> {
  const row = await db.selectFrom("upkeep_run").selectAll().where("kind", "=", kind)
    .orderBy("started_at", "desc").orderBy("id", "desc").limit(1).executeTakeFirst();
  return row ?? null;
}

export async function listBrokenRows(
  db: Kysely<UpkeepTables>,
  { runId, limit }: { readonly runId: string; readonly limit: number },
): Promise<UpkeepTables["broken_row"][]> {
  return await db.selectFrom("broken_row").selectAll().where("run_id", "=", runId)
    .orderBy("found_at").orderBy("table_name").orderBy("row_id").limit(limit).execute();
}

/** One round on the pass of this kind that is under way; how many rows it has done. */
export async function workUpkeep<Tables>(
  deps: UpkeepDeps<Tables>,
  kind: UpkeepKind,
): Promise<number> {
  let run = await claim(deps, kind);
  let rows = 0;
  try {
    for (let n = 0; run && n < ROUND_BATCHES_MAX; n++) {
      const worked = await workOn(deps, run);
      rows += worked.rows;
      run = worked.run;
    }
  } finally {
    // After a failure too: who tries next would wait for the claim's end.
    if (run) await release(deps, run);
  }
  return rows;
}

/** Nobody claims for longer: one that says so is of a clock since set back, or made by SQL. */
async function claim<Tables>(
  { db, clock, narrow }: UpkeepDeps<Tables>,
  kind: UpkeepKind,
): Promise<UpkeepRun | null> {
  const now = clock.now();
  const own = narrow(db);
  const run = await own.selectFrom("upkeep_run").selectAll()
    .where("kind", "=", kind).where("state", "=", "running").executeTakeFirst();
  if (!run) return null;
  const until = new Date(now.getTime() + CLAIM_MS);
  const nobodys = new Date(until.getTime() + CLOCKS_APART_MS_MAX);
  const result = await own.updateTable("upkeep_run")
    .set({ claimed_until: until })
    .where("id", "=", run.id).where("state", "=", "running")
    .where((eb) =>
      eb.or([
        eb("claimed_until", "is", null),
        eb("claimed_until", "<=", now),
        eb("claimed_until", ">", nobodys),
      ])
    )
    .executeTakeFirst();
  return result.numUpdatedRows === 1n ? run : null;
}

async function release<Tables>(
  { db, narrow }: UpkeepDeps<Tables>,
  run: UpkeepRun,
): Promise<void> {
  await narrow(db).updateTable("upkeep_run").set({ claimed_until: null })
    .where("id", "=", run.id).execute();
}

async function workOn<Tables>(
  deps: UpkeepDeps<Tables>,
  run: UpkeepRun,
): Promise<{ readonly rows: number; readonly run: UpkeepRun | null }> {
  const work = deps.works(run)[run.tables_done];
  if (run.place !== null && work?.table !== run.table_name) return await beginAnew(deps, run);
  if (!work) return { rows: 0, run: await end(deps, run) };
  const batch = await work.batch(run.place);
  const now = deps.clock.now();
  const after: UpkeepRun = {
    ...run,
    table_name: work.table,
    place: batch.place,
    tables_done: batch.place === null ? run.tables_done + 1 : run.tables_done,
    rows_done: run.rows_done + BigInt(batch.rows),
    rows_broken: run.rows_broken + BigInt(batch.broken.length),
    changed_at: now,
    claimed_until: new Date(now.getTime() + CLAIM_MS),
  };
  const goesOn = await keep(deps, { run, after, table: work.table, broken: batch.broken });
  return { rows: batch.rows, run: goesOn ? after : null };
}

/** Begun by a release with other tables: its place is none of ours. */
async function beginAnew<Tables>(
  deps: UpkeepDeps<Tables>,
  run: UpkeepRun,
): Promise<{ readonly rows: number; readonly run: UpkeepRun | null }> {
  const changed_at = deps.clock.now();
  const after = { ...run, table_name: null, place: null, tables_done: 0, changed_at };
  const goesOn = await keep(deps, { run, after, table: "", broken: [] });
  return { rows: 0, run: goesOn ? after : null };
}

/** False when somebody paused, cancelled or took the pass over meanwhile. */
async function keep<Tables>(
  deps: UpkeepDeps<Tables>,
  { run, after, table, broken }: {
    readonly run: UpkeepRun;
    readonly after: UpkeepRun;
    readonly table: string;
    readonly broken: readonly BrokenRow[];
  },
): Promise<boolean> {
  return await deps.db.transaction().execute(async (tx) => {
    const own = deps.narrow(tx);
    const result = await own.updateTable("upkeep_run").set({
      table_name: after.table_name,
      place: after.place,
      tables_done: after.tables_done,
      rows_done: after.rows_done,
      rows_broken: after.rows_broken,
      changed_at: after.changed_at,
      claimed_until: after.claimed_until,
    }).where("id", "=", run.id).where("ended_at", "is", null)
      .where("tables_done", "=", run.tables_done).where("rows_done", "=", run.rows_done)
      .where("place", run.place === null ? "is" : "=", run.place)
      .returning("state").executeTakeFirst();
    if (!result) return false;
    if (broken.length > 0) {
      await own.insertInto("broken_row").values(broken.map(({ rowId, why }) => ({
        run_id: run.id,
        table_name: table,
        row_id: rowId,
        why,
        found_at: after.changed_at,
      }))).execute();
      await deps.onBroken(tx, { table, rows: broken });
    }
    return result.state === "running";
  });
}

async function end<Tables>(
  deps: UpkeepDeps<Tables>,
  run: UpkeepRun,
): Promise<null> {
  const now = deps.clock.now();
  const set = { state: "done", ended_at: now, changed_at: now, claimed_until: null } as const;
  await deps.db.transaction().execute(async (tx) => {
    const result = await deps.narrow(tx).updateTable("upkeep_run").set({ ...set, table_name: null })
      .where("id", "=", run.id).where("state", "=", "running").executeTakeFirst();
    if (result.numUpdatedRows === 1n) await deps.onDone(tx, { ...run, ...set });
  });
  return null;
}
