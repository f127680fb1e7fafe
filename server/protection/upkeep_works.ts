import type { Kysely, Transaction } from "kysely";
import { keyVersionOf } from "../../crypto/envelope.ts";
import { type Actor, systemActor } from "../modules/audit/actor.ts";
import type { AuditEvent } from "../modules/audit/event.ts";
import type { AuditWriter } from "../modules/audit/record_events.ts";
import { chinaTime, type Clock } from "../platform/clock.ts";
import { integrityWork } from "../platform/integrity.ts";
import type { Metrics } from "../platform/metrics.ts";
import { countOlder, resealWork } from "../platform/reseal.ts";
import { endMendedAlarms } from "../platform/row_alarm.ts";
import type { RowTags } from "../platform/row_tags.ts";
import type { Sealer } from "../platform/sealer.ts";
import { forgetOlderKeys } from "../platform/sealing_keys.ts";
import {
  type BrokenRow,
  changeUpkeep,
  findLastRun,
  startUpkeep,
  type UpkeepDeps,
  type UpkeepKind,
  type UpkeepRun,
  workUpkeep,
} from "../platform/upkeep.ts";
import type { Tables } from "../schema.ts";
import { ADOPTION_WORKS, adoptionWorks } from "./adoption.ts";
import { SEALED_TABLES } from "./sealed_tables.ts";
import { TAGGED_TABLES } from "./tagged_tables.ts";

export interface ProtectionDeps {
  readonly db: Kysely<Tables>;
  readonly clock: Clock;
  readonly sealer: Sealer;
  readonly rowTags: RowTags;
  readonly audit: AuditWriter;
  readonly metrics: Metrics;
}

/** Events of one batch at most; the list of broken rows has them all. */
const BROKEN_EVENTS_MAX = 100;

/** Seals every column anew that is under an older key version. Null when that is under way. */
export async function startReseal(deps: ProtectionDeps, actor: Actor): Promise<UpkeepRun | null> {
  const version = await newestVersion(deps);
  return await start(deps, actor, {
    run: { kind: "reseal", version, started_by: actor.name },
    event: {
      kind: "platform.reseal_started",
      result: "succeeded",
      fields: { version },
    },
  });
}

/** Checks the tags of all rows that decide money or rights. Null when that is under way. */
export async function startCheck(deps: ProtectionDeps, actor: Actor): Promise<UpkeepRun | null> {
  return await start(deps, actor, {
    run: { kind: "integrity", version: null, started_by: actor.name },
    event: { kind: "platform.integrity_check_started", result: "succeeded", fields: {} },
  });
}

/** Beijing time. */
const NIGHT = { from: "02", until: "05" };
const NIGHT_APART_MS = 20 * 3_600_000;
/** Where the platform is off at night. */
const DAY_APART_MS_MAX = 44 * 3_600_000;

/**
 * Once a night, by whichever process asks first; the first of all, which tags the start, at once.
 * One that somebody paused goes on then: nobody puts the checks off for good.
 */
export async function startNightlyCheck(deps: ProtectionDeps): Promise<UpkeepRun | null> {
  const last = await findLastRun(deps.db, "integrity");
  const now = deps.clock.now();
  if (last?.state === "paused") {
    if (isDue(now, last.changed_at)) await resumeCheck(deps);
    return null;
  }
  const isUnderWay = last !== null && last.ended_at === null;
  if (isUnderWay || (last !== null && !isDue(now, last.started_at))) return null;
  return await startCheck(deps, systemActor("integrity"));
}

async function resumeCheck({ db, clock, audit }: ProtectionDeps): Promise<void> {
  const change = { kind: "integrity", action: "resume" } as const;
  await db.transaction().execute(async (tx) => {
    const objectId = await changeUpkeep(tx, { ...change, now: clock.now() });
    if (objectId === null) return;
    await audit.record(tx, systemActor("integrity"), [
      { kind: "platform.upkeep_changed", result: "succeeded", objectId, fields: change },
    ]);
  });
}

