import type { Kysely } from "kysely";
import { DomainError } from "../../../../platform/errors.ts";
import { newId } from "../../../../platform/ids.ts";
import type { AuditTables } from "../../tables.ts";
import type { Actor } from "../../actor.ts";
import type { ExportView, StartExportBody } from "../contract.ts";
import { resolve, type SearchEventsDeps } from "../search_events.ts";
import { exportedEvent } from "./exported_event.ts";
import {
  countOpenExports,
  endExport,
  type ExportKey,
  type ExportRow,
  findExport,
  insertExport,
} from "./store.ts";
import type { AuditExportTables } from "./tables.ts";

export interface ExportsDeps extends Omit<SearchEventsDeps, "db"> {
  readonly db: Kysely<AuditTables & AuditExportTables>;
}

/** Whose export it is. */
export interface Exporter {
  readonly actor: Actor;
  readonly accountId: string;
}

const START_MS_MAX = 15 * 60_000;
const OPEN_EXPORTS_MAX = 3;
/** A page takes seconds at the most. */
const SILENT_MS_MAX = 2 * 60_000;

/** Written down before the first byte; the file is fetched under its id, once. */
export async function startExport(
  deps: ExportsDeps,
  { actor, accountId }: Exporter,
  { filter, form }: StartExportBody,
): Promise<ExportView> {
  const query = await resolve(deps, filter);
  const now = deps.clock.now();
  const row: ExportRow = {
    id: newId(now),
    account_id: accountId,
    organisation_id: filter.organisationId ?? null,
    query: JSON.stringify(query),
    form,
    from_at: query.from,
    to_at: query.to,
    state: "waiting",
    row_count: 0n,
    reached_at: null,
    digest: null,
    started_at: now,
    expires_at: new Date(now.getTime() + START_MS_MAX),
    changed_at: now,
    requested_by: JSON.stringify(actor),
  };
  await deps.db.transaction().execute(async (tx) => {
    const silentSince = new Date(now.getTime() - SILENT_MS_MAX);
    if (await countOpenExports(tx, { accountId, now, silentSince }) >= OPEN_EXPORTS_MAX) {
      throw new DomainError("audit.too_busy", "Cannot export: finish or cancel the others first");
    }
    await insertExport(tx, row);
    await deps.audit.record(tx, actor, [{
      kind: "audit.export_started",
      result: "succeeded",
      objectId: row.id,
      fields: { from: query.from.toISOString(), to: query.to.toISOString(), form },
    }]);
  });
  return exportView(row);
}

export async function readExport(deps: ExportsDeps, key: ExportKey): Promise<ExportView> {
  return exportView(await getExport(deps, key));
}

export async function getExport(
  { db }: Pick<ExportsDeps, "db">,
  key: ExportKey,
): Promise<ExportRow> {
  const row = await findExport(db, key);
  if (row) return row;
  throw new DomainError("audit.not_found", `Cannot find export "${key.id}"`);
}

/** What streams it finds out at its next pages. */
export async function cancelExport(
  { db, clock, audit }: ExportsDeps,
  { actor, accountId }: Exporter,
  id: string,
): Promise<void> {
  await getExport({ db }, { id, accountId });
  await db.transaction().execute(async (tx) => {
    const change = { state: "cancelled", changed_at: clock.now() } as const;
    const ended = await endExport(tx, { id, from: ["waiting", "running"] }, change);
    if (ended) await audit.record(tx, actor, [exportedEvent(ended)]);
  });
}

function exportView(row: ExportRow): ExportView {
  return {
    id: row.id,
    form: row.form,
    from: row.from_at.toISOString(),
    to: row.to_at.toISOString(),
    state: row.state,
    rows: Number(row.row_count),
    progress: progressOf(row),
    digest: row.digest?.toHex() ?? null,
    startedAt: row.started_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  };
}

function progressOf({ state, from_at, to_at, reached_at }: ExportRow): number {
  if (state === "done") return 1;
  if (reached_at === null) return 0;
  const [from, to, reached] = [from_at, to_at, reached_at].map((time) => time.getTime());
  if (from === undefined || to === undefined || reached === undefined) return 0;
  return Math.min(1, Math.max(0, (to - reached) / (to - from)));
}
