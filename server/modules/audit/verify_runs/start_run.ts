import type { Kysely } from "kysely";
import { z } from "zod";
import type { Clock } from "../../../platform/clock.ts";
import { DomainError } from "../../../platform/errors.ts";
import type { Actor } from "../actor.ts";
import { findState } from "../chain/store.ts";
import { parseJson } from "../pack_format.ts";
import type { AuditWriter } from "../record_events.ts";
import type { AuditTables } from "../tables.ts";
import { storedActor } from "../stored_actor.ts";
import { verifyStarted } from "../verify/record_verify.ts";
import {
  RUN_PAGE_MAX,
  type StartVerifyRunBody,
  type VerifyRunList,
  type VerifyRunView,
} from "./contract.ts";
import { endEvent } from "./end_event.ts";
import { endRun, findRun, insertRun, listRuns, type VerifyRunRow } from "./store.ts";
import type { VerifyRunTables } from "./tables.ts";

export interface VerifyRunsDeps {
  readonly db: Kysely<AuditTables & VerifyRunTables>;
  readonly clock: Clock;
  readonly audit: AuditWriter;
}

/**
 * Puts a check before the workers; the same id and content again is the same check. Throws
 * DomainError `audit.verify_running`, `audit.id_taken`, `audit.span_malformed`.
 */
export async function startRun(
  deps: VerifyRunsDeps,
  actor: Actor,
  body: StartVerifyRunBody,
): Promise<VerifyRunView> {
  const { db, clock, audit } = deps;
  const span = spanOf(body);
  const known = await findRun(db, body.id);
  if (known) return runView(requireSame(known, span));
  const now = clock.now();
  const row: VerifyRunRow = {
    id: body.id,
    live: 1,
    state: "waiting",
    from_at: span.from,
    to_at: span.to,
    requested_by: JSON.stringify(actor),
    requested_at: now,
    changed_at: now,
    ended_at: null,
    links: 0n,
    links_expected: (await findState(db))?.links ?? 0n,
    checkpoints: 0,
    verdict: null,
    faults: "[]",
  };
  await db.transaction().execute(async (tx) => {
    if (!await insertRun(tx, row)) {
      throw new DomainError("audit.verify_running", "Cannot start a check: one is under way", {
        retry: "safe",
      });
    }
    await audit.record(tx, actor, [{ ...verifyStarted(span), objectId: row.id }]);
  });
  return runView(row);
}

interface Span {
  readonly from: Date | null;
  readonly to: Date | null;
}

function spanOf({ from, to }: StartVerifyRunBody): Span {
  const span = {
    from: from === undefined ? null : new Date(from),
    to: to === undefined ? null : new Date(to),
  };
  if (span.from === null || span.to === null || span.from < span.to) return span;
  throw new DomainError(
    "audit.span_malformed",
    'Cannot check that stretch of time: expected "from" before "to"',
  );
}

function requireSame(row: VerifyRunRow, { from, to }: Span): VerifyRunRow {
  const isSame = row.from_at?.getTime() === from?.getTime() &&
    row.to_at?.getTime() === to?.getTime();
  if (isSame) return row;
  throw new DomainError("audit.id_taken", `Cannot start check "${row.id}": it is another one`);
}

/** A page of the newest, or of those before one. Throws DomainError `audit.not_found`. */
export async function viewRuns(
  { db }: Pick<VerifyRunsDeps, "db">,
  { before }: { readonly before: string | null },
): Promise<VerifyRunList> {
  const start = before === null ? null : await requireRun(db, before);
  const rows = await listRuns(db, { before: start, limit: RUN_PAGE_MAX });
  const page = rows.slice(0, RUN_PAGE_MAX);
  const next = rows.length > RUN_PAGE_MAX ? page.at(-1)?.id ?? null : null;
  return { runs: page.map(runView), next };
}

/** Throws DomainError `audit.not_found`. */
export async function readRun(
  { db }: Pick<VerifyRunsDeps, "db">,
  id: string,
): Promise<VerifyRunView> {
  return runView(await requireRun(db, id));
}

async function requireRun(db: VerifyRunsDeps["db"], id: string): Promise<VerifyRunRow> {
  const row = await findRun(db, id);
  if (row) return row;
  throw new DomainError("audit.not_found", `Cannot find check "${id}"`);
}

/** The worker finds out after its next pages; the event that ends it names who cancelled. */
export async function cancelRun(
  deps: VerifyRunsDeps,
  actor: Actor,
  id: string,
): Promise<VerifyRunView> {
  await readRun(deps, id);
  const { db, clock, audit } = deps;
  await db.transaction().execute(async (tx) => {
    const ended = await endRun(tx, { id }, { state: "cancelled", ended_at: clock.now() });
    if (ended) await audit.record(tx, actor, [endEvent(ended)]);
  });
  return await readRun(deps, id);
}

const faultsShape = z.array(z.string());

function runView(row: VerifyRunRow): VerifyRunView {
  return {
    id: row.id,
    state: row.state,
    from: row.from_at?.toISOString() ?? null,
    to: row.to_at?.toISOString() ?? null,
    requestedBy: requesterOf(row).name,
    requestedAt: row.requested_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
    links: Number(row.links),
    linksExpected: Number(row.links_expected),
    checkpoints: row.checkpoints,
    verdict: row.verdict,
    faults: faultsShape.parse(parseJson(row.faults)),
  };
}

/** Who asked for a check, as the row keeps it. */
export function requesterOf(row: Pick<VerifyRunRow, "requested_by">): Actor {
  return storedActor(row.requested_by);
}