/** Of a time ahead too, which nobody but somebody with SQL, or a clock set back, has written. */
function isDue(now: Date, since: Date): boolean {
  const apart = now.getTime() - since.getTime();
  if (apart < 0) return true;
  const hour = chinaTime(now).slice(11, 13);
  const isNight = hour >= NIGHT.from && hour < NIGHT.until;
  return apart >= (isNight ? NIGHT_APART_MS : DAY_APART_MS_MAX);
}

async function start(
  { db, clock, audit }: ProtectionDeps,
  actor: Actor,
  { run, event }: { readonly run: Parameters<typeof startUpkeep>[1]; readonly event: AuditEvent },
): Promise<UpkeepRun | null> {
  return await db.transaction().execute(async (tx) => {
    const started = await startUpkeep(tx, run, clock.now());
    if (started) await audit.record(tx, actor, [{ ...event, objectId: started.id }]);
    return started;
  });
}

/** The key version new rows are sealed under. */
export async function newestVersion({ sealer }: Pick<ProtectionDeps, "sealer">): Promise<number> {
  return keyVersionOf(await sealer.seal("reseal.probe", ""));
}

/** Tables with rows under older versions. */
export async function listOlder(
  { db }: Pick<ProtectionDeps, "db">,
  version: number,
): Promise<{ table: string; rows: number }[]> {
  const counted: { table: string; rows: number }[] = [];
  for (const of of SEALED_TABLES) {
    const rows = await countOlder(db, of, version);
    if (rows > 0) counted.push({ table: of.table, rows });
  }
  return counted;
}

/** One round on a pass; how many rows it has done. */
export async function workProtection(deps: ProtectionDeps, kind: UpkeepKind): Promise<number> {
  return await workUpkeep(upkeepDeps(deps), kind);
}

/** Of a check: tables are gone over for rows to adopt, then for broken ones. */
export function tablesTotal(kind: UpkeepKind): number {
  return kind === "reseal" ? SEALED_TABLES.length : ADOPTION_WORKS + TAGGED_TABLES.length;
}

function upkeepDeps(deps: ProtectionDeps): UpkeepDeps<Tables> {
  return {
    db: deps.db,
    narrow: (db) => db,
    clock: deps.clock,
    works: ({ kind, version }) =>
      kind === "reseal"
        ? SEALED_TABLES.map((of) => resealWork(deps, { of, version: version ?? 0 }))
        : [
          ...adoptionWorks(deps),
          ...TAGGED_TABLES.map((tagged) => integrityWork(deps, tagged)),
        ],
    onBroken: (tx, { table, rows }) => tellBroken(deps, tx, { table, rows }),
    onDone: (tx, run) => tellDone(deps, tx, run),
  };
}

async function tellBroken(
  { audit }: ProtectionDeps,
  tx: Transaction<Tables>,
  { table, rows }: { readonly table: string; readonly rows: readonly BrokenRow[] },
): Promise<void> {
  await audit.record(
    tx,
    systemActor("integrity"),
    rows.slice(0, BROKEN_EVENTS_MAX).map(({ rowId, why }) => ({
      kind: "platform.integrity_broken",
      result: "failed",
      reason: why,
      objectId: rowId,
      fields: { table, rowId },
    })),
  );
}

async function tellDone(
  { audit, metrics }: ProtectionDeps,
  tx: Transaction<Tables>,
  run: UpkeepRun,
): Promise<void> {
  const [rows, broken] = [Number(run.rows_done), Number(run.rows_broken)];
  const result = broken === 0 ? "succeeded" : "failed";
  if (run.kind === "integrity") {
    metrics.set("yikatong_broken_rows", {}, broken);
    await endMendedAlarms(tx, { runId: run.id, startedAt: run.started_at });
    await audit.record(tx, systemActor("integrity"), [
      { kind: "platform.integrity_checked", result, objectId: run.id, fields: { rows, broken } },
    ]);
    return;
  }
  const version = run.version ?? 0;
  // Who opens the database next is not asked for keys that no row needs.
  if (broken === 0 && (await listOlder({ db: tx }, version)).length === 0) {
    await forgetOlderKeys(tx, version);
  }
  await audit.record(tx, systemActor("reseal"), [
    { kind: "platform.resealed", result, objectId: run.id, fields: { version, rows } },
  ]);
}
