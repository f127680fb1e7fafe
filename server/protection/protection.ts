import type { Actor } from "../modules/audit/actor.ts";
import { DomainError } from "../platform/errors.ts";
import { listRowAlarms } from "../platform/row_alarm.ts";
import {
  changeUpkeep,
  findLastRun,
  listBrokenRows,
  type UpkeepKind,
  type UpkeepRun,
} from "../platform/upkeep.ts";
import type { IntegrityReply, SealsReply, UpkeepAction, UpkeepRunView } from "./contract.ts";
import {
  listOlder,
  newestVersion,
  type ProtectionDeps,
  startCheck,
  startReseal,
  tablesTotal,
} from "./upkeep_works.ts";

const BROKEN_SHOWN_MAX = 200;

/** Under which keys the data lies; counts rows, so it takes a while on a large database. */
export async function readSeals(deps: ProtectionDeps): Promise<SealsReply> {
  const version = await newestVersion(deps);
  const run = await findLastRun(deps.db, "reseal");
  return {
    newestVersion: version,
    older: await listOlder(deps, version),
    run: run && viewOf(run),
  };
}

export async function readIntegrity({ db }: ProtectionDeps): Promise<IntegrityReply> {
  const run = await findLastRun(db, "integrity");
  const broken = run ? await listBrokenRows(db, { runId: run.id, limit: BROKEN_SHOWN_MAX }) : [];
  const alarms = await listRowAlarms(db, BROKEN_SHOWN_MAX);
  return {
    run: run && viewOf(run),
    broken: broken.map(({ why, ...row }) => ({ ...rowView(row), why })),
    alarms: alarms.map(rowView),
  };
}

function rowView(row: { table_name: string; row_id: string; found_at: Date }) {
  return { table: row.table_name, rowId: row.row_id, foundAt: row.found_at.toISOString() };
}

/** Throws DomainError `platform.upkeep_running` or `platform.no_upkeep_running`. */
export async function actOnUpkeep(
  deps: ProtectionDeps,
  actor: Actor,
  { kind, action }: { readonly kind: UpkeepKind; readonly action: UpkeepAction },
): Promise<void> {
  if (action === "start") {
    const started = await (kind === "reseal" ? startReseal : startCheck)(deps, actor);
    if (started) return;
    throw new DomainError("platform.upkeep_running", `Cannot start: a ${kind} is under way`);
  }
  const now = deps.clock.now();
  const changed = await deps.db.transaction().execute(async (tx) => {
    const objectId = await changeUpkeep(tx, { kind, action, now });
    if (objectId === null) return false;
    const fields = { kind, action };
    await deps.audit.record(tx, actor, [
      { kind: "platform.upkeep_changed", result: "succeeded", objectId, fields },
    ]);
    return true;
  });
  if (changed) return;
  throw new DomainError("platform.no_upkeep_running", `Cannot ${action}: no ${kind} is under way`);
}

export function viewOf(run: UpkeepRun): UpkeepRunView {
  return {
    id: run.id,
    state: run.state,
    version: run.version,
    table: run.ended_at === null ? run.table_name : null,
    tablesDone: run.tables_done,
    tablesTotal: tablesTotal(run.kind),
    rows: Number(run.rows_done),
    broken: Number(run.rows_broken),
    startedBy: run.started_by,
    startedAt: run.started_at.toISOString(),
    changedAt: run.changed_at.toISOString(),
    endedAt: run.ended_at?.toISOString() ?? null,
  };
}
